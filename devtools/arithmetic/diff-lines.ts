/** A difference as lines of a tree: what changed is open, what did not is folded away. */

import { text } from '../../src/texts/index.js';
import type { Difference } from './diff.js';
import { entriesOf, summarise } from './payload-entries.js';

export interface DiffLine {
  /** Names the place in the tree. */
  readonly path: string;
  readonly depth: number;
  readonly label: string | null;
  /** `unchanged`: several neighbours in one line. */
  readonly kind: Difference['kind'] | 'unchanged';
  readonly text: string;
  /** Of what changed, what it was before. */
  readonly was: string | null;
  readonly expandable: boolean;
  readonly expanded: boolean;
}

/** Entries that are shown of a container that was added or removed. */
const SHOWN = 200;

/** Characters of a value that was added, removed or changed. */
const ROOM = 160;

/**
 * @param toggled paths that the person opened or closed: places that differ inside are open by themselves, others closed
 * @returns the lines to show, in order
 */
export function diffLines(root: Difference, toggled: ReadonlySet<string>): DiffLine[] {
  const lines: DiffLine[] = [];
  const push = (line: Omit<DiffLine, 'was'> & { readonly was?: string }): void => {
    lines.push({ was: null, ...line });
  };

  function whole(
    kind: 'same' | 'added' | 'removed',
    label: string | null,
    value: unknown,
    path: string,
    depth: number,
  ): void {
    const { size, at } = entriesOf(value);
    const expandable = size > 0;
    const expanded = expandable && toggled.has(path);
    push({ path, depth, label, kind, text: summarise(value, ROOM), expandable, expanded });
    if (!expanded) return;
    for (let index = 0; index < Math.min(size, SHOWN); index += 1) {
      const [name, item] = at(index);
      whole(kind, name === '' ? null : name, item, `${path}/${index}`, depth + 1);
    }
    if (size <= SHOWN) return;
    const rest = text('diff_more', { more: size - SHOWN });
    const last = { label: null, text: rest, expandable: false, expanded: false };
    push({ ...last, path: `${path}/more`, depth: depth + 1, kind });
  }

  function visit(node: Difference, path: string, depth: number): void {
    const { kind, label, before, after, inside } = node;
    switch (kind) {
      case 'same':
      case 'added':
        return whole(kind, label, after, path, depth);
      case 'removed':
        return whole(kind, label, before, path, depth);
      case 'changed':
        return push({
          ...{ path, depth, label, kind, text: summarise(after, ROOM) },
          ...{ was: summarise(before, ROOM), expandable: false, expanded: false },
        });
      case 'inside': {
        const expanded = !toggled.has(path);
        push({ path, depth, label, kind, text: summarise(after), expandable: true, expanded });
        if (expanded) group(inside, path, depth + 1);
      }
    }
  }

  function group(inside: readonly Difference[], path: string, depth: number): void {
    for (let index = 0; index < inside.length;) {
      let end = index;
      while (inside[end]?.kind === 'same') end += 1;
      const alike = end - index;
      const place = `${path}/${index}`;
      if (alike < 2) {
        visit(inside[index] as Difference, place, depth);
        index += 1;
        continue;
      }
      const expanded = toggled.has(`${place}-`);
      const text = `${alike} unchanged`;
      const line = { label: null, kind: 'unchanged', text, expandable: true, expanded } as const;
      push({ ...line, path: `${place}-`, depth });
      if (expanded) {
        for (let at = index; at < end; at += 1) {
          visit(inside[at] as Difference, `${path}/${at}`, depth + 1);
        }
      }
      index = end;
    }
  }

  visit(root, '$', 0);
  return lines;
}

/** How many places were added, removed and changed. */
export interface Tally {
  readonly added: number;
  readonly removed: number;
  readonly changed: number;
}

export function tallyOf(root: Difference): Tally {
  const tally = { added: 0, removed: 0, changed: 0 };
  const waiting = [root];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next.kind === 'inside') waiting.push(...next.inside);
    else if (next.kind !== 'same') tally[next.kind] += 1;
  }
  return tally;
}
