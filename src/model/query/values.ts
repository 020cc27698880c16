/** Counts the values that a recording has under a key, a part of its rows at a time. */

import type { IsFound } from '../findings/index.js';
import type { Row, Rows } from '../types.js';
import { keyInfo, type Key, type NumberKey, type TextKey } from './keys.js';
import { someNumber } from './number-fields.js';
import { Reading, type Readable } from './reading.js';
import { someText } from './text-fields.js';
import { wordTest } from './word-fields.js';

export interface ValueCount {
  readonly value: string;
  /** Rows that have it. */
  readonly rows: number;
}

/** Different values that are counted; the rest is too many to choose from. */
const MOST_VALUES = 2_000;

/** Sizes, latencies, ages and times are not chosen from a list. */
const UNLISTED: ReadonlySet<Key> = new Set<Key>(['size', 'latency', 'age', 'time']);

export class ValueCounter {
  readonly #visit: (row: Row, visit: (value: string) => void) => void;
  readonly #counts = new Map<string, { rows: number; last: number }>();
  #taken = 0;

  constructor(key: Key, model: Readable, isFound?: IsFound) {
    this.#visit = visitor(key, new Reading(model, 0, isFound));
  }

  /** Takes the rows that come after those taken before, until it is time. @returns whether these were all */
  take(rows: Pick<Rows, 'length' | 'at'>, until: number): boolean {
    for (; this.#taken < rows.length; this.#taken += 1) {
      if (this.#taken % 64 === 63 && performance.now() > until) {
        // Not again at once when it is called the next time.
        this.#count(rows.at(this.#taken) as Row);
        this.#taken += 1;
        return this.#taken === rows.length;
      }
      this.#count(rows.at(this.#taken) as Row);
    }
    return true;
  }

  /** @returns the values so far, the most frequent first */
  values(): ValueCount[] {
    return [...this.#counts]
      .map(([value, { rows }]) => ({ value, rows }))
      .sort((a, b) => b.rows - a.rows || (a.value < b.value ? -1 : 1));
  }

  #count(row: Row): void {
    const at = this.#taken;
    this.#visit(row, (value) => {
      const known = this.#counts.get(value);
      if (known === undefined) {
        if (this.#counts.size < MOST_VALUES) this.#counts.set(value, { rows: 1, last: at });
      } else if (known.last !== at) {
        known.rows += 1;
        known.last = at;
      }
    });
  }
}

function visitor(key: Key, reading: Reading): (row: Row, visit: (value: string) => void) => void {
  const info = keyInfo(key);
  if (UNLISTED.has(key)) return () => undefined;
  if (info.holds === 'word') {
    const words = Object.keys(info.words).map((word) => [word, wordTest(key, word)] as const);
    return (row, visit) => {
      for (const [word, says] of words) if (says(row, reading)) visit(word);
    };
  }
  if (info.holds === 'number') {
    return (row, visit) =>
      void someNumber(key as NumberKey, row, reading, (value) => {
        visit(String(value));
        return false;
      });
  }
  return (row, visit) =>
    void someText(key as TextKey, row, reading, (value) => {
      visit(value);
      return false;
    });
}
