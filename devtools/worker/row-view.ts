/** The model's rows as the table shows them: flat, short, in words. */

import { counted, text } from '../../src/texts/index.js';
import { applicationOf, rowKey } from '../../src/model/index.js';
import type { Start } from '../../src/model/lives.js';
import { messageLatency, messageStanding } from '../../src/model/standing.js';
import type { Connection, Message, ModelContext, Row } from '../../src/model/types.js';
import type { EndName, RowView } from '../worker-protocol.js';
import { closingText } from './closing.js';
import {
  acceptorNames,
  endName,
  jointName,
  nameOfPort,
  openerName,
  type Described,
} from './ends.js';
import { endText, unreportedText } from './end-text.js';
import { requestCells } from './request-view.js';
import { connectionPlaces, contextPlaces } from './row-places.js';

/**
 * @param origin epoch milliseconds at which the recording began
 * @returns the row, ready to be drawn
 */
export function viewRow(row: Row, model: Described, origin: number): RowView {
  const base = {
    key: rowKey(row),
    kind: row.kind === 'deleted' ? 'gap' : row.kind,
    at: row.at,
    since: row.at - origin,
    direction: null,
    from: null,
    to: null,
    connection: '',
    port: null,
    api: '',
    extension: '',
    tab: '',
    messageType: '',
    answerTo: null,
    bytes: null,
    latency: null,
    listeners: null,
    previous: null,
    outcome: '',
    flag: null,
  } as const;
  switch (row.kind) {
    case 'message': {
      const { message } = row;
      const connection = model.connections.get(message.connection);
      return {
        ...base,
        kind: row.kind,
        direction: message.toward === 'acceptor' ? 'out' : 'in',
        ...messageEnds(message, connection, model),
        connection: nameOfPort(connection),
        port: connection?.name ?? null,
        ...connectionPlaces(connection, model),
        messageType: message.messageType ?? '',
        bytes: message.payload.form === 'unreadable' ? null : message.payload.bytes,
        latency: messageLatency(message),
        listeners: listenersOf(message.deliveries),
        preview: message.error ?? message.preview ?? '',
        flag: messageStanding(message, connection),
      };
    }
    case 'request':
      return { ...base, kind: row.kind, ...requestCells(row.request, model) };
    case 'opened':
    case 'closed': {
      const connection = model.connections.get(row.connection);
      const failed = connection?.state === 'failed' || (connection?.error ?? null) !== null;
      return {
        ...base,
        kind: row.kind,
        from: openerName(connection, model),
        to: acceptorNames(connection, model),
        connection: nameOfPort(connection),
        port: connection?.name ?? null,
        ...connectionPlaces(connection, model),
        preview:
          row.kind === 'opened'
            ? text('row_opened', {
                api: connection?.opener?.api ?? connection?.api ?? 'connect',
              })
            : connection?.state === 'failed'
              ? (connection.error ?? '')
              : closingText(connection, model),
        flag: row.kind === 'closed' && failed ? 'failed' : null,
      };
    }
    case 'lifecycle':
      return {
        ...base,
        kind: row.kind,
        from: endName(row.context, model),
        ...contextPlaces([row.context], model),
        preview: lifecycleText(row, model),
      };
    case 'gap':
      return {
        ...base,
        kind: row.kind,
        from: endName(row.context, model),
        ...contextPlaces([row.context], model),
        preview: gapText(row),
      };
    case 'deleted':
      return { ...base, preview: deletedText(row) };
  }
}

function listenersOf(deliveries: Message['deliveries']): number | null {
  return deliveries.length === 0
    ? null
    : deliveries.reduce((sum, { listeners }) => sum + listeners, 0);
}

/** @returns who sent the message, and who got it or was to get it */
export function messageEnds(
  message: Message,
  connection: Connection | undefined,
  model: Described,
): { readonly from: EndName; readonly to: EndName } {
  return {
    from: senderName(message, connection, model),
    to: receivers(message, connection, model),
  };
}

function receivers(
  message: Message,
  connection: Connection | undefined,
  model: Described,
): EndName {
  if (message.deliveries.length > 0) {
    return jointName(
      message.deliveries.map((delivery) => delivery.context),
      model,
    );
  }
  return message.toward === 'acceptor'
    ? acceptorNames(connection, model)
    : openerName(connection, model);
}

/** Only an application at the other end is known though it reports nothing. */
function senderName(
  message: Message,
  connection: Connection | undefined,
  model: Described,
): EndName {
  return message.from === null && message.toward === 'opener' && isNative(connection)
    ? acceptorNames(connection, model)
    : endName(message.from, model);
}

function isNative(connection: Connection | undefined): boolean {
  return connection !== undefined && applicationOf(connection) !== null;
}

function lifecycleText(
  { what, context: key }: Extract<Row, { kind: 'lifecycle' }>,
  model: Described,
): string {
  const context = model.contexts.get(key);
  const life = model.lives.get(key);
  switch (what) {
    case 'started':
      return startText(life?.start ?? 'started', context);
    case 'frozen':
      return text('row_frozen');
    case 'thawed':
      return text('row_thawed');
    case 'unloaded':
      return text('row_unloaded', { why: endText(life?.end?.how ?? 'lost', context) });
    case 'ended':
      return endedText(endText(life?.end?.how ?? 'lost', context), unreportedText(key, model));
  }
}

function endedText(why: string, unreported: string): string {
  return unreported === ''
    ? text('row_ended', { why })
    : text('row_ended_unreported', { why, unreported });
}

function startText(start: Start, context: ModelContext | undefined): string {
  switch (start) {
    case 'started':
      return context === undefined
        ? text('start_started')
        : text('start_started_at', { url: context.url });
    case 'woken':
      return text('start_woken');
    case 'reloaded':
      return text('start_reloaded');
    case 'updated':
      return context?.extensionVersion
        ? text('start_updated_to', { version: context.extensionVersion })
        : text('start_updated');
    case 'enabled':
      return text('start_enabled');
  }
}

function gapText({ events, reason }: Extract<Row, { kind: 'gap' }>): string {
  return counted(reason === 'buffer-full' ? 'gap_buffer_full' : 'gap_porthole_absent', events);
}

const DELETED_BECAUSE = {
  limit: 'deleted_limit',
  age: 'deleted_age',
  quota: 'deleted_quota',
} as const;

function deletedText({ events, reason, extension }: Extract<Row, { kind: 'deleted' }>): string {
  return counted(DELETED_BECAUSE[reason], events, { extension });
}
