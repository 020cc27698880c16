/**
 * The table's rows in order of time. A row is a number: that of its message, or of one of the few other rows, which
 * are objects. Nearly all rows belong at the end and the rest close to it, so changes are gathered and only the tail
 * that they touch is merged anew.
 */

import { NONE, partition, Uint32Column, Uint8Column } from './columns.js';
import { compareText, type OtherRow } from './facts.js';
import type { Messages } from './messages.js';
import type { Slots } from './slots.js';
import { sortByTime } from './time-order.js';
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

function rank(row: OtherRow): number {
  return row.kind === 'lifecycle' ? RANK[row.what] : RANK[row.kind];
}

function compareOthers(a: OtherRow, b: OtherRow): number {
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

function subject(row: OtherRow): string {
  if (row.kind === 'opened' || row.kind === 'closed') return row.connection;
  if (row.kind === 'request') return row.request.key;
  return row.kind === 'deleted' ? row.extension : row.context;
}

/** Rows from here on are about something else than a message. */
const OTHER = 0x8000_0000;

/** States of a message's row: it stands in the sequence; it is to be put there (anew); it is to go. */
const PLACED = 1;
const PENDING = 2;
const REMOVED = 4;

export class RowList implements Rows {
  readonly #ids = new Uint32Column();
  #length = 0;
  /** By message. */
  readonly #states = new Uint8Column();
  readonly #others: OtherRow[] = [];
  #freeOthers: number[] = [];
  #added: number[] = [];
  #removedMessages: number[] = [];
  readonly #removedOthers = new Set<number>();
  /** Where messages stand that have moved since. */
  readonly #movedFrom = new Map<number, number>();
  #touchedAt = Infinity;

  /** @param connectionIndex of the connection with this key, or -1 */
  constructor(
    private readonly slots: Slots,
    private readonly messages: Messages,
    private readonly connectionIndex: (key: string) => number,
  ) {}

  get length(): number {
    return this.#length;
  }

  at(index: number): Row | undefined {
    const place = index < 0 ? this.#length + index : index;
    if (!(place >= 0 && place < this.#length)) return undefined;
    const id = this.#ids.get(place);
    return id < OTHER
      ? { kind: 'message', at: this.#placedAt(id), message: this.messages.read(id) }
      : this.#other(id);
  }

  timeAt(index: number): number {
    return index >= 0 && index < this.#length ? this.#placedAt(this.#ids.get(index)) : NaN;
  }

  kindAt(index: number): Row['kind'] {
    const id = this.#ids.get(index);
    return id < OTHER ? 'message' : this.#other(id).kind;
  }

  messageAt(index: number): number {
    const id = this.#ids.get(index);
    return id < OTHER ? id : -1;
  }

  connectionAt(index: number): number {
    const id = this.#ids.get(index);
    if (id < OTHER) return this.slots.link(id).index;
    const row = this.#other(id);
    return row.kind === 'opened' || row.kind === 'closed'
      ? this.connectionIndex(row.connection)
      : -1;
  }

  indexAt(at: number): number {
    return partition(this.#length, (index) => this.#placedAt(this.#ids.get(index)) < at);
  }

  /** @returns where the row of that message, or what {@link add} gave, stands; -1: nowhere */
  indexOf(id: number): number {
    if (id === NONE) return -1;
    const at = this.#placedAt(id);
    let index = this.indexAt(at);
    while (index < this.#length && this.#ids.get(index) !== id) {
      if (this.timeAt(index) > at) return -1;
      index += 1;
    }
    return index < this.#length ? index : -1;
  }

  *[Symbol.iterator](): Generator<Row> {
    for (let index = 0; index < this.#length; index += 1) yield this.at(index) as Row;
  }

  /** @returns what {@link remove} is to be told */
  add(row: OtherRow): number {
    const index = this.#freeOthers.pop() ?? this.#others.length;
    this.#others[index] = row;
    const id = OTHER + index;
    this.#added.push(id);
    this.touch(row.at);
    return id;
  }

  remove(id: number): void {
    this.#removedOthers.add(id);
    this.touch(this.#other(id).at);
  }

  /** @returns when the row is, epoch milliseconds; NaN for none */
  timeOf(id: number): number {
    return id === NONE ? NaN : this.#other(id).at;
  }

  /** The message is new. */
  addMessage(slot: number): void {
    this.#states.grow(slot + 1);
    this.#states.set(slot, PENDING);
    this.#added.push(slot);
    this.touch(this.slots.at(slot));
  }

  /** The message's place may become another one; it still is where it was. */
  moveMessage(slot: number): void {
    if (this.#states.get(slot) !== PLACED) return;
    const at = this.slots.at(slot);
    this.#movedFrom.set(slot, at);
    this.#states.set(slot, PLACED | PENDING);
    this.#added.push(slot);
    this.touch(at);
  }

  /** The message is to go; its facts stay what they are until {@link commit}. */
  removeMessage(slot: number): void {
    const state = this.#states.get(slot);
    if ((state & PLACED) !== 0) this.touch(this.#placedAt(slot));
    this.#states.set(slot, state | REMOVED);
    this.#removedMessages.push(slot);
  }

  /** @returns whether {@link removeMessage} was told of it */
  isRemoved(slot: number): boolean {
    return (this.#states.get(slot) & REMOVED) !== 0;
  }

  /** What a row at this time is about changed; the row stays where it is. */
  touch(at: number): void {
    if (at < this.#touchedAt) this.#touchedAt = at;
  }

  /**
   * Puts the gathered changes in place.
   * @returns index of the first row that is, or may be about something, other than before
   */
  commit(): number {
    if (this.#touchedAt === Infinity && this.#removedMessages.length === 0) return this.#length;
    const from = this.indexAt(this.#touchedAt);
    const isMoved = this.#movedFrom.size > 0;
    if (isMoved || this.#added.length > 0 || this.#removedOthers.size > 0) this.#merge(from);
    else if (this.#removedMessages.length > 0) this.#merge(from);
    this.#touchedAt = Infinity;
    return from;
  }

  #merge(from: number): void {
    const staying = this.#added.filter((id) => this.#stays(id));
    const added = sortByTime(staying, this.#at, this.#compareAtSameTime);
    const tail: number[] = [];
    for (let index = from; index < this.#length; index += 1) {
      const id = this.#ids.get(index);
      const stands = id < OTHER ? this.#states.get(id) === PLACED : this.#stays(id);
      if (stands) tail.push(id);
    }
    this.#length = from;
    this.#ids.grow(from + tail.length + added.length);
    let next = 0;
    for (const id of tail) {
      while (next < added.length && this.#compare(added[next] as number, id) < 0) {
        this.#push(added[next] as number);
        next += 1;
      }
      this.#push(id);
    }
    for (; next < added.length; next += 1) this.#push(added[next] as number);
    this.#forgetChanges(added);
  }

  #forgetChanges(added: Uint32Array): void {
    for (const id of added) if (id < OTHER) this.#states.set(id, PLACED);
    for (const slot of this.#removedMessages) {
      this.#states.set(slot, 0);
      this.slots.release(slot);
    }
    for (const id of this.#removedOthers) this.#freeOthers.push(id - OTHER);
    this.#added = [];
    this.#removedMessages = [];
    this.#removedOthers.clear();
    this.#movedFrom.clear();
  }

  #push(id: number): void {
    this.#ids.set(this.#length, id);
    this.#length += 1;
  }

  #stays(id: number): boolean {
    return id < OTHER ? !this.isRemoved(id) : !this.#removedOthers.has(id);
  }

  /**
   * Order of rows: by time; at the same time in the order in which such things can follow each other, then by
   * name and number. Arrival plays no part.
   */
  #compare(a: number, b: number): number {
    return this.#at(a) - this.#at(b) || this.#compareAtSameTime(a, b);
  }

  readonly #compareAtSameTime = (a: number, b: number): number =>
    this.#rank(a) - this.#rank(b) ||
    (a < OTHER ? this.slots.compareLike(a, b) : compareOthers(this.#other(a), this.#other(b)));

  #rank(id: number): number {
    return id < OTHER ? RANK.message : rank(this.#other(id));
  }

  /** @returns where the row is to stand */
  readonly #at = (id: number): number => (id < OTHER ? this.slots.at(id) : this.#other(id).at);

  /** @returns where the row stands in the sequence */
  #placedAt(id: number): number {
    if (id >= OTHER) return this.#other(id).at;
    const hasMoved = this.#movedFrom.size > 0 && this.#movedFrom.has(id);
    return hasMoved ? (this.#movedFrom.get(id) as number) : this.slots.at(id);
  }

  #other(id: number): OtherRow {
    return this.#others[id - OTHER] as OtherRow;
  }
}
