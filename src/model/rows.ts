/**
 * The table's rows in order of time. Nearly all rows belong at the end and the rest close to it, so changes
 * are gathered and only the tail that they touch is merged anew.
 */

import { compareText, lowerBound } from './facts.js';
import type { Row } from './types.js';

const RANK = {
  started: 0,
  thawed: 1,
  opened: 2,
  message: 3,
  request: 4,
  closed: 5,
  frozen: 6,
  unloaded: 7,
  ended: 8,
  gap: 9,
  deleted: 10,
};

function rank(row: Row): number {
  return row.kind === 'lifecycle' ? RANK[row.what] : RANK[row.kind];
}

/**
 * Order of rows: by time; at the same time in the order in which such things can follow each other, then by
 * name and number. Arrival plays no part.
 */
export function compareRows(a: Row, b: Row): number {
  return a.at - b.at || rank(a) - rank(b) || compareLike(a, b);
}

function compareLike(a: Row, b: Row): number {
  if (a.kind === 'message' && b.kind === 'message') {
    const left = a.message;
    const right = b.message;
    return (
      compareText(left.connection, right.connection) ||
      compareText(left.toward, right.toward) ||
      left.seq - right.seq ||
      left.key.length - right.key.length ||
      compareText(left.key, right.key)
    );
  }
  if (a.kind === 'request' && b.kind === 'request') {
    const left = a.request.key;
    const right = b.request.key;
    return left.length - right.length || compareText(left, right);
  }
  if (a.kind === 'gap' && b.kind === 'gap') {
    return (
      compareText(a.context, b.context) || a.events - b.events || compareText(a.reason, b.reason)
    );
  }
  return compareText(subject(a), subject(b));
}

function subject(row: Row): string {
  if (row.kind === 'opened' || row.kind === 'closed') return row.connection;
  if (row.kind === 'request') return row.request.key;
  if (row.kind === 'deleted') return row.extension;
  return row.kind === 'message' ? row.message.key : row.context;
}

const atOf = (row: Row): number => row.at;

export class RowList {
  readonly rows: Row[] = [];
  #added: Row[] = [];
  #removed = new Set<Row>();
  #touchedAt = Infinity;

  add(row: Row): void {
    this.#added.push(row);
    this.touch(row);
  }

  remove(row: Row): void {
    this.#removed.add(row);
    this.touch(row);
  }

  /** What the row is about changed; the row stays where it is. */
  touch(row: Row): void {
    if (row.at < this.#touchedAt) this.#touchedAt = row.at;
  }

  /**
   * Puts the gathered changes in place.
   * @returns index of the first row that is, or may be about something, other than before
   */
  commit(): number {
    const { rows } = this;
    if (this.#touchedAt === Infinity) return rows.length;
    const from = lowerBound(rows, this.#touchedAt, atOf);
    if (this.#added.length > 0 || this.#removed.size > 0) this.#merge(from);
    this.#added = [];
    this.#removed = new Set();
    this.#touchedAt = Infinity;
    return from;
  }

  #merge(from: number): void {
    const { rows } = this;
    const removed = this.#removed;
    const tail = rows.slice(from).filter((row) => !removed.has(row));
    const added = this.#added.filter((row) => !removed.has(row)).sort(compareRows);
    rows.length = from;
    let next = 0;
    for (const row of tail) {
      while (next < added.length && compareRows(added[next] as Row, row) < 0) {
        rows.push(added[next] as Row);
        next += 1;
      }
      rows.push(row);
    }
    for (; next < added.length; next += 1) rows.push(added[next] as Row);
  }
}
