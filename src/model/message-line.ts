/** One line of plain text for a row, for terminals. What pages and extensions wrote is made harmless first. */

import { contextLabel } from './labels.js';
import type { Model } from './model.js';
import { visible } from './preview.js';
import type { Connection, Message, Row } from './types.js';

type Readable = Pick<Model, 'contexts' | 'connections' | 'rows'>;

/** Longest part that other people's code decides, in characters. */
const LONGEST_PART = 120;

/**
 * @param origin epoch milliseconds that the time counts from; without it, the first row's time
 * @returns the row in one line: time, from → to, port name, type, size, preview. Nothing in it acts on a
 *   terminal.
 */
export function messageLine(model: Readable, row: Row, origin?: number): string {
  const from = origin ?? model.rows[0]?.at ?? row.at;
  const seconds = (row.at - from) / 1000;
  const time = `${seconds < 0 ? '' : '+'}${seconds.toFixed(3)}s`.padStart(10);
  return visible([time, ...parts(model, row)].filter((part) => part !== '').join('  '));
}

function parts(model: Readable, row: Row): string[] {
  switch (row.kind) {
    case 'message': {
      const { message } = row;
      const connection = model.connections.get(message.connection);
      const sender = message.from === null ? 'unknown' : nameOf(model, message.from);
      return [
        `${sender} → ${receivers(model, message, connection)}`,
        nameOfPort(connection),
        clip(message.messageType ?? ''),
        sizeOf(message.payload.bytes),
        message.preview,
        noteOf(message),
      ];
    }
    case 'opened':
    case 'closed': {
      const connection = model.connections.get(row.connection);
      const ends = `${openerOf(model, connection)} → ${acceptorsOf(model, connection)}`;
      const error = row.kind === 'closed' ? (connection?.error ?? '') : '';
      return [ends, nameOfPort(connection), row.kind, clip(error)];
    }
    case 'lifecycle':
      return [nameOf(model, row.context), row.what];
    case 'deleted':
      return [row.extension, 'deleted to make room', `${row.events} events`];
    case 'gap':
      return [nameOf(model, row.context), `gap: ${row.events} events lost (${row.reason})`];
  }
}

function receivers(model: Readable, message: Message, connection: Connection | undefined): string {
  const { deliveries, toward } = message;
  if (deliveries.length > 0) {
    return deliveries.map(({ context }) => nameOf(model, context)).join(', ');
  }
  return toward === 'acceptor' ? acceptorsOf(model, connection) : openerOf(model, connection);
}

function openerOf(model: Readable, connection: Connection | undefined): string {
  const opener = connection?.opener;
  return opener ? nameOf(model, opener.context) : 'unknown';
}

function acceptorsOf(model: Readable, connection: Connection | undefined): string {
  const acceptors = connection?.acceptors ?? [];
  if (acceptors.length > 0) {
    return acceptors.map(({ context }) => nameOf(model, context)).join(', ');
  }
  return connection?.state === 'failed' ? 'nobody' : 'unknown';
}

function nameOf(model: Readable, key: string): string {
  const context = model.contexts.get(key);
  return context === undefined ? 'unknown' : clip(contextLabel(context));
}

function nameOfPort(connection: Connection | undefined): string {
  return JSON.stringify(clip(connection?.name ?? ''));
}

function noteOf({ error, deliveries, postedAt }: Message): string {
  if (error !== null) return `(refused: ${clip(error)})`;
  if (deliveries.length === 0) return '(not delivered)';
  return postedAt === null ? '(post not seen)' : '';
}

function sizeOf(bytes: number): string {
  if (bytes < 10_000) return `${bytes} B`;
  return bytes < 10_000_000 ? `${Math.round(bytes / 1000)} kB` : `${Math.round(bytes / 1e6)} MB`;
}

function clip(text: string): string {
  return text.length <= LONGEST_PART ? text : `${text.slice(0, LONGEST_PART - 1)}…`;
}
