/** A query of the command line: what is wrong in it is shown, and only one without errors is taken. */
import { parseQuery, type QueryError } from '../model/index.js';
import { Failure } from './failure.js';
import type { Terminal } from './terminal.js';

/**
 * @param query undefined when none was given
 * @throws Failure when something is wrong with it; where, has been noted by then
 */
export function checkQuery(query: string | undefined, terminal: Terminal): void {
  if (query === undefined) return;
  const { errors } = parseQuery(query);
  if (errors.length === 0) return;
  for (const line of errorLines(query, errors)) terminal.note(line);
  if (errors.every(({ severity }) => severity === 'warning')) return;
  throw new Failure('The filter cannot be used. docs/filter.md tells what it can say.');
}

/** @returns the query, and under it for each error carets and a message */
export function errorLines(query: string, errors: readonly QueryError[]): readonly string[] {
  // One column a character, so that the carets stand where they belong.
  const shown = query.replace(/\s/gu, ' ');
  const marks = errors.map(
    ({ from, to, message }) =>
      `${' '.repeat(from)}${'^'.repeat(Math.max(1, to - from))} ${message}`,
  );
  return [shown, ...marks];
}
