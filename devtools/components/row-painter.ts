/**
 * Writes rows of the table straight into the document. A frame of scrolling changes some five hundred texts: to compare
 * trees of what they were and what they are takes several times as long as to write those that differ.
 */

import { formatCount, text } from '../../src/texts/index.js';
import { eventSpan, isOfMessage, type ColumnName } from '../arithmetic/columns.js';
import type { EndName, RowView } from '../worker-protocol.js';
import { IconElement } from './Icon.js';
import { cellText, cellTitle, type TextColumn } from './row-texts.js';
import { FLAG_TITLES, KIND_WORDS } from './row-words.js';

/** All that a row's looks depend on. */
export interface RowLook {
  readonly index: number;
  /** Undefined while it is on the way. */
  readonly row: RowView | undefined;
  /** The same as long as the same ones are shown. */
  readonly columns: readonly ColumnName[];
  /** Whether times are told since the recording began. */
  readonly elapsed: boolean;
  readonly selected: boolean;
  readonly pinned: boolean;
}

/** Draws what few rows have before their text into an element of its own; null takes it away. */
export type DrawMarks = (host: Element, row: RowView | null) => void;

/** Those of a message; of an event, with one text in place of what is about messages; of a row on the way. */
type Cells = 'message' | 'event' | 'pending';

type PaintCell = (row: RowView, elapsed: boolean) => void;

const DIRECTIONS = {
  out: 'table_row_out',
  in: 'table_row_in',
  request: 'table_row_one_off',
} as const;

export class RowPainter {
  readonly #element: Element;
  readonly #drawMarks: DrawMarks;
  readonly #set: SetAttribute;
  #cells: Cells | null = null;
  #columns: readonly ColumnName[] = [];
  #paintCells: readonly PaintCell[] = [];
  /** Takes the number of a row on the way. */
  #say: SetText = () => undefined;
  /** Where marks are drawn; null: there are none. */
  #marks: Element | null = null;

  /** @param element the row's: nobody else writes into it, or its attributes, but for its role */
  constructor(element: Element, drawMarks: DrawMarks) {
    this.#element = element;
    this.#drawMarks = drawMarks;
    this.#set = attributesOf(element);
  }

  paint({ index, row, columns, elapsed, selected, pinned }: RowLook): void {
    const set = this.#set;
    set('id', `row-${index}`);
    set('class', classesOf(row, index, pinned));
    set('aria-rowindex', String(index + 2));
    set('aria-selected', String(selected));
    set('data-kind', row?.kind ?? null);
    set('data-colour', row?.colour?.colour ?? null);
    const cells = row === undefined ? 'pending' : isMessage(row) ? 'message' : 'event';
    if (cells !== this.#cells || columns !== this.#columns) this.#build(cells, columns);
    if (row === undefined) this.#say(formatCount(index + 1));
    else for (const paint of this.#paintCells) paint(row, elapsed);
  }

  /** Ends what others draw in the row. */
  clear(): void {
    if (this.#marks === null) return;
    this.#drawMarks(this.#marks, null);
    this.#marks.remove();
    this.#marks = null;
  }

  #build(cells: Cells, columns: readonly ColumnName[]): void {
    this.#cells = cells;
    this.#columns = columns;
    this.clear();
    this.#element.replaceChildren();
    if (cells === 'pending') {
      this.#say = textIn(this.#add('cell c-time'));
      this.#add('cell c-expected').setAttribute('aria-label', text('table_row_loading'));
      return;
    }
    const [from, to] = cells === 'message' ? [0, 0] : eventSpan(columns);
    this.#paintCells = columns.flatMap((name, index): PaintCell[] => {
      if (name === 'preview') {
        // In a row that is no message, it takes the place of what is about messages beside it, too.
        return [
          this.#previewCell(this.#add(`cell ${cells === 'message' ? 'c-preview' : 'c-event'}`)),
        ];
      }
      if (index >= from && index < to) return [];
      if (cells === 'message' || !isOfMessage(name))
        return [cellOf(name, this.#add(`cell c-${name}`))];
      // Elsewhere its place stays empty.
      this.#add('');
      return [];
    });
  }

  #add(classes: string): Element {
    const cell = span(classes);
    cell.setAttribute('role', 'gridcell');
    this.#element.append(cell);
    return cell;
  }

  #previewCell(cell: Element): PaintCell {
    const set = attributesOf(cell);
    const say = textIn(cell);
    const sayOutcome = textOf(cell, 'outcome');
    return (row, elapsed) => {
      set('title', cellTitle('preview', row, elapsed));
      this.#mark(cell, row);
      say(row.preview);
      sayOutcome(row.outcome === '' ? '' : ` ⇒ ${row.outcome}`);
    };
  }

  #mark(cell: Element, row: RowView): void {
    if (row.colour === undefined && row.finding === undefined && row.flag === null) {
      this.clear();
      return;
    }
    if (this.#marks === null) {
      this.#marks = span('marks');
      cell.prepend(this.#marks);
    }
    this.#drawMarks(this.#marks, row);
  }
}

function isMessage({ kind }: RowView): boolean {
  return kind === 'message' || kind === 'request';
}

function classesOf(row: RowView | undefined, index: number, pinned: boolean): string {
  const odd = index % 2 === 1 ? ' odd' : '';
  const flag = row === undefined || row.flag === null ? '' : ` ${row.flag}`;
  return `row ${row?.kind ?? 'pending'}${odd}${flag}${pinned ? ' pinned' : ''}`;
}

function cellOf(name: Exclude<ColumnName, 'preview'>, cell: Element): PaintCell {
  if (name === 'direction') return directionCell(cell);
  const set = attributesOf(cell);
  const paint = name === 'ends' ? endsCell(cell) : textCell(name, cell);
  return (row, elapsed) => {
    set('title', cellTitle(name, row, elapsed));
    paint(row, elapsed);
  };
}

function textCell(name: TextColumn, cell: Element): PaintCell {
  const say = textIn(cell);
  return (row, elapsed) => say(cellText(name, row, elapsed));
}

/** The same elements for every row, so that nothing is laid out but their texts. */
function endsCell(cell: Element): PaintCell {
  const from = endIn(cell);
  const sayArrow = textOf(cell, 'arrow');
  const to = endIn(cell);
  return (row) => {
    from(row.from);
    sayArrow(row.to === null ? '' : ' → ');
    to(row.to);
  };
}

function endIn(cell: Element): (name: EndName | null) => void {
  const sayKind = textOf(cell, 'end-kind');
  const sayRest = textOf(cell, 'end-rest');
  return (name) => {
    sayKind(name?.kind ?? '');
    sayRest(name === null || name.rest === '' ? '' : ` ${name.rest}`);
  };
}

/** An arrow; in a row that is no message, a mark. */
function directionCell(cell: Element): PaintCell {
  const sign = span('');
  const icon = new IconElement();
  const set = attributesOf(sign);
  cell.append(sign);
  set('role', 'img');
  return (row) => {
    const { direction } = row;
    const failed = row.flag === 'failed';
    const word = text(
      direction === null
        ? failed
          ? FLAG_TITLES.failed
          : KIND_WORDS[row.kind]
        : DIRECTIONS[direction],
    );
    set('aria-label', word);
    set('title', word);
    if (direction === null) {
      set('class', `mark ${row.kind}${failed ? ' failed' : ''}`);
      icon.element.remove();
    } else {
      set('class', `direction ${direction}`);
      icon.show(direction);
      if (!sign.hasChildNodes()) sign.append(icon.element);
    }
  };
}

function span(classes: string): HTMLElement {
  const made = document.createElement('span');
  if (classes !== '') made.className = classes;
  return made;
}

type SetText = (text: string) => void;

/** @returns writes the text of a new node in `parent`, when it is another */
function textIn(parent: Element): SetText {
  const node = document.createTextNode('');
  parent.append(node);
  let now = '';
  return (text) => {
    if (text === now) return;
    now = text;
    node.data = text;
  };
}

/** @returns the same for a new element in `parent` */
function textOf(parent: Element, classes: string): SetText {
  const made = span(classes);
  parent.append(made);
  return textIn(made);
}

type SetAttribute = (name: string, value: string | null) => void;

/** @returns writes attributes of the element that are others than it wrote last; null: it has none of that name */
function attributesOf(element: Element): SetAttribute {
  const now = new Map<string, string | null>();
  return (name, value) => {
    if (value === (now.get(name) ?? null)) return;
    now.set(name, value);
    if (value === null) element.removeAttribute(name);
    else element.setAttribute(name, value);
  };
}
