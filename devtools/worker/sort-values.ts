/** What a row is ranked by in each column: what the column shows. */

import { messageLatency, requestLatency } from '../../src/model/standing.js';
import type { Connection, Row } from '../../src/model/types.js';
import type { SortColumn } from '../worker-protocol.js';
import { nameOfPort, type Described } from './ends.js';
import { requestCells } from './request-view.js';
import type { SortValue } from './row-order.js';
import { messageEnds, viewRow } from './row-view.js';

/** Ranks count whole numbers: latencies go by hundredths of a millisecond, which is finer than any clock. */
const LATENCY_UNIT = 100;

/** @returns the value that the row has in the column; null: none */
export function sortValues(
  column: Exclude<SortColumn, 'time'>,
  model: Described,
): (row: Row) => SortValue {
  switch (column) {
    case 'size':
      return (row) => {
        const payload =
          row.kind === 'message'
            ? row.message.payload
            : row.kind === 'request'
              ? row.request.payload
              : null;
        return payload === null || payload.form === 'unreadable' ? null : payload.bytes;
      };
    case 'latency':
      return (row) => {
        const latency =
          row.kind === 'message'
            ? messageLatency(row.message)
            : row.kind === 'request'
              ? requestLatency(row.request)
              : null;
        return latency === null ? null : latency * LATENCY_UNIT;
      };
    case 'type':
      return (row) =>
        row.kind === 'message'
          ? row.message.messageType
          : row.kind === 'request'
            ? row.request.messageType
            : null;
    case 'connection':
      return (row) => connectionText(row, model);
    case 'ends':
      return endsTexts(model);
  }
}

function connectionText(row: Row, model: Described): string | null {
  switch (row.kind) {
    case 'message':
      return nameOfPort(model.connections.get(row.message.connection));
    case 'opened':
    case 'closed':
      return nameOfPort(model.connections.get(row.connection));
    case 'request':
      return requestCells(row.request, model).connection;
    default:
      return null;
  }
}

/** Most messages of a connection go between the same two ends: their names are put together once. */
function endsTexts(model: Described): (row: Row) => string | null {
  interface Known {
    readonly connection: Connection | undefined;
    readonly from: string | null;
    readonly to: string;
    readonly text: string;
  }
  const known = new Map<string, Known>();
  return (row) => {
    if (row.kind !== 'message') {
      const { from, to } = viewRow(row, model, 0);
      return endsText(from?.label, to?.label);
    }
    const { message } = row;
    const connection = model.connections.get(message.connection);
    const to = message.deliveries.map((delivery) => delivery.context).join(' ');
    const name = `${message.toward} ${message.connection}`;
    const last = known.get(name);
    if (last?.connection === connection && last?.from === message.from && last.to === to) {
      return last.text;
    }
    const ends = messageEnds(message, connection, model);
    const text = endsText(ends.from.label, ends.to.label) ?? '';
    known.set(name, { connection, from: message.from, to, text });
    return text;
  };
}

function endsText(from: string | undefined, to: string | undefined): string | null {
  return from === undefined && to === undefined ? null : `${from ?? ''} → ${to ?? ''}`;
}
