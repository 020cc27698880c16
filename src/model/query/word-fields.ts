/** The words of `is:`, `dir:` and `has:`: what each says of a row. */

import { applicationOf } from '../labels.js';
import { messageStanding } from '../standing.js';
import type { Request, Row } from '../types.js';
import type { Key, KEYS } from './keys.js';
import { latencyOf, payloadOf } from './number-fields.js';
import type { Reading } from './reading.js';

/** Milliseconds. */
export const SLOW_MESSAGE = 100;
const SLOW_REQUEST = 1_000;

type Say = (row: Row, reading: Reading) => boolean;
type Words<K extends 'is' | 'dir' | 'has'> = Record<keyof (typeof KEYS)[K]['words'], Say>;

/** @returns what tells whether the word holds of a row */
export function wordTest(key: Key, word: string): Say {
  const words: Readonly<Record<string, Say>> =
    key === 'is' ? IS : key === 'dir' ? DIR : key === 'has' ? HAS : {};
  return words[word] ?? (() => false);
}

function standing(row: Row, reading: Reading): string | null {
  if (row.kind === 'request') return row.request.state;
  if (row.kind !== 'message') return null;
  return messageStanding(row.message, reading.connectionOf(row));
}

const IS: Words<'is'> = {
  message: ({ kind }) => kind === 'message',
  request: ({ kind }) => kind === 'request',
  connection: ({ kind }) => kind === 'opened' || kind === 'closed',
  lifecycle: ({ kind }) => kind === 'lifecycle',
  gap: ({ kind }) => kind === 'gap' || kind === 'deleted',
  refused: (row, reading) => standing(row, reading) === 'refused',
  undelivered: (row, reading) => standing(row, reading) === 'undelivered',
  unheard: (row, reading) => standing(row, reading) === 'unheard',
  waiting: (row, reading) => standing(row, reading) === 'waiting',
  unanswered: (row, reading) => standing(row, reading) === 'unanswered',
  replied: (row, reading) => standing(row, reading) === 'replied',
  failed: (row, reading) =>
    row.kind === 'closed'
      ? reading.connectionOf(row)?.state === 'failed'
      : row.kind === 'request' && row.request.state === 'failed',
  error(row, reading) {
    switch (row.kind) {
      case 'message':
        return row.message.error !== null;
      case 'request':
        return hasErred(row.request);
      case 'closed':
        return errorOf(row, reading) !== null || reading.connectionOf(row)?.state === 'failed';
      default:
        return false;
    }
  },
  slow(row) {
    const latency = latencyOf(row);
    return latency !== null && latency > (row.kind === 'request' ? SLOW_REQUEST : SLOW_MESSAGE);
  },
  finding: (row, reading) => reading.isFound(row),
  open: (row, reading) => reading.connectionOf(row)?.state === 'open',
  closed(row, reading) {
    const connection = reading.connectionOf(row);
    return connection !== undefined && connection.state !== 'open';
  },
  leaked(row, reading) {
    const connection = reading.connectionOf(row);
    if (connection === undefined) return false;
    const opened = { kind: 'opened', at: connection.openedAt, connection: connection.key } as const;
    return reading.isFound(opened, 'port-leak');
  },
  native(row, reading) {
    if (row.kind === 'request') return row.request.target?.application !== undefined;
    const connection = reading.connectionOf(row);
    return connection !== undefined && applicationOf(connection) !== null;
  },
};

const DIR: Words<'dir'> = {
  out: (row) => row.kind === 'message' && row.message.toward === 'acceptor',
  in: (row) => row.kind === 'message' && row.message.toward === 'opener',
  request: (row) => row.kind === 'request',
};

const HAS: Words<'has'> = {
  type: (row) =>
    (row.kind === 'message' && row.message.messageType !== null) ||
    (row.kind === 'request' && row.request.messageType !== null),
  payload(row) {
    const payload = payloadOf(row);
    return payload !== null && payload.form !== 'unreadable';
  },
  reply: (row) => row.kind === 'request' && row.request.reply !== null,
  error: (row, reading) => errorOf(row, reading) !== null,
  stack(row, reading) {
    if (row.kind === 'message') return row.message.stack !== null;
    if (row.kind === 'request') return row.request.stack !== null;
    const connection = reading.connectionOf(row);
    if (connection === undefined) return false;
    if (row.kind === 'opened') return (connection.opener?.stack ?? null) !== null;
    return [connection.opener, ...connection.acceptors].some((end) => end?.closeStack);
  },
  latency: (row) => latencyOf(row) !== null,
};

function errorOf(row: Row, reading: Reading): string | null {
  if (row.kind === 'message') return row.message.error;
  if (row.kind === 'request') return row.request.error;
  return row.kind === 'closed' ? (reading.connectionOf(row)?.error ?? null) : null;
}

/** An error that the sender did not get counts too: it is the receiver's. */
function hasErred({ state, error, receipts }: Request): boolean {
  return (
    state === 'failed' ||
    state === 'unheard' ||
    error !== null ||
    receipts.some(({ accounts }) =>
      accounts.some(({ returned, rejected }) => rejected !== null || returned?.what === 'threw'),
    )
  );
}
