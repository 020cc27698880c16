/**
 * The rows in view as the panel is told them: only those that are not as it was told them, and again once the texts
 * that they want have been read.
 */

import type { Row } from '../../src/model/types.js';
import { faultOf } from '../../src/store/reader.js';
import { isSame } from '../arithmetic/same.js';
import type { FromSession, Listing, RowView } from '../worker-protocol.js';
import type { SegmentTexts } from './segment-texts.js';
import type { ShownRows, View } from './shown-rows.js';

/** Segments that are read in a row for what is in view. */
const MOST_FETCHED = 200;

/** What is said of a row at a position, as far as texts are at hand. */
export interface RowViewer {
  /** What its own text tells. */
  view(row: Row, position: number): RowView;
  /** And what those of other messages tell. */
  withExchange(view: RowView, position: number): RowView;
}

export class Listings {
  readonly #shown: ShownRows;
  readonly #texts: SegmentTexts;
  readonly #viewer: RowViewer;
  readonly #post: (message: FromSession) => void;
  #listed: Listing | null = null;
  /** The rows that the panel was told last and that still stand. */
  #told: { readonly from: number; readonly rows: RowView[] } = { from: 0, rows: [] };
  /** Segments whose texts rows in view want. */
  #wanted: ReadonlySet<number> = new Set();
  #fetching = false;

  /** @param post takes rows that are to be told again, and what the store threw */
  constructor(
    shown: ShownRows,
    texts: SegmentTexts,
    viewer: RowViewer,
    post: (message: FromSession) => void,
  ) {
    this.#shown = shown;
    this.#texts = texts;
    this.#viewer = viewer;
    this.#post = post;
  }

  /** @returns whether the panel has been told the rows at these positions, as they stood then */
  hasTold({ from, to }: Pick<View, 'from' | 'to'>): boolean {
    return from >= this.#told.from && to <= this.#told.from + this.#told.rows.length;
  }

  /** Tells the rows in view by themselves, unless the panel has been told all of it. */
  tell(): void {
    const before = this.#listed;
    const listing = this.next();
    const same =
      listing.rows.length === 0 &&
      listing.standing >= listing.visible &&
      listing.visible === before?.visible &&
      listing.gone === before.gone &&
      listing.selected?.key === before.selected?.key &&
      listing.selected?.index === before.selected?.index &&
      listing.arrangement === before.arrangement;
    if (!same) this.#post({ type: 'rows', listing });
  }

  /** @returns what the panel is to be told now; it counts as told */
  next(): Listing {
    const { view, ...standing } = this.#shown.stand();
    const { from, to } = view;
    const told = this.#told;
    const rows: RowView[] = [];
    const missing = new Set<number>();
    this.#texts.takeMissing();
    for (let position = from; position < to; position += 1) {
      const row = this.#shown.rowAt(position);
      if (row !== undefined) {
        rows.push(this.#viewed(row, position, told.rows[position - told.from], missing));
      }
    }
    this.#wanted = missing;
    if (missing.size > 0) void this.#fetchTexts();
    const same = this.#listed?.arrangement === standing.arrangement;
    const valid = same ? standing.standing : 0;
    told.rows.length = Math.min(told.rows.length, Math.max(0, valid - told.from));
    const isTold = (row: RowView, n: number): boolean => {
      const before = told.rows[from + n - told.from];
      return before !== undefined && isSame(row, before);
    };
    const first = rows.findIndex((row, n) => !isTold(row, n));
    const last = rows.findLastIndex((row, n) => !isTold(row, n));
    this.#told = { from, rows };
    this.#listed = {
      ...standing,
      from: from + Math.max(0, first),
      rows: first < 0 ? [] : rows.slice(first, last + 1),
    };
    return this.#listed;
  }

  /**
   * What was told of a row stays until its text is at hand again.
   *
   * @param before what was told at its position
   * @param missing takes the segments whose texts it would need
   */
  #viewed(row: Row, position: number, before: RowView | undefined, missing: Set<number>): RowView {
    const view = this.#viewer.view(row, position);
    const known = before?.key === view.key ? before : null;
    if (this.#takeMissing(missing)) return known ?? view;
    const whole = this.#viewer.withExchange(view, position);
    if (!this.#takeMissing(missing) || known === null) return whole;
    return { ...whole, outcome: known.outcome || whole.outcome, answerTo: known.answerTo };
  }

  /** @returns whether a text was missing since the last time */
  #takeMissing(missing: Set<number>): boolean {
    const lacking = this.#texts.takeMissing();
    for (const segment of lacking) missing.add(segment);
    return lacking.length > 0;
  }

  /** Reads texts of rows in view, and tells these rows again: one by one, for they may be too many to be held. */
  async #fetchTexts(): Promise<void> {
    if (this.#fetching) return;
    this.#fetching = true;
    try {
      const tried = new Set<number>();
      for (;;) {
        const next = [...this.#wanted].find((segment) => !tried.has(segment));
        if (next === undefined || tried.size >= MOST_FETCHED) return;
        tried.add(next);
        await this.#texts.read(next);
        this.tell();
      }
    } catch (error) {
      this.#post({ type: 'fault', fault: faultOf(error) });
    } finally {
      this.#fetching = false;
    }
  }
}
