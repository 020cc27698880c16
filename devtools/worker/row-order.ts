/**
 * Visible rows in another order than that of time. A row's place is one 64-bit number, its rank above and its index
 * below, so that a million rows are sorted by the engine's own sort, without a comparing function, and equal rows
 * stay in order of time. New rows are sorted by themselves and merged in.
 */

import type { Sort } from '../worker-protocol.js';

/** What a row is ranked by; null: it has no such value, and comes last whatever the direction. */
export type SortValue = string | number | null;

const NOTHING = 0xffff_ffff;
const GREATEST = NOTHING - 1;

/** Where a 64-bit number's halves are, on this machine. */
const LOW = new Uint32Array(new BigUint64Array([1n]).buffer)[0] === 1 ? 0 : 1;
const HIGH = 1 - LOW;

export class RowOrder {
  readonly #descending: boolean;
  readonly #valueOf: (index: number) => SortValue;
  /** Pairs of rank and index, ascending; {@link #count} of them. */
  #halves = new Uint32Array(2048);
  #count = 0;
  /** Ranks of texts, by the order in which they turned up. */
  readonly #texts = new Map<string, number>();
  #ranks: number[] = [];

  /**
   * @param valueOf of the row at an index of the model's rows: numbers for some columns, texts for others; a number
   *   counts from 0 to 4,294,967,294
   */
  constructor({ descending }: Sort, valueOf: (index: number) => SortValue) {
    this.#descending = descending;
    this.#valueOf = valueOf;
  }

  get count(): number {
    return this.#count;
  }

  /** @returns index in the model's rows of the row at the position */
  at(position: number): number {
    return this.#halves[2 * position + LOW] ?? 0;
  }

  /** @returns the position at which the row is, or would be if it were visible */
  positionOf(index: number): number {
    const rank = this.#rankOf(this.#valueOf(index));
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.#halves[2 * middle + HIGH] ?? 0;
      if (other < rank || (other === rank && this.at(middle) < index)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /**
   * @param indexes of the visible rows, ascending
   * @param from index of the first row that may be other than the last time
   */
  update(indexes: Uint32Array, from: number): void {
    const halves = this.#halves;
    let kept = 0;
    for (let position = 0; position < this.#count; position += 1) {
      const index = halves[2 * position + LOW] ?? 0;
      if (index >= from) continue;
      halves[2 * kept + LOW] = index;
      halves[2 * kept + HIGH] = halves[2 * position + HIGH] ?? 0;
      kept += 1;
    }
    const added = indexes.subarray(firstFrom(indexes, from));
    const values = Array.from(added, (index) => this.#valueOf(index));
    this.#rankNewTexts(values, kept);
    const places = new BigUint64Array(added.length);
    const parts = new Uint32Array(places.buffer);
    for (let n = 0; n < added.length; n += 1) {
      parts[2 * n + HIGH] = this.#rankOf(values[n] ?? null);
      parts[2 * n + LOW] = added[n] ?? 0;
    }
    places.sort();
    this.#merge(kept, parts);
  }

  #rankOf(value: SortValue): number {
    if (value === null) return NOTHING;
    if (typeof value === 'number') {
      const bounded = Math.min(Math.max(0, Math.round(value)), GREATEST);
      return this.#descending ? GREATEST - bounded : bounded;
    }
    const id = this.#texts.get(value);
    if (id !== undefined) return this.#ranks[id] ?? 0;
    // A hidden row's: where it would come.
    let before = 0;
    for (const text of this.#texts.keys()) {
      if (compareTexts(text, value) < 0 !== this.#descending) before += 1;
    }
    return before - 0.5;
  }

  /** Texts among the values that are new come between the others: the kept rows' ranks move apart, in the same order. */
  #rankNewTexts(values: readonly SortValue[], kept: number): void {
    const before = this.#texts.size;
    for (const value of values) {
      if (typeof value === 'string' && !this.#texts.has(value)) {
        this.#texts.set(value, this.#texts.size);
      }
    }
    if (this.#texts.size === before) return;
    const sorted = [...this.#texts].sort(([a], [b]) => compareTexts(a, b));
    if (this.#descending) sorted.reverse();
    const ranks = sorted.map(() => 0);
    for (const [rank, [, id]] of sorted.entries()) ranks[id] = rank;
    const moved = new Map(this.#ranks.map((rank, id) => [rank, ranks[id] ?? 0]));
    for (let position = 0; position < kept; position += 1) {
      const rank = this.#halves[2 * position + HIGH] ?? 0;
      this.#halves[2 * position + HIGH] = moved.get(rank) ?? rank;
    }
    this.#ranks = ranks;
  }

  /** Backwards, in place: what is kept has room to move. */
  #merge(kept: number, added: Uint32Array): void {
    this.#count = kept + added.length / 2;
    if (this.#count * 2 > this.#halves.length) {
      const larger = new Uint32Array(Math.max(this.#count, this.#halves.length) * 2);
      larger.set(this.#halves.subarray(0, kept * 2));
      this.#halves = larger;
    }
    const halves = this.#halves;
    let left = kept - 1;
    let right = added.length / 2 - 1;
    for (let to = this.#count - 1; right >= 0; to -= 1) {
      const rank = added[2 * right + HIGH] ?? 0;
      const index = added[2 * right + LOW] ?? 0;
      const other = halves[2 * left + HIGH] ?? 0;
      const later =
        left >= 0 && (other > rank || (other === rank && (halves[2 * left + LOW] ?? 0) > index));
      halves[2 * to + HIGH] = later ? other : rank;
      halves[2 * to + LOW] = later ? (halves[2 * left + LOW] ?? 0) : index;
      if (later) left -= 1;
      else right -= 1;
    }
  }
}

const COLLATOR = new Intl.Collator('en', { numeric: true });

function compareTexts(a: string, b: string): number {
  return COLLATOR.compare(a, b) || (a < b ? -1 : 1);
}

/** @returns position of the first index that is not smaller */
function firstFrom(indexes: Uint32Array, from: number): number {
  let low = 0;
  let high = indexes.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((indexes[middle] ?? 0) < from) low = middle + 1;
    else high = middle;
  }
  return low;
}
