/**
 * Which rows pass the query, kept up to date without looking at all of them each time. Rows are stamped
 * with the stage at which they were held back, so that an empty table can say why it is empty.
 */

import type { Model } from '../../src/model/index.js';
import type { ColumnFilter } from '../../src/model/query/index.js';
import type { Connection, Request } from '../../src/model/types.js';
import { Verdicts } from '../../src/model/verdicts.js';

/** What a row must pass, in this order. */
export interface Stages {
  readonly scope: Membership | null;
  readonly selection: Membership | null;
  readonly filter: ColumnFilter | null;
  /** Earlier rows of these are held back. */
  readonly reloads: readonly {
    /** Epoch milliseconds. */
    readonly at: number;
    readonly of: Membership;
  }[];
}

/** What of the model is looked at. */
type Readable = Pick<Model, 'rows' | 'connectionAt'>;

/** A set of contexts, connections and requests. */
export interface Membership {
  readonly context: (key: string) => boolean;
  readonly connection: (connection: Connection) => boolean;
  readonly request: (request: Request) => boolean;
  /** Whether what concerns the extension as a whole concerns the set. */
  readonly extension: (id: string) => boolean;
}

/** Stamps: what held the row back. */
const VISIBLE = 0;
const BY_SCOPE = 1;
const BY_SELECTION = 2;
const BY_FILTER = 3;
const BY_RELOAD = 5;
/** Added to {@link VISIBLE} for messages, one-off ones included. */
const MESSAGE = 4;

/** Rows that are looked at between two looks at the clock; fewer where payloads are read, which takes long. */
const AT_ONCE = 2_048;
const AT_ONCE_WITH_TEXT = 64;

/** How much longer the arrays become when they are too short: a million rows must not leave room for another. */
const GROWTH = 1.25;

export class VisibleRows {
  #stages: Stages = { scope: null, selection: null, filter: null, reloads: [] };
  /** Rows looked at so far. */
  #length = 0;
  #stamps = new Uint8Array(1024);
  /** Indexes of visible rows, ascending; {@link #count} of them. */
  #indexes = new Uint32Array(1024);
  #count = 0;
  #changedFrom = 0;
  readonly #counts = new Uint32Array(8);
  /** Which of the rows that are looked at passes the filter: 1 or 0. */
  readonly #stands = new Uint8Array(AT_ONCE);
  /** By the connection's number. */
  #scoped: Verdicts | null = null;
  #selected: Verdicts | null = null;
  /** As the stages' reloads. */
  #reloaded: readonly Verdicts[] = [];
  #model: Readable | null = null;

  /** Visible rows. */
  get count(): number {
    return this.#count;
  }

  /** Indexes of the visible rows in the model's rows, ascending; good until the next {@link update}. */
  get indexes(): Uint32Array {
    return this.#indexes.subarray(0, this.#count);
  }

  /** @returns index of the n-th visible row in the model's rows */
  at(position: number): number {
    return this.#indexes[position] ?? 0;
  }

  /** @returns how many visible rows have a smaller index */
  positionOf(index: number): number {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#indexes[middle] ?? 0) < index) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** How many of the model's rows have been looked at, from the first on. */
  get looked(): number {
    return this.#length;
  }

  /** Index of the first row that the last {@link update} looked at. */
  get changedFrom(): number {
    return this.#changedFrom;
  }

  get counts(): {
    readonly messages: number;
    readonly byScope: number;
    readonly bySelection: number;
    readonly byFilter: number;
    readonly byReload: number;
  } {
    const counts = this.#counts;
    return {
      messages: counts[MESSAGE] ?? 0,
      byScope: counts[BY_SCOPE] ?? 0,
      bySelection: counts[BY_SELECTION] ?? 0,
      byFilter: counts[BY_FILTER] ?? 0,
      byReload: counts[BY_RELOAD] ?? 0,
    };
  }

  /** The query changed: look at everything again on the next {@link update}. */
  setStages(stages: Stages): void {
    this.#stages = stages;
    this.#truncate(0);
    this.#model = null;
  }

  /**
   * Brings the visible rows up to date with the model's. It stops before a row whose text is not at hand.
   *
   * @param rowsFrom index of the first row that has changed since the last call
   * @param until as `performance.now()` has it: then it stops, to be called again
   * @returns whether all rows have been looked at
   */
  update(model: Readable, rowsFrom: number, until = Infinity): boolean {
    const { rows } = model;
    const { filter } = this.#stages;
    const kept = this.#judge(model);
    filter?.refresh();
    const from = kept ? Math.min(rowsFrom, this.#length, rows.length) : 0;
    this.#changedFrom = from;
    this.#truncate(from);
    this.#grow(rows.length);
    const most = filter?.readsText === true ? AT_ONCE_WITH_TEXT : AT_ONCE;
    while (this.#length < rows.length) {
      const wanted = Math.min(most, rows.length - this.#length);
      if (this.#look(rows, wanted) < wanted || performance.now() > until) break;
    }
    return this.#length === rows.length;
  }

  /** Rows from this index on have changed, and are not looked at yet. */
  drop(rowsFrom: number): void {
    this.#changedFrom = Math.min(rowsFrom, this.#length);
    this.#truncate(this.#changedFrom);
  }

  /** Looks at the next rows. @returns how many could be told of, from the first on */
  #look(rows: Readable['rows'], wanted: number): number {
    const { scope, selection, filter } = this.#stages;
    const from = this.#length;
    const stamps = this.#stamps.subarray(from, from + wanted).fill(VISIBLE);
    const stands = this.#stands.subarray(0, wanted).fill(1);
    const holdBack = (by: number, membership: Membership, connections: Verdicts | null): void => {
      for (let n = 0; n < wanted; n += 1) {
        if (stands[n] === 0 || belongs(from + n, rows, membership, connections)) continue;
        stands[n] = 0;
        stamps[n] = by;
      }
    };
    if (scope !== null) holdBack(BY_SCOPE, scope, this.#scoped);
    if (selection !== null) holdBack(BY_SELECTION, selection, this.#selected);
    const told = filter?.narrow(from, stands) ?? wanted;
    for (let n = 0; n < told; n += 1) {
      if (stands[n] === 1 && this.#isOfBefore(from + n, rows)) {
        stamps[n] = BY_RELOAD;
      } else if (stands[n] === 1) {
        const kind = rows.kindAt(from + n);
        if (kind === 'message' || kind === 'request') stamps[n] = MESSAGE;
        this.#indexes[this.#count] = from + n;
        this.#count += 1;
      } else if (stamps[n] === VISIBLE) stamps[n] = BY_FILTER;
      const stamp = stamps[n] as number;
      this.#counts[stamp] = (this.#counts[stamp] ?? 0) + 1;
    }
    this.#length += told;
    return told;
  }

  /** @returns whether the row is of the life before a reload */
  #isOfBefore(index: number, rows: Readable['rows']): boolean {
    return this.#stages.reloads.some(
      ({ at, of }, n) =>
        rows.timeAt(index) < at && belongs(index, rows, of, this.#reloaded[n] ?? null),
    );
  }

  /** @returns whether every connection judged before is judged the same now */
  #judge(model: Readable): boolean {
    if (this.#model !== model) {
      this.#model = model;
      const verdicts = (membership: Membership): Verdicts =>
        new Verdicts((number) => {
          const connection = model.connectionAt(number);
          return connection !== undefined && membership.connection(connection);
        });
      const { scope, selection, reloads } = this.#stages;
      this.#scoped = scope && verdicts(scope);
      this.#selected = selection && verdicts(selection);
      this.#reloaded = reloads.map(({ of }) => verdicts(of));
    }
    const all = [this.#scoped, this.#selected, ...this.#reloaded];
    return all.map((verdicts) => verdicts?.recheck() ?? true).every(Boolean);
  }

  #truncate(from: number): void {
    for (let index = from; index < this.#length; index += 1) {
      const stamp = this.#stamps[index] ?? 0;
      this.#counts[stamp] = (this.#counts[stamp] ?? 0) - 1;
    }
    this.#length = Math.min(this.#length, from);
    this.#count = this.positionOf(from);
  }

  #grow(length: number): void {
    if (length <= this.#stamps.length) return;
    const room = Math.max(length, Math.ceil(this.#stamps.length * GROWTH));
    const [stamps, indexes] = [this.#stamps, this.#indexes];
    this.#stamps = new Uint8Array(room);
    this.#stamps.set(stamps);
    this.#indexes = new Uint32Array(room);
    this.#indexes.set(indexes);
  }
}

function belongs(
  index: number,
  rows: Readable['rows'],
  membership: Membership,
  connections: Verdicts | null,
): boolean {
  const connection = rows.connectionAt(index);
  if (connection >= 0) return connections?.of(connection) ?? false;
  const row = rows.at(index);
  switch (row?.kind) {
    case 'request':
      return membership.request(row.request);
    case 'lifecycle':
    case 'gap':
      return membership.context(row.context);
    case 'deleted':
      return membership.extension(row.extension);
    default:
      return false;
  }
}
