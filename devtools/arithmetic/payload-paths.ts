/** Paths of a payload's tree: what has to be open to see one, what one means to a program. */

import { Pair } from './payload-entries.js';
import { placesIn, rootPlace, type Place } from './payload-tree.js';

/** Lines that may be opened at once. */
export const OPEN_AT_ONCE = 5_000;

/** @returns the paths that must be open so that the line with this one is shown */
export function above(path: string): string[] {
  const paths: string[] = [];
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    paths.push(path.slice(0, end));
  }
  return paths;
}

/** @returns the places from the root to the one with this path; undefined when there is none */
function trail(root: unknown, path: string): Place[] | undefined {
  const places = [rootPlace(root)];
  let place = places[0] as Place;
  while (place.path.length < path.length) {
    const next = placesIn(place).find(
      (inner) => inner.path === path || path.startsWith(`${inner.path}/`),
    );
    if (next === undefined) return undefined;
    places.push(next);
    place = next;
  }
  return place.path === path ? places : undefined;
}

/**
 * Opens everything, the nearest first, until there are {@link OPEN_AT_ONCE} lines.
 *
 * @param path where to begin
 * @param room how many lines may come of it
 * @returns the paths that were opened, and whether all that can be opened is
 */
export function openBelow(
  root: unknown,
  path: string,
  room = OPEN_AT_ONCE,
): { readonly opened: Set<string>; readonly all: boolean } {
  const opened = new Set<string>();
  const start = trail(root, path) ?? [];
  /** Objects that each waiting place stands inside of. */
  interface Open {
    readonly place: Place;
    readonly inside: Chain | null;
  }
  const waiting: Open[] = [];
  let chain: Chain | null = null;
  for (const place of start) {
    if (place.path === path) waiting.push({ place, inside: chain });
    else if (place.kind === 'value') chain = { value: place.value, up: chain };
  }
  let lines = 1;
  for (let at = 0; at < waiting.length; at += 1) {
    const { place, inside } = waiting[at] as Open;
    if (place.to === place.from || (place.kind === 'value' && isInside(place.value, inside)))
      continue;
    const places = placesIn(place);
    if (lines + places.length > room && opened.size > 0) return { opened, all: false };
    lines += places.length;
    opened.add(place.path);
    const within = place.kind === 'value' ? { value: place.value, up: inside } : inside;
    for (const inner of places) waiting.push({ place: inner, inside: within });
  }
  return { opened, all: true };
}

interface Chain {
  readonly value: unknown;
  readonly up: Chain | null;
}

function isInside(value: unknown, chain: Chain | null): boolean {
  if (typeof value !== 'object' || value === null) return false;
  for (let link = chain; link !== null; link = link.up) if (link.value === value) return true;
  return false;
}

const NAME = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;

/**
 * @param name what the program calls the payload
 * @returns how a program reaches the value at this path: `message.items[3].name`; where no expression does,
 *   that of what it is inside of
 */
export function expressionAt(root: unknown, path: string, name: string): string {
  let expression = name;
  let holder: unknown = undefined;
  /** How the key is reached, while the expression is a Map's entry. */
  let key = '';
  for (const { kind, label, value } of trail(root, path) ?? []) {
    if (kind !== 'value') continue;
    if (holder instanceof Pair) {
      if (label === 'key') expression = key;
    } else if (label !== null) {
      key = `[...${expression}.keys()][${label}]`;
      expression = step(expression, holder, label, value);
    }
    holder = value;
  }
  return expression;
}

function step(expression: string, holder: unknown, label: string, value: unknown): string {
  if (holder instanceof Map && value instanceof Pair) {
    const literal = literalOf(value.key);
    return literal === null
      ? `[...${expression}.values()][${label}]`
      : `${expression}.get(${literal})`;
  }
  if (holder instanceof Set) return `[...${expression}][${label}]`;
  if (holder instanceof ArrayBuffer) return `new Uint8Array(${expression})[${label}]`;
  if (holder instanceof DataView) return `${expression}.getUint8(${label})`;
  if (Array.isArray(holder) || ArrayBuffer.isView(holder)) return `${expression}[${label}]`;
  return NAME.test(label) ? `${expression}.${label}` : `${expression}[${JSON.stringify(label)}]`;
}

function literalOf(key: unknown): string | null {
  if (typeof key === 'string') return JSON.stringify(key);
  if (typeof key === 'bigint') return `${key}n`;
  return typeof key === 'number' || typeof key === 'boolean' ? String(key) : null;
}
