/**
 * A payload as lines of a tree, made only as far as it is expanded. Values come from other people's
 * extensions: they are read, never called, and what is shown is text.
 */

import { visible } from '../../src/model/visible.js';
import { text as said } from '../../src/texts/index.js';
import { entriesOf, GROUP, isAtom, NONE, summarise, type Entries } from './payload-entries.js';

export type Tone =
  'string' | 'number' | 'boolean' | 'null' | 'special' | 'object' | 'group' | 'text';

/** Where something stands in a payload: a value, a group of a long list's entries, or a piece of a long text. */
export interface Place {
  readonly kind: 'value' | 'group' | 'piece';
  /** Names the place in the tree; stable while the payload is the same. The root's is `$`. */
  readonly path: string;
  /** Key or index; null at the root, of groups and of pieces. */
  readonly label: string | null;
  readonly value: unknown;
  readonly entries: Entries;
  /** Which entries are inside; `to` is exclusive. */
  readonly from: number;
  readonly to: number;
}

export interface Line {
  readonly path: string;
  readonly depth: number;
  readonly label: string | null;
  readonly text: string;
  readonly tone: Tone;
  readonly expandable: boolean;
  readonly expanded: boolean;
  /** Entries inside, for screen readers and for the person; 0 where there is nothing to expand. */
  readonly size: number;
  readonly value: unknown;
}

function valuePlace(value: unknown, label: string | null, path: string): Place {
  const entries = entriesOf(value);
  return { kind: 'value', path, label, value, entries, from: 0, to: entries.size };
}

/** @returns the place of the payload itself */
export function rootPlace(root: unknown): Place {
  return valuePlace(root, null, '$');
}

/** @returns what the place opens into, in order */
export function placesIn({ kind, path, value, entries, from, to }: Place): Place[] {
  const places: Place[] = [];
  if (kind === 'value' && typeof value === 'string') {
    for (let index = from; index < to; index += 1) {
      const [, piece] = entries.at(index);
      const inner = `${path}/${index}`;
      places.push({
        kind: 'piece',
        path: inner,
        label: null,
        value: piece,
        entries: NONE,
        from: 0,
        to: 0,
      });
    }
    return places;
  }
  if (to - from <= GROUP) {
    for (let index = from; index < to; index += 1) {
      const [label, item] = entries.at(index);
      places.push(valuePlace(item, label, `${path}/${index}`));
    }
    return places;
  }
  let step = GROUP;
  while ((to - from) / step > GROUP) step *= GROUP;
  for (let start = from; start < to; start += step) {
    const end = Math.min(to, start + step);
    const inner = `${path}/${start}-${end - 1}`;
    places.push({ kind: 'group', path: inner, label: null, value, entries, from: start, to: end });
  }
  return places;
}

function toneOf(value: unknown): Tone {
  switch (typeof value) {
    case 'string':
      return 'string';
    case 'number':
      return Number.isFinite(value) ? 'number' : 'special';
    case 'bigint':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'object':
      if (value === null) return 'null';
      return isAtom(value) ? 'special' : 'object';
    default:
      return 'special';
  }
}

/** @param same what the value's ancestor is called that is the same object; undefined: none */
function sayingOf({ kind, value, from, to }: Place, same?: string): Pick<Line, 'text' | 'tone'> {
  if (kind === 'group') return { text: `[${from} … ${to - 1}]`, tone: 'group' };
  if (kind === 'piece') {
    // Tabs indent here, as line breaks break.
    return { text: String(value).split('\t').map(visible).join('\t'), tone: 'text' };
  }
  if (same !== undefined) return { text: said('payload_same', { name: same }), tone: 'special' };
  return { text: summarise(value), tone: toneOf(value) };
}

/** What is still to be visited, and the objects that are left when all inside them has been. */
type Step = { readonly place: Place; readonly depth: number } | { readonly leave: object };

/**
 * Goes through a payload in the order of its lines, in a loop, for it may be nested deeper than calls can be.
 *
 * @param visit is told each place, and by what name an object is called that the place stands inside of and is
 *   itself; answers whether to go on into it
 */
export function* walk(
  root: Place,
  visit: (place: Place, depth: number, same: string | undefined) => boolean,
): Generator<undefined, void> {
  const ancestors = new Map<object, string>();
  const steps: Step[] = [{ place: root, depth: 0 }];
  for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
    if ('leave' in step) {
      ancestors.delete(step.leave);
      continue;
    }
    const { place, depth } = step;
    const { kind, label, value } = place;
    const holder = kind === 'value' && typeof value === 'object' && value !== null ? value : null;
    const same = holder === null ? undefined : ancestors.get(holder);
    const enter = visit(place, depth, same);
    if (enter && same === undefined) {
      if (holder !== null) {
        ancestors.set(holder, label ?? said('payload_root'));
        steps.push({ leave: holder });
      }
      for (const inner of placesIn(place).reverse()) steps.push({ place: inner, depth: depth + 1 });
    }
    yield;
  }
}

/**
 * @param root the payload
 * @param expanded paths that are open; the root's is `$`
 * @returns the lines to show, in order. Work and length are in proportion to what is open, not to the payload.
 */
export function flatten(root: unknown, expanded: ReadonlySet<string>): Line[] {
  const lines: Line[] = [];
  const steps = walk(rootPlace(root), (place, depth, same) => {
    const { kind, path, label, from, to } = place;
    const size = same === undefined ? to - from : 0;
    const open = size > 0 && expanded.has(path);
    lines.push({
      path,
      depth,
      label: label && visible(label),
      ...sayingOf(place, same),
      expandable: size > 0,
      expanded: open,
      size,
      value: kind === 'group' ? undefined : place.value,
    });
    return open;
  });
  while (steps.next().done !== true);
  return lines;
}

/** @returns the paths to open at first: the root, and children while the whole stays within `room` lines */
export function firstExpansion(root: unknown, room = 40): Set<string> {
  const expanded = new Set(['$']);
  let lines = flatten(root, expanded);
  for (const line of lines) {
    if (line.depth !== 1 || !line.expandable || line.tone !== 'object') continue;
    if (line.size > 12 || lines.length + line.size > room) continue;
    expanded.add(line.path);
    lines = flatten(root, expanded);
  }
  return expanded;
}
