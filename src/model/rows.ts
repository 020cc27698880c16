/**
 * The table's rows in order of time. Nearly all rows belong at the end and the rest close to it, so changes
 * are gathered and only the tail that they touch is merged anew.
 */

import { compareText, lowerBound, type MessageFacts, type RowFact } from './facts.js';
import type { Messages } from './messages.js';
import type { Row, Rows } from './types.js';

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

function rank(row: RowFact): number {
  return row.kind === 'lifecycle' ? RANK[row.what] : RANK[row.kind];
}

/**
 * Order of rows: by time; at the same time in the order in which such things can follow each other, then by
 * name and number. Arrival plays no part.
 */
export function compareRows(a: RowFact, b: RowFact): number {
  return a.at - b.at || rank(a) - rank(b) || compareLike(a, b);
}

function compareLike(a: RowFact, b: RowFact): number {
  if (a.kind === 'message' && b.kind === 'message') {
    const left = a.slot.message as MessageFacts;
    const right = b.slot.message as MessageFacts;
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

function subject(row: RowFact): string {
  if (row.kind === 'opened' || row.kind === 'closed') return row.connection;
  if (row.kind === 'request') return row.request.key;
  if (row.kind === 'deleted') return row.extension;
  return row.kind === 'message' ? '' : row.context;
}

const atOf = (row: RowFact): number => row.at;

export class RowList implements Rows {
  readonly #rows: RowFact[] = [];
  #added: RowFact[] = [];
  #removed = new Set<RowFact>();
  #touchedAt = Infinity;

  /** @param connectionIndex of the connection with this key, or -1 */
  constructor(
    private readonly messages: Messages,
    private readonly connectionIndex: (key: string) => number,
  ) {}

  get length(): number {
    return this.#rows.length;
  }

  at(index: number): Row | undefined {
    const row = this.#rows.at(index);
    if (row?.kind !== 'message') return row;
    return { kind: 'message', at: row.at, message: this.messages.read(row.slot.id) };
  }

  timeAt(index: number): number {
    return this.#rows[index]?.at ?? NaN;
  }

  kindAt(index: number): Row['kind'] {
    return this.#row(index).kind;
  }

  messageAt(index: number): number {
    const row = this.#row(index);
    return row.kind === 'message' ? row.slot.id : -1;
  }

  connectionAt(index: number): number {
    const row = this.#row(index);
    if (row.kind === 'message') return row.slot.link.index;
    return row.kind === 'opened' || row.kind === 'closed'
      ? this.connectionIndex(row.connection)
      : -1;
  }

  indexAt(at: number): number {
    return lowerBound(this.#rows, at, atOf);
  }

  /** @returns where the row stands, or -1 */
  indexOf(row: RowFact): number {
    let index = this.indexAt(row.at);
    while (index < this.length && this.#rows[index] !== row) {
      if (this.timeAt(index) > row.at) return -1;
      index += 1;
    }
    return index < this.length ? index : -1;
  }

  *[Symbol.iterator](): Generator<Row> {
    for (let index = 0; index < this.length; index += 1) yield this.at(index) as Row;
  }

  add(row: RowFact): void {
    this.#added.push(row);
    this.touch(row);
  }

  remove(row: RowFact): void {
    this.#removed.add(row);
    this.touch(row);
  }

  /** What the row is about changed; the row stays where it is. */
  touch(row: RowFact): void {
    if (row.at < this.#touchedAt) this.#touchedAt = row.at;
  }

  /**
   * Puts the gathered changes in place.
   * @returns index of the first row that is, or may be about something, other than before
   */
  commit(): number {
    if (this.#touchedAt === Infinity) return this.length;
    const from = this.indexAt(this.#touchedAt);
    if (this.#added.length > 0 || this.#removed.size > 0) this.#merge(from);
    this.#added = [];
    this.#removed = new Set();
    this.#touchedAt = Infinity;
    return from;
  }

  #merge(from: number): void {
    const rows = this.#rows;
    const removed = this.#removed;
    const tail = rows.slice(from).filter((row) => !removed.has(row));
    const added = this.#added.filter((row) => !removed.has(row)).sort(compareRows);
    rows.length = from;
    let next = 0;
    for (const row of tail) {
      while (next < added.length && compareRows(added[next] as RowFact, row) < 0) {
        rows.push(added[next] as RowFact);
        next += 1;
      }
      rows.push(row);
    }
    for (; next < added.length; next += 1) rows.push(added[next] as RowFact);
  }

  #row(index: number): RowFact {
    return this.#rows[index] as RowFact;
  }
}
