/** The messages among the rows that the table shows, one-off ones included, as the views count them. */

import type { Model, Row } from '../../../src/model/index.js';

/** What the views are made from. */
export interface Visible {
  readonly model: Model;
  /** Indexes into `model.rows`, ascending. */
  readonly indexes: ArrayLike<number>;
}

/** What every view asks of a message. One object serves for all: nothing of it may be kept. */
export interface Seen {
  /** Position among the visible rows. */
  position: number;
  at: number;
  bytes: number;
  /** Milliseconds; NaN when it is not known. */
  latency: number;
  /** For `Model.connectionAt`; -1 for one-off messages. */
  connection: number;
  type: string | null;
  /** For `Model.contextKeyAt`, or a key; -1 and '' when the sender is not instrumented. */
  sender: number;
  isTroubled: boolean;
  /** The row, of one-off messages only. */
  request: Extract<Row, { kind: 'request' }>['request'] | null;
  /** For `Model.messages`; -1 for one-off messages. */
  message: number;
}

/** @returns each visible message, in order of time */
export function* seenMessages(
  { model, indexes }: Visible,
  from = 0,
  to = indexes.length,
): Generator<Seen> {
  const { rows, messages } = model;
  const seen: Seen = {
    position: 0,
    at: 0,
    bytes: 0,
    latency: NaN,
    connection: -1,
    type: null,
    sender: -1,
    isTroubled: false,
    request: null,
    message: -1,
  };
  for (let position = from; position < to; position += 1) {
    const index = indexes[position] as number;
    const id = rows.messageAt(index);
    seen.position = position;
    seen.at = rows.timeAt(index);
    seen.message = id;
    if (id >= 0) {
      seen.bytes = messages.bytes(id);
      seen.latency = messages.latency(id);
      seen.connection = messages.connection(id);
      seen.type = messages.typeText(messages.type(id));
      seen.sender = messages.sender(id);
      seen.isTroubled =
        messages.isRefused(id) || (messages.listeners(id) === 0 && !messages.arrivalMuted(id));
      seen.request = null;
      yield seen;
      continue;
    }
    if (rows.kindAt(index) !== 'request') continue;
    const row = rows.at(index);
    if (row?.kind !== 'request') continue;
    const { request } = row;
    const { sentAt, settledAt, payload, reply, messageType, state } = request;
    seen.bytes = (payload?.bytes ?? 0) + (reply?.payload.bytes ?? 0);
    seen.latency = sentAt === null || settledAt === null ? NaN : settledAt - sentAt;
    seen.connection = -1;
    seen.type = messageType;
    seen.sender = -1;
    seen.isTroubled = state === 'failed' || state === 'unheard' || state === 'unanswered';
    seen.request = request;
    yield seen;
  }
}

/** @returns for `Model.connectionAt`: the connections that the rows are about, each once */
export function connectionsIn({ model, indexes }: Visible): readonly number[] {
  const found = new Set<number>();
  for (let position = 0; position < indexes.length; position += 1) {
    const index = model.rows.connectionAt(indexes[position] as number);
    if (index >= 0) found.add(index);
  }
  return [...found];
}
