/** The rows that the worker has told and that still stand, around those in view. */

import { isSame } from '../arithmetic/same.js';
import { BY_TIME, type Listing, type RowView, type Sort } from '../worker-protocol.js';

/** Rows kept; beyond that those farthest from the last ones told go. */
const MOST = 1_000;

/** How the table stands. Another object whenever something has changed. */
export interface TableState {
  /** Rows that pass the query, told or not. */
  readonly count: number;
  /** See {@link Listing.gone}. */
  readonly gone: number;
  readonly arrangement: number;
  readonly sort: Sort;
  /** @returns the row at the position; undefined when it is not known (any more) */
  rowAt(position: number): RowView | undefined;
}

export class HeldRows {
  readonly #rows = new Map<number, RowView>();
  readonly #rowAt = (position: number): RowView | undefined => this.#rows.get(position);
  #state: TableState = { count: 0, gone: 0, arrangement: -1, sort: BY_TIME, rowAt: this.#rowAt };

  get state(): TableState {
    return this.#state;
  }

  /** Takes what the worker tells. Rows that look as before stay the same objects. */
  take({ visible, gone, arrangement, sort, standing, from, rows }: Listing): TableState {
    const before = this.#state;
    const valid = arrangement === before.arrangement ? standing : 0;
    const told = rows.map((row, n): RowView => {
      const known = this.#rows.get(from + n);
      return known !== undefined && isSame(row, known) ? known : row;
    });
    let changed = told.some((row, n) => row !== this.#rows.get(from + n));
    for (const position of this.#rows.keys()) {
      if (position < valid) continue;
      this.#rows.delete(position);
      changed = true;
    }
    for (const [n, row] of told.entries()) this.#rows.set(from + n, row);
    if (this.#rows.size > MOST) this.#forget(from + (rows.length >>> 1));
    if (
      changed ||
      visible !== before.count ||
      gone !== before.gone ||
      arrangement !== before.arrangement
    ) {
      this.#state = { count: visible, gone, arrangement, sort, rowAt: this.#rowAt };
    }
    return this.#state;
  }

  #forget(middle: number): void {
    for (const position of this.#rows.keys()) {
      if (Math.abs(position - middle) > MOST / 2) this.#rows.delete(position);
    }
  }
}
