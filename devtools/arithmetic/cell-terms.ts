/** The query terms that a row's cells stand for, and how one is added to a query. */

import { parseQuery, quoteValue } from '../../src/model/query/index.js';
import type { RowView } from '../worker-protocol.js';
import { formatTime } from './format.js';

const TIMES = ['time', 'since', 'previous'];

/** Of these cells are the terms for a row as a whole. */
const COMMON = ['connection', 'type', 'ends', 'direction', 'size', 'latency', 'preview'];

/**
 * @param column a cell's part of the table, as in its class; null for all of the row
 * @returns the terms, at least one
 */
export function cellTerms(row: RowView, column: string | null): readonly string[] {
  const of: Record<string, readonly string[]> = {
    connection: connectionTerms(row),
    api: row.api === '' ? [] : [`api:=${quoteValue(row.api)}`],
    extension: row.extension === '' ? [] : [`ext:=${quoteValue(row.extension)}`],
    tab: row.tab === '' ? [] : [`tab:${Number.parseInt(row.tab, 10)}`],
    type: row.messageType === '' ? [] : [`type:=${quoteValue(row.messageType)}`],
    ends: [
      ...(row.from === null ? [] : [`from:=${quoteValue(row.from.label)}`]),
      ...(row.to === null ? [] : [`to:=${quoteValue(row.to.label)}`]),
    ],
    ...Object.fromEntries(TIMES.map((name) => [name, [secondOf(row)]])),
    direction: row.direction === null ? [] : [`dir:${row.direction}`],
    size: row.bytes === null ? [] : [`size:>=${row.bytes}`],
    latency: row.latency === null ? [] : [`latency:>=${Math.max(0, Math.floor(row.latency))}ms`],
    preview: row.flag === null ? [] : [`is:${row.flag}`],
  };
  const found = column === null ? undefined : of[column];
  if (found !== undefined && found.length > 0) return found;
  const all = COMMON.flatMap((name) => of[name] ?? []);
  return all.length > 0 ? all : [`is:${row.kind}`];
}

function secondOf({ at }: RowView): string {
  return `time:${formatTime(at).slice(0, 8)}`;
}

function connectionTerms({ kind, connection, port }: RowView): readonly string[] {
  if (kind === 'lifecycle' || kind === 'gap') return [`is:${kind}`];
  if (kind === 'request') {
    return [`api:=${connection.includes('.') ? connection : `runtime.${connection}`}`];
  }
  return port === null ? [] : [portTerm(port)];
}

/** @param name as the extension gave it to the port; '' asks for those without one */
export function portTerm(name: string): string {
  return `name:=${quoteValue(name)}`;
}

/**
 * @param column as for {@link cellTerms}
 * @returns the query for rows that say the same there; as a whole, those of the same connection and type
 */
export function likeRow(row: RowView, column: string | null): string {
  if (column !== null && column !== 'preview') return cellTerms(row, column).join(' ');
  const of = (name: string) => cellTerms(row, name);
  return (row.messageType === '' ? of('connection') : [...of('connection'), ...of('type')]).join(
    ' ',
  );
}

/** @returns the query that asks for the term as well */
export function withTerm(query: string, term: string): string {
  const before = query.trim();
  if (before === '') return term;
  const { node } = parseQuery(before);
  return node?.kind === 'or' ? `(${before}) ${term}` : `${before} ${term}`;
}
