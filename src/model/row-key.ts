/** Names rows across revisions. */

import type { Row } from './types.js';

/** @returns what names a row for as long as it stands, whatever comes before or after it */
export function rowKey(row: Row): string {
  switch (row.kind) {
    case 'message':
      return `message ${row.message.key}`;
    case 'request':
      return `request ${row.request.key}`;
    case 'opened':
    case 'closed':
      return `${row.kind} ${row.connection}`;
    case 'lifecycle':
      return `${row.what} ${row.at} ${row.context}`;
    case 'gap':
      return `gap ${row.at} ${row.context}`;
    case 'deleted':
      return `deleted ${row.extension}`;
  }
}

/** What {@link rowKey} put together. */
export interface KeyParts {
  readonly kind: string;
  /** Of a message or request its key, else of what the row is about. */
  readonly name: string;
  /** Where the row stands, where its key says so; else NaN. */
  readonly at: number;
}

/** @returns the parts of a row's key */
export function partsOf(key: string): KeyParts {
  const [kind, rest] = split(key);
  if (NAMED.has(kind)) return { kind, name: rest, at: NaN };
  const [at, name] = split(rest);
  return { kind, name, at: Number(at) };
}

const NAMED: ReadonlySet<string> = new Set(['message', 'request', 'opened', 'closed', 'deleted']);

function split(text: string): [before: string, after: string] {
  const space = text.indexOf(' ');
  return space < 0 ? [text, ''] : [text.slice(0, space), text.slice(space + 1)];
}
