/**
 * What a row is ranked by in each column: what the column shows. Messages are read from the model's columns, and what
 * goes by their connection and ends is put together once.
 */

import type { Model } from '../../src/model/index.js';
import { requestLatency } from '../../src/model/standing.js';
import type { Connection, Row } from '../../src/model/types.js';
import type { SortColumn } from '../worker-protocol.js';
import { nameOfPort, type Described } from './ends.js';
import { requestCells } from './request-view.js';
import type { SortValue } from './row-order.js';
import { connectionPlaces } from './row-places.js';
import { messageEnds, viewRow } from './row-view.js';

/** Ranks count whole numbers: latencies go by hundredths of a millisecond, which is finer than any clock. */
const LATENCY_UNIT = 100;

/** More contexts than a recording has. */
const CONTEXTS = 2 ** 24;

export type Sortable = Described & Pick<Model, 'rows' | 'messages' | 'connectionAt'>;

/** @returns what the row with an index in the model has in the column; null: nothing */
export function sortValues(
  column: Exclude<SortColumn, 'time'>,
  model: Sortable,
): (index: number) => SortValue {
  const { rows } = model;
  const ofMessage = messageValues(column, model);
  const ofOthers = otherValues(column, model);
  return (index) => {
    const id = rows.messageAt(index);
    if (id >= 0) return ofMessage(id);
    const row = rows.at(index);
    return row === undefined ? null : ofOthers(row);
  };
}

function messageValues(
  column: Exclude<SortColumn, 'time'>,
  model: Sortable,
): (id: number) => SortValue {
  const { messages } = model;
  const byConnection = (valueOf: (connection: Connection | undefined) => SortValue) =>
    remembered(
      (id) => messages.connection(id),
      (id) => valueOf(model.connectionAt(messages.connection(id))),
    );
  switch (column) {
    case 'size':
      return (id) => (messages.form(id) === 'unreadable' ? null : messages.bytes(id));
    case 'latency':
      return (id) => {
        const latency = messages.latency(id);
        return Number.isNaN(latency) ? null : latency * LATENCY_UNIT;
      };
    case 'type':
      return (id) => messages.typeText(messages.type(id));
    case 'listeners':
      return (id) => (messages.deliveries(id) === 0 ? null : messages.listeners(id));
    case 'connection':
      return byConnection(nameOfPort);
    case 'api':
    case 'extension':
    case 'tab':
      return byConnection((connection) => connectionPlaces(connection, model)[column] || null);
    case 'ends': {
      const textOf = (id: number): string => {
        const message = messages.read(id);
        const { from, to } = messageEnds(message, model.connections.get(message.connection), model);
        return `${from.label} → ${to.label}`;
      };
      const ofConnection = new Map<number, (id: number) => string>();
      return (id) => {
        if (messages.deliveries(id) > 1) return textOf(id);
        const connection = messages.connection(id);
        let texts = ofConnection.get(connection);
        if (texts === undefined) {
          const way = (each: number): number => (messages.toward(each) === 'opener' ? 1 : 0);
          const ends = (each: number): number =>
            (messages.sender(each) + 1) * CONTEXTS + messages.receiver(each, 0) + 1;
          texts = remembered((each) => ends(each) * 2 + way(each), textOf);
          ofConnection.set(connection, texts);
        }
        return texts(id);
      };
    }
  }
}

function remembered<Value extends SortValue>(
  numberOf: (id: number) => number,
  valueOf: (id: number) => Value,
): (id: number) => Value {
  const known = new Map<number, Value>();
  return (id) => {
    const number = numberOf(id);
    let value = known.get(number);
    if (value === undefined) known.set(number, (value = valueOf(id)));
    return value;
  };
}

/** There are fewer of these. */
function otherValues(
  column: Exclude<SortColumn, 'time'>,
  model: Described,
): (row: Row) => SortValue {
  switch (column) {
    case 'listeners':
      return (row) => requestCellsOf(row, model)?.listeners ?? null;
    case 'api':
    case 'extension':
    case 'tab':
      return (row) => viewRow(row, model, 0)[column] || null;
    case 'size':
      return (row) => requestCellsOf(row, model)?.bytes ?? null;
    case 'latency':
      return (row) => {
        const latency = row.kind === 'request' ? requestLatency(row.request) : null;
        return latency === null ? null : latency * LATENCY_UNIT;
      };
    case 'type':
      return (row) => (row.kind === 'request' ? row.request.messageType : null);
    case 'connection':
      return (row) =>
        row.kind === 'opened' || row.kind === 'closed'
          ? nameOfPort(model.connections.get(row.connection))
          : (requestCellsOf(row, model)?.connection ?? null);
    case 'ends':
      return (row) => {
        const { from, to } = viewRow(row, model, 0);
        return from === null && to === null ? null : `${from?.label ?? ''} → ${to?.label ?? ''}`;
      };
  }
}

function requestCellsOf(row: Row, model: Described) {
  return row.kind === 'request' ? requestCells(row.request, model) : null;
}
