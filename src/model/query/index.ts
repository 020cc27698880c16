/** The query language: text in, a predicate over rows out. One grammar for panel and command line. */

import type { IsFound } from '../findings/index.js';
import type { RowPredicate } from '../row-text.js';
import { asksForAge, asksForFindings, compileQuery } from './evaluate.js';
import type { ColumnModel } from './column-model.js';
import { compileColumns, type ColumnFilter } from './columns.js';
import { parseQuery } from './parser.js';
import type { QueryError } from './ast.js';
import type { Readable } from './reading.js';

export type { QueryError } from './ast.js';
export { placeAt, type Place } from './complete.js';
export { keyInfo, KEYS, type Key } from './keys.js';
export { tokenize, type Token } from './lexer.js';
export { parseQuery } from './parser.js';
export { quoteValue } from './printer.js';
export { ValueCounter, type ValueCount } from './values.js';

export type { ColumnFilter } from './columns.js';

export interface Filter {
  /** Null passes everything. */
  readonly passes: RowPredicate | null;
  /** What of the query was left out. */
  readonly errors: readonly QueryError[];
  /** The answer changes as time goes by. */
  readonly ages: boolean;
  /** The answer changes with the findings. */
  readonly finds: boolean;
}

/** A filter that goes by the index of rows, for long recordings. */
export interface IndexFilter extends Omit<Filter, 'passes'> {
  /** Null passes everything. */
  readonly rows: ColumnFilter | null;
}

/**
 * @param misses how often the model was asked for a text that was not at hand
 * @returns the same as {@link compileFilter}, for rows by their index
 */
export function compileIndexFilter(
  text: string,
  model: ColumnModel,
  now: number,
  isFound?: IsFound,
  misses?: () => number,
): IndexFilter {
  const { node, errors } = parseQuery(text);
  const rows = node === null ? null : compileColumns(node, model, now, isFound, misses);
  return { rows, errors, ages: asksForAge(node), finds: asksForFindings(node) };
}

/**
 * @param now epoch milliseconds that ages count back from
 * @param isFound whether a finding is about the row; when not given, none is
 * @returns the query, ready to be asked; what cannot be read of it is left out
 */
export function compileFilter(
  text: string,
  model: Readable,
  now: number,
  isFound?: IsFound,
): Filter {
  const { node, errors } = parseQuery(text);
  const passes = node === null ? null : compileQuery(node, model, now, isFound);
  return { passes, errors, ages: asksForAge(node), finds: asksForFindings(node) };
}
