/** The numbers that a row has under each key of the query language, in the key's base unit. */

import { messageLatency, requestLatency } from '../standing.js';
import type { PayloadRef, Row } from '../types.js';
import { timeOfDay } from './clock.js';
import type { NumberKey } from './keys.js';
import { someContext, type Reading } from './reading.js';

type Visit = (value: number) => boolean;
type Field = (row: Row, reading: Reading, visit: Visit) => boolean;

/** @returns whether `visit` says yes to one of the numbers that the row has under the key */
export function someNumber(key: NumberKey, row: Row, reading: Reading, visit: Visit): boolean {
  return FIELDS[key](row, reading, visit);
}

/** @returns the payload of a message or the question of a request; null: the row has none */
export function payloadOf(row: Row): PayloadRef | null {
  if (row.kind === 'message') return row.message.payload;
  return row.kind === 'request' ? row.request.payload : null;
}

/** @returns milliseconds to the first delivery, or to the reply or error; null when not known */
export function latencyOf(row: Row): number | null {
  if (row.kind === 'message') return messageLatency(row.message);
  return row.kind === 'request' ? requestLatency(row.request) : null;
}

const FIELDS: Record<NumberKey, Field> = {
  size(row, _reading, visit) {
    const payload = payloadOf(row);
    return payload !== null && payload.form !== 'unreadable' && visit(payload.bytes);
  },
  latency(row, _reading, visit) {
    const latency = latencyOf(row);
    // Two clocks: what seems to arrive before it was sent arrived at once.
    return latency !== null && visit(Math.max(0, latency));
  },
  age: (row, { now }, visit) => visit(Math.max(0, now - row.at)),
  time: (row, _reading, visit) => visit(timeOfDay(row.at)),
  tab: (row, reading, visit) => somePlace('tabId', row, reading, visit),
  frame: (row, reading, visit) => somePlace('frameId', row, reading, visit),
};

/** Whom the sender named, and what the browser told the receiver, is known of ends that report nothing. */
function somePlace(name: 'tabId' | 'frameId', row: Row, reading: Reading, visit: Visit): boolean {
  const known = (value: number | null | undefined): boolean =>
    value !== null && value !== undefined && visit(value);
  if (someContext(row, reading, (key) => known(reading.model.contexts.get(key)?.[name]))) {
    return true;
  }
  if (row.kind === 'request') {
    return known(row.request.target?.[name]) || known(row.request.sender?.[name]);
  }
  const connection = reading.connectionOf(row);
  if (connection === undefined) return false;
  return (
    known(connection.target?.[name]) ||
    connection.acceptors.some(({ sender }) => known(sender?.[name]))
  );
}
