/** One line of plain text for a row, for terminals. What pages and extensions wrote is made harmless first. */

import { endingOf } from './endings.js';
import { applicationOf, contextLabel } from './labels.js';
import type { Model } from './model.js';
import { visible } from './visible.js';
import type { Connection, Message, Request, Row } from './types.js';

type Readable = Pick<Model, 'contexts' | 'connections' | 'lives'> & {
  readonly rows: { at(index: number): Row | undefined };
};

/** Longest part that other people's code decides, in characters. */
const LONGEST_PART = 120;

/**
 * @param origin epoch milliseconds that the time counts from; without it, the first row's time
 * @returns the row in one line: time, from → to, port name (of a request: the API), type, size, preview, and
 *   of a request its outcome. Nothing in it acts on a terminal.
 */
export function messageLine(model: Readable, row: Row, origin?: number): string {
  const from = origin ?? model.rows.at(0)?.at ?? row.at;
  const seconds = (row.at - from) / 1000;
  const time = `${seconds < 0 ? '' : '+'}${seconds.toFixed(3)}s`.padStart(10);
  return visible([time, ...parts(model, row)].filter((part) => part !== '').join('  '));
}

function parts(model: Readable, row: Row): string[] {
  switch (row.kind) {
    case 'message': {
      const { message } = row;
      const connection = model.connections.get(message.connection);
      const sender = senderOf(model, message, connection);
      return [
        `${sender} → ${receivers(model, message, connection)}`,
        nameOfPort(connection),
        clip(message.messageType ?? ''),
        sizeOf(message.payload.bytes),
        message.preview ?? '',
        noteOf(message, connection),
      ];
    }
    case 'request': {
      const { request } = row;
      return [
        `${request.from === null ? 'unknown' : nameOf(model, request.from)} → ${askedOf(model, request)}`,
        request.api,
        clip(request.messageType ?? ''),
        request.payload === null ? '' : sizeOf(request.payload.bytes),
        request.preview ?? '',
        `⇒ ${outcomeOf(request)}`,
      ];
    }
    case 'opened':
    case 'closed': {
      const connection = model.connections.get(row.connection);
      const ends = `${openerOf(model, connection)} → ${acceptorsOf(model, connection)}`;
      const error = row.kind === 'closed' ? (connection?.error ?? '') : '';
      const how = row.kind === 'closed' ? howClosed(model, connection) : '';
      return [ends, nameOfPort(connection), `${row.kind}${how}`, clip(error)];
    }
    case 'lifecycle':
      return [nameOf(model, row.context), `${row.what}${howEnded(model, row)}`];
    case 'deleted':
      return [row.extension, 'deleted to make room', `${row.events} events`];
    case 'gap':
      return [nameOf(model, row.context), `gap: ${row.events} events lost (${row.reason})`];
  }
}

function howClosed(model: Readable, connection: Connection | undefined): string {
  const how = connection && endingOf(connection, model.lives).closedHow;
  // Of one that nobody accepted, the error says so.
  return how && how !== 'no-receiver' ? ` (${how})` : '';
}

function howEnded(model: Readable, row: Extract<Row, { kind: 'lifecycle' }>): string {
  if (row.what !== 'unloaded' && row.what !== 'ended') return '';
  const how = model.lives.get(row.context)?.end?.how;
  return how === undefined ? '' : ` (${how})`;
}

function askedOf(model: Readable, { receipts, target, state }: Request): string {
  if (receipts.length > 0) return receipts.map(({ context }) => nameOf(model, context)).join(', ');
  if (target?.application !== undefined) return `application ${clip(target.application)}`;
  return state === 'unheard' ? 'nobody' : 'unknown';
}

function outcomeOf({ state, reply, error, sentAt, settledAt }: Request): string {
  const took =
    sentAt === null || settledAt === null ? '' : ` (${Math.round(settledAt - sentAt)} ms)`;
  switch (state) {
    case 'waiting':
      return '(no reply yet)';
    case 'unanswered':
      return `(not answered)${took}`;
    case 'unheard':
      return `(nobody listened)${took}`;
    case 'failed':
      return `(failed${error === null ? '' : `: ${clip(error)}`})${took}`;
    case 'replied':
      return `${reply?.preview ?? ''}${took}`;
  }
}

function senderOf(model: Readable, message: Message, connection: Connection | undefined): string {
  if (message.from !== null) return nameOf(model, message.from);
  return message.toward === 'opener' ? acceptorsOf(model, connection) : 'unknown';
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
  const application = connection === undefined ? null : applicationOf(connection);
  if (application !== null) return `application ${clip(application)}`;
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

function noteOf(
  { error, deliveries, postedAt, arrivalMuted }: Message,
  connection: Connection | undefined,
): string {
  if (error !== null) return `(refused: ${clip(error)})`;
  // What happens in an application nobody can see.
  if (connection !== undefined && applicationOf(connection) !== null) return '';
  if (deliveries.length === 0) return arrivalMuted ? '(arrival not recorded)' : '(not delivered)';
  return postedAt === null ? '(post not seen)' : '';
}

function sizeOf(bytes: number): string {
  if (bytes < 10_000) return `${bytes} B`;
  return bytes < 10_000_000 ? `${Math.round(bytes / 1000)} kB` : `${Math.round(bytes / 1e6)} MB`;
}

function clip(text: string): string {
  return text.length <= LONGEST_PART ? text : `${text.slice(0, LONGEST_PART - 1)}…`;
}
