/** A source as rows for a list that draws only those in view: its lines, very long ones in pieces. */

import { literal } from '../../src/protocol/literal.js';

/** Characters; longer lines, which are a machine's, go on in further rows. */
const LONGEST = 300;
/** Characters of each of those rows. */
const PIECE = 120;

/** What ends a line for JavaScript, and so for the numbers of stacks and source maps. */
const LINE_END = /\r\n|[\n\r\u2028\u2029]/g;

export interface SourceRow {
  /** From 1. */
  readonly line: number;
  /** Of its first character, from 1, in UTF-16 units as stacks count. */
  readonly column: number;
  readonly text: string;
}

export interface SourceRows {
  /** Rows in all; at least one. */
  readonly count: number;
  /** Lines in all. */
  readonly lines: number;
  at(index: number): SourceRow;
  /** @returns the index of the row that holds a place; the nearest one when there is no such place */
  indexOf(line: number, column: number): number;
  /** @returns the index of the row that holds a character of the source, from 0 */
  indexAt(offset: number): number;
}

export function sourceRows(text: string): SourceRows {
  /** Where rows begin, and their lines. */
  const starts: number[] = [];
  const lines: number[] = [];
  /** Where lines begin and end, and their first rows; line 1 at 0. */
  const begins: number[] = [];
  const ends: number[] = [];
  const firsts: number[] = [];

  const addLine = (from: number, to: number): void => {
    begins.push(from);
    ends.push(to);
    firsts.push(starts.length);
    const step = to - from > LONGEST ? PIECE : LONGEST;
    for (let start = from; start === from || start < to;) {
      starts.push(start);
      lines.push(begins.length);
      const next = start + step;
      start = isBetween(text, next) ? next - 1 : next;
    }
  };
  let from = 0;
  for (const { 0: end, index } of text.matchAll(LINE_END)) {
    addLine(from, index);
    from = index + end.length;
  }
  addLine(from, text.length);

  return {
    count: starts.length,
    lines: begins.length,
    at(index) {
      const line = lines[index] ?? 1;
      const start = starts[index] ?? 0;
      const isLast = lines[index + 1] !== line;
      const to = (isLast ? ends[line - 1] : starts[index + 1]) ?? start;
      return { line, column: start - (begins[line - 1] ?? 0) + 1, text: text.slice(start, to) };
    },
    indexOf(line, column) {
      const known = Math.min(Math.max(1, line), begins.length);
      const wanted = (begins[known - 1] ?? 0) + column - 1;
      let index = firsts[known - 1] ?? 0;
      while (lines[index + 1] === known && (starts[index + 1] ?? 0) <= wanted) index += 1;
      return index;
    },
    indexAt(offset) {
      let [low, high] = [0, starts.length - 1];
      while (low < high) {
        const middle = (low + high + 1) >>> 1;
        if ((starts[middle] ?? 0) <= offset) low = middle;
        else high = middle - 1;
      }
      return low;
    },
  };
}

/** Characters that are searched between two looks at the clock. */
const SEARCHED = 4_096;

/**
 * Looks for text, whatever its capitals; it may stand across rows.
 *
 * @param rows of the source
 * @returns a generator that does a piece of work at a time; at its end the indexes of the rows in which the text begins,
 *   `most` at most
 */
export function* searchSource(
  source: string,
  rows: SourceRows,
  wanted: string,
  most: number,
): Generator<undefined, number[]> {
  const found: number[] = [];
  if (wanted === '') return found;
  const pattern = new RegExp(literal(wanted), 'giu');
  for (let from = 0; from < source.length; from += SEARCHED) {
    const part = source.slice(from, from + SEARCHED + wanted.length - 1);
    for (const { index } of part.matchAll(pattern)) {
      const row = rows.indexAt(from + index);
      if (row !== found.at(-1)) found.push(row);
      if (found.length === most) return found;
    }
    yield;
  }
  return found;
}

/** Whether a character's two halves are on either side of `at`. */
function isBetween(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff && (text.codePointAt(at - 1) ?? 0) > 0xffff;
}

/**
 * @param column of the row's text, from 0
 * @returns the word, or the one character, that begins there: from and to
 */
export function tokenAt(text: string, column: number): readonly [from: number, to: number] {
  const token = /^(?:[\p{L}\p{N}_$]+|.)/u.exec(text.slice(column))?.[0] ?? '';
  return [column, column + token.length];
}
