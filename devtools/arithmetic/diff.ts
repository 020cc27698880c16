/** What changed from one payload to another: pure, for values that structured clone carries. */

import { RichError, RichPlatformObject } from '../../src/protocol/rich.js';
import { isDense, Sayings } from './alike.js';
import { javaScriptOf } from './javascript.js';

/** A place in the two values. */
export interface Difference {
  /** Key or index; null at the root. Of what stands in both lists at different places, the later one's. */
  readonly label: string | null;
  /** `inside`: both are such containers, and differ in what they hold. */
  readonly kind: 'same' | 'added' | 'removed' | 'changed' | 'inside';
  /** Undefined where it was added. */
  readonly before: unknown;
  /** Undefined where it was removed. */
  readonly after: unknown;
  /** What is inside, in order; only where that differs. */
  readonly inside: readonly Difference[];
}

/** Comparisons of entries of two lists; longer lists are compared by position, but for their ends. */
const COMPARISONS = 250_000;

/** Levels below which a value is changed as a whole. */
const DEEPEST = 200;

type Shape = 'list' | 'object' | 'map' | 'set';

/** @returns how the two values differ, as a tree whose leaves are what was added, removed and changed */
export function differenceOf(before: unknown, after: unknown): Difference {
  try {
    return new Comparison().compare(null, before, after, 0);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // Nested deeper than calls can be.
    return { label: null, kind: 'changed', before, after, inside: [] };
  }
}

/** @returns what kind of container it is whose entries are compared; null: it is compared as a whole */
export function shapeOf(value: unknown): Shape | null {
  if (Array.isArray(value)) return isDense(value) ? 'list' : null;
  if (value instanceof Map) return 'map';
  if (value instanceof Set) return 'set';
  if (typeof value !== 'object' || value === null) return null;
  if (value instanceof RichError || value instanceof RichPlatformObject) return null;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null ? 'object' : null;
}

class Comparison {
  readonly #sayings = new Sayings();

  compare(label: string | null, before: unknown, after: unknown, depth: number): Difference {
    const leaf = (kind: 'same' | 'changed'): Difference => ({
      label,
      kind,
      before,
      after,
      inside: [],
    });
    if (this.#sayings.of(before) === this.#sayings.of(after)) return leaf('same');
    const shape = shapeOf(before);
    if (shape === null || shape !== shapeOf(after) || depth >= DEEPEST) return leaf('changed');
    const inside = this.#inside(shape, before as object, after as object, depth + 1);
    // Maps with the same entries in another order are the same.
    return inside.every(({ kind }) => kind === 'same')
      ? leaf('same')
      : { label, kind: 'inside', before, after, inside };
  }

  #inside(shape: Shape, before: object, after: object, depth: number): Difference[] {
    switch (shape) {
      case 'list':
        return this.#lists(before as unknown[], after as unknown[], depth);
      case 'object':
        return this.#maps(new Map(Object.entries(before)), new Map(Object.entries(after)), depth);
      case 'map':
        return this.#maps(byName(before), byName(after), depth);
      case 'set':
        return this.#lists([...(before as Set<unknown>)], [...(after as Set<unknown>)], depth);
    }
  }

  #maps(
    before: ReadonlyMap<string, unknown>,
    after: ReadonlyMap<string, unknown>,
    depth: number,
  ): Difference[] {
    const found: Difference[] = [];
    for (const [label, value] of before) {
      found.push(
        after.has(label)
          ? this.compare(label, value, after.get(label), depth)
          : removed(label, value),
      );
    }
    for (const [label, value] of after) if (!before.has(label)) found.push(added(label, value));
    return found;
  }

  /** What both lists have at their beginning and end, and between them by the longest common subsequence. */
  #lists(before: readonly unknown[], after: readonly unknown[], depth: number): Difference[] {
    const a = before.map((item) => this.#sayings.of(item));
    const b = after.map((item) => this.#sayings.of(item));
    let head = 0;
    while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
    let tail = 0;
    while (
      tail < a.length - head &&
      tail < b.length - head &&
      a[a.length - 1 - tail] === b[b.length - 1 - tail]
    ) {
      tail += 1;
    }
    const found: Difference[] = [];
    const same = (i: number, j: number): void => {
      found.push(this.compare(String(j), before[i], after[j], depth));
    };
    for (let index = 0; index < head; index += 1) same(index, index);
    let i = head;
    let j = head;
    const steps = common(a.slice(head, a.length - tail), b.slice(head, b.length - tail));
    for (const [nextI, nextJ] of [...steps, [a.length - tail - head, b.length - tail - head]]) {
      // What was removed and added at one place is what changed there.
      while (i < head + (nextI as number) && j < head + (nextJ as number)) same(i++, j++);
      while (i < head + (nextI as number)) found.push(removed(String(i), before[i++]));
      while (j < head + (nextJ as number)) found.push(added(String(j), after[j++]));
      if (i < a.length - tail && j < b.length - tail) same(i++, j++);
    }
    for (let index = tail; index > 0; index -= 1) same(a.length - index, b.length - index);
    return found;
  }
}

/** @returns a Map's values by what its keys are called */
function byName(map: object): Map<string, unknown> {
  return new Map(
    [...(map as Map<unknown, unknown>)].map(([key, value]) => [javaScriptOf(key), value]),
  );
}

function removed(label: string, before: unknown): Difference {
  return { label, kind: 'removed', before, after: undefined, inside: [] };
}

function added(label: string, after: unknown): Difference {
  return { label, kind: 'added', before: undefined, after, inside: [] };
}

/** @returns pairs of positions of a longest common subsequence, in order; none where the lists are too long for one */
function common(a: readonly number[], b: readonly number[]): [number, number][] {
  if (a.length === 0 || b.length === 0 || a.length * b.length > COMPARISONS) return [];
  const width = b.length + 1;
  /** Length of the longest one of what follows i and j. */
  const longest = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number): number => longest[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      longest[i * width + j] =
        a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const pairs: [number, number][] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) pairs.push([i++, j++]);
    else if (at(i + 1, j) >= at(i, j + 1)) i += 1;
    else j += 1;
  }
  return pairs;
}
