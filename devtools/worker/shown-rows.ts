/**
 * The rows that are shown, in the order asked for, and where the person looks: what is in view stays there while
 * rows come, go, or stand in another order.
 */

import { rowKey, type Model } from '../../src/model/index.js';
import type { Row } from '../../src/model/types.js';
import { BY_TIME, type Listing, type Sort } from '../worker-protocol.js';
import { newestIn } from '../arithmetic/sorting.js';
import type { RowOrder } from './row-order.js';
import type { RowSorting } from './row-sorting.js';
import { VisibleRows, type Stages } from './visible-rows.js';

/** Milliseconds after which what a new query has found so far is shown, in place of the rows before. */
const PATIENCE_MS = 150;

/** Part of the table. */
export interface View {
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  /** It sticks to where new rows come. */
  readonly follows: boolean;
}

type Readable = Parameters<RowSorting['orderBy']>[1] &
  Pick<Model, 'rows' | 'connectionAt' | 'rowIndex'>;

/** A row, by its name and by where it is, or was, if it is there no more. */
interface Held {
  readonly key: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

export class ShownRows {
  readonly #sorting: () => RowSorting;
  #model: Readable;
  #rows = new VisibleRows();
  /** Rows of another query, to take the place of the others; `hurry`: though not all are looked at. */
  #next: { readonly rows: VisibleRows; readonly since: number; readonly hurry: boolean } | null =
    null;
  #sort = BY_TIME;
  /** Null: by time. */
  #order: RowOrder | null = null;
  /** Index of the first row that the order does not know as it is. */
  #unsorted = 0;
  #view: View = { from: 0, to: 0, follows: true };
  #selected: Held | null = null;
  /** What stays where it is in view. */
  #anchor: { readonly row: Held; position: number } | null = null;
  #gone = 0;
  #arrangement = 0;
  #standing = 0;

  /** @param sorting loads what sorts by something else than time */
  constructor(model: Readable, sorting: () => RowSorting) {
    this.#model = model;
    this.#sorting = sorting;
  }

  get count(): number {
    return this.#rows.count;
  }

  /** How many of the model's rows have been looked at for the query of the rows that are shown. */
  get looked(): number {
    return this.#rows.looked;
  }

  get counts(): VisibleRows['counts'] {
    return this.#rows.counts;
  }

  /** Whether the rows shown are those of the last query. */
  get isCurrent(): boolean {
    return this.#next === null;
  }

  get sort(): Sort {
    return this.#sort;
  }

  /** Another query, or (not `hurry`) the same one again, shown when all rows are looked at. */
  setStages(stages: Stages, hurry: boolean): void {
    const rows = new VisibleRows();
    rows.setStages(stages);
    this.#next = { rows, since: performance.now(), hurry };
  }

  setSort(sort: Sort): void {
    this.#view = moved(this.#view, this.#track());
    const { from, to, follows } = this.#view;
    const held = this.#anchor !== null && this.#anchor.row === this.#selected;
    this.#sort = sort;
    this.#rearranged();
    if (!follows || held || this.#newest !== null) return;
    // Nothing of what is in view was chosen by the person: the new order is shown from its start.
    this.#gone += from;
    this.#anchor = null;
    this.#view = { from: 0, to: to - from, follows: false };
  }

  /** Another model of the same recording: what is looked at stays, as far as it is still there. */
  replace(model: Readable, stages: Stages): void {
    this.#model = model;
    this.#next = null;
    this.#rows = new VisibleRows();
    this.#rows.setStages(stages);
    // In one go: a table that fills again row by row would blink.
    this.#rows.update(model, 0);
    this.#rearranged();
  }

  /**
   * Looks at rows that are new or were not looked at yet.
   *
   * @param rowsFrom index of the first row that has changed since the last call
   * @param until as `performance.now()` has it: then it stops, to be called again
   * @returns whether all rows have been looked at
   */
  update(rowsFrom: number, until: number): boolean {
    const { rows } = this.#model;
    // What is to be replaced, and was not complete, must not take time from what comes.
    const worth = this.#next === null || this.#rows.looked >= Math.min(rowsFrom, rows.length);
    const done = worth && this.#rows.update(this.#model, rowsFrom, until);
    if (!worth) this.#rows.drop(rowsFrom);
    const { changedFrom } = this.#rows;
    this.#unsorted = Math.min(this.#unsorted, changedFrom);
    if (changedFrom < rows.length) {
      const standing = this.#isByTime ? this.#rows.positionOf(changedFrom) : 0;
      this.#standing = Math.min(this.#standing, standing);
    }
    if (this.#next === null) return done;
    const { rows: next, since, hurry } = this.#next;
    const ready = next.update(this.#model, rowsFrom, until);
    if (ready || (hurry && performance.now() - since > PATIENCE_MS)) {
      this.#rows = next;
      this.#next = null;
      this.#rearranged();
    }
    return ready;
  }

  /** The table shows these now, by positions as they stood the last time. */
  look(view: View, byHand: boolean): void {
    this.#view = moved(view, this.#track());
    // While rows come in for a new query, the one that was looked at may still come.
    const settled = this.#next === null && this.looked >= this.#model.rows.length;
    if (byHand || settled || this.#anchor === null) this.#takeHold();
  }

  /** The row of that key is rather kept in view than others. */
  select(key: string | null): void {
    if (key === (this.#selected?.key ?? null)) return;
    const at = key === null ? NaN : this.#model.rows.timeAt(this.#model.rowIndex(key));
    this.#selected = key === null ? null : { key, at };
    this.#view = moved(this.#view, this.#track());
    this.#takeHold();
  }

  /** Key of the selected row; null for none. */
  get selected(): string | null {
    return this.#selected?.key ?? null;
  }

  /** Indexes of the visible rows in the model's rows, in order of time; good until the next {@link update}. */
  get indexes(): Uint32Array {
    return this.#rows.indexes;
  }

  /** @returns how the rows stand now; what is in view is followed to where it has gone */
  stand(): Standing {
    const by = this.#track();
    this.#view = within(moved(this.#view, by), this.count, this.#newest);
    const standing = Math.min(this.#standing, this.count);
    this.#standing = Infinity;
    const selected = this.#selected;
    const place = selected === null ? null : this.#placeOf(selected);
    return {
      arrangement: this.#arrangement,
      sort: this.#sort,
      visible: this.count,
      gone: this.#gone,
      standing,
      view: this.#view,
      selected: selected && {
        key: selected.key,
        index: place?.shown === true ? place.position : null,
      },
    };
  }

  /** @returns the row at a position */
  rowAt(position: number): Row | undefined {
    return position < 0 || position >= this.count
      ? undefined
      : this.#model.rows.at(this.indexAt(position));
  }

  /** @returns milliseconds to a row from the visible one before it in time; null: it is the first */
  sincePrevious(position: number): number | null {
    const index = this.indexAt(position);
    const inTime = this.#rows.positionOf(index);
    const { rows } = this.#model;
    return inTime === 0 ? null : rows.timeAt(index) - rows.timeAt(this.#rows.at(inTime - 1));
  }

  /** @returns the position of the visible row that is closest to that time, epoch milliseconds */
  positionNear(time: number): number {
    const { rows } = this.#model;
    const after = this.#rows.positionOf(rows.indexAt(time));
    const distance = (n: number): number => {
      return n < 0 || n >= this.count ? Infinity : Math.abs(rows.timeAt(this.#rows.at(n)) - time);
    };
    const near = distance(after - 1) < distance(after) ? after - 1 : after;
    return this.count === 0 ? 0 : this.#placeAt(this.#rows.at(near)).position;
  }

  get #isByTime(): boolean {
    return this.#sort.column === 'time' && !this.#sort.descending;
  }

  get #isNewestFirst(): boolean {
    return this.#newest === 'start';
  }

  get #newest(): 'start' | 'end' | null {
    return newestIn(this.#sort);
  }

  #rearranged(): void {
    const { column } = this.#sort;
    this.#order =
      column === 'time' ? null : this.#sorting().orderBy({ ...this.#sort, column }, this.#model);
    this.#unsorted = 0;
    this.#standing = 0;
    this.#arrangement += 1;
  }

  /** @returns how far what is held on to has moved up since the last time */
  #track(): number {
    this.#arrange();
    if (this.#anchor === null) return 0;
    const { position } = this.#placeOf(this.#anchor.row);
    const by = this.#anchor.position - position;
    this.#anchor.position = position;
    this.#gone += by;
    // The rows above it may have stayed.
    if (by !== 0) this.#standing = 0;
    return by;
  }

  #arrange(): void {
    if (this.#order === null || this.#unsorted === Infinity) return;
    this.#order.update(this.#rows.indexes, this.#unsorted);
    this.#unsorted = Infinity;
  }

  #takeHold(): void {
    const { from, to } = this.#view;
    const selected = this.#selected;
    const position = selected === null ? -1 : this.#placeOf(selected).position;
    if (selected !== null && position >= from && position < to) {
      this.#anchor = { row: selected, position };
      return;
    }
    const middle = Math.min((from + to) >>> 1, this.count - 1);
    const row = this.rowAt(middle);
    this.#anchor =
      row === undefined ? null : { row: { key: rowKey(row), at: row.at }, position: middle };
  }

  /** @returns index in the model's rows of the row at the position */
  indexAt(position: number): number {
    if (this.#order !== null) return this.#order.at(position);
    return this.#rows.at(this.#isNewestFirst ? this.count - 1 - position : position);
  }

  /** Where a row is, or, when it is not shown, where it would be. */
  #placeAt(index: number): { readonly position: number; readonly shown: boolean } {
    const inTime = this.#rows.positionOf(index);
    const shown = inTime < this.count && this.#rows.at(inTime) === index;
    if (this.#order !== null) return { position: this.#order.positionOf(index), shown };
    if (!this.#isNewestFirst) return { position: inTime, shown };
    return { position: this.count - inTime - (shown ? 1 : 0), shown };
  }

  /** The row as the model has it now, else what comes in its place. */
  #placeOf({ key, at }: Held): { readonly position: number; readonly shown: boolean } {
    const index = this.#model.rowIndex(key);
    if (index >= 0) return this.#placeAt(index);
    return { position: this.#placeAt(this.#model.rows.indexAt(at)).position, shown: false };
  }
}

/** How the rows stand; see `Listing`. */
interface Standing {
  readonly arrangement: number;
  readonly sort: Sort;
  readonly visible: number;
  readonly gone: number;
  readonly standing: number;
  readonly view: View;
  readonly selected: Listing['selected'];
}

function moved({ from, to, follows }: View, by: number): View {
  return { from: from - by, to: to - by, follows };
}

/** @returns the view, inside the list, as the table will move it */
function within({ from, to, follows }: View, count: number, newest: 'start' | 'end' | null): View {
  const length = to - from;
  const sticks = follows && newest !== null;
  const wanted = sticks ? (newest === 'start' ? 0 : count - length) : from;
  const first = Math.max(0, Math.min(wanted, count - length));
  return { from: first, to: Math.min(count, first + length), follows: sticks };
}
