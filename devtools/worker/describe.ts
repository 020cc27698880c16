/** The model's records as the panel shows them: flat, short, in words. */

import { contextLabel, type Model } from '../../src/model/index.js';
import type { Connection, Endpoint, Message, ModelContext, Row } from '../../src/model/types.js';
import type { StoredContext } from '../../src/protocol/index.js';
import type {
  ConnectionDetail,
  ContextDetail,
  DeliveryDetail,
  Detail,
  EndDetail,
  PayloadDetail,
  RowFlag,
  RowView,
  SiteDetail,
} from '../worker-protocol.js';

/** What descriptions are made from. */
export type Described = Pick<Model, 'contexts' | 'connections'>;

/** An end whose context is not instrumented. */
export const UNKNOWN_END = 'not instrumented';

/** @returns what names a row across revisions */
export function rowKey(row: Row): string {
  switch (row.kind) {
    case 'message':
      return `message ${row.message.key}`;
    case 'opened':
    case 'closed':
      return `${row.kind} ${row.connection}`;
    case 'lifecycle':
      return `${row.what} ${row.at} ${row.context}`;
    case 'gap':
      return `gap ${row.at} ${row.context}`;
  }
}

/**
 * @param origin epoch milliseconds at which the recording began
 * @returns the row, ready to be drawn
 */
export function viewRow(row: Row, model: Described, origin: number): RowView {
  const base = {
    key: rowKey(row),
    kind: row.kind,
    at: row.at,
    since: row.at - origin,
    direction: null,
    from: '',
    to: '',
    connection: '',
    messageType: '',
    bytes: null,
    latency: null,
    flag: null,
  } as const;
  switch (row.kind) {
    case 'message': {
      const { message } = row;
      const connection = model.connections.get(message.connection);
      return {
        ...base,
        direction: message.toward === 'acceptor' ? 'out' : 'in',
        from: message.from === null ? UNKNOWN_END : nameOf(message.from, model),
        to: receivers(message, connection, model),
        connection: nameOfPort(connection),
        messageType: message.messageType ?? '',
        bytes: message.payload.form === 'unreadable' ? null : message.payload.bytes,
        latency: latencyOf(message),
        preview: message.error ?? message.preview,
        flag: flagOf(message),
      };
    }
    case 'opened':
    case 'closed': {
      const connection = model.connections.get(row.connection);
      const failed = connection?.state === 'failed' || (connection?.error ?? null) !== null;
      return {
        ...base,
        from: openerName(connection, model),
        to: acceptorNames(connection, model),
        connection: nameOfPort(connection),
        preview:
          row.kind === 'opened'
            ? `opened by ${connection?.opener?.api ?? connection?.api ?? 'connect'}()`
            : closingText(connection, model),
        flag: row.kind === 'closed' && failed ? 'failed' : null,
      };
    }
    case 'lifecycle':
      return {
        ...base,
        from: nameOf(row.context, model),
        preview: lifecycleText(row.what, model.contexts.get(row.context)),
      };
    case 'gap':
      return { ...base, from: nameOf(row.context, model), preview: gapText(row) };
  }
}

/**
 * @param payload the message's payload with its text; null for rows without one
 * @returns everything there is to say about one row
 */
export function viewDetail(
  row: Row,
  payload: PayloadDetail | null,
  model: Described,
  origin: number,
): Detail {
  const view = viewRow(row, model, origin);
  const none = { payload, deliveries: [], sites: [], connection: null, context: null };
  switch (row.kind) {
    case 'message': {
      const connection = model.connections.get(row.message.connection);
      return {
        ...none,
        row: view,
        note: messageNote(row.message),
        deliveries: deliveriesOf(row.message, connection, model),
        sites: stackOf('postMessage', row.message.stack),
        connection: connection === undefined ? null : viewConnection(connection, model),
      };
    }
    case 'opened':
    case 'closed': {
      const connection = model.connections.get(row.connection);
      if (connection === undefined) return { ...none, row: view, note: view.preview };
      const ends = [connection.opener, ...connection.acceptors];
      const sites =
        row.kind === 'opened'
          ? stackOf('connect', connection.opener?.stack ?? null)
          : ends.flatMap((end) => stackOf('disconnect', end?.closeStack ?? null));
      const note = row.kind === 'opened' ? openingNote(connection) : view.preview;
      return { ...none, row: view, note, sites, connection: viewConnection(connection, model) };
    }
    case 'lifecycle':
    case 'gap': {
      const context = model.contexts.get(row.context);
      return {
        ...none,
        row: view,
        note: view.preview,
        context: context === undefined ? null : viewContext(context),
      };
    }
  }
}

function nameOf(key: string, model: Described): string {
  const context = model.contexts.get(key);
  return context === undefined ? 'unknown context' : contextLabel(context);
}

function nameOfPort(connection: Connection | undefined): string {
  return connection === undefined ? '' : connection.name === '' ? '(no name)' : connection.name;
}

/** @returns the label of the connection's opener */
export function openerName(connection: Connection | undefined, model: Described): string {
  return connection?.opener ? nameOf(connection.opener.context, model) : UNKNOWN_END;
}

/** @returns the labels of those who accepted a connection, joined */
export function acceptorNames(connection: Connection | undefined, model: Described): string {
  const { acceptors = [], state = 'open' } = connection ?? {};
  if (acceptors.length === 0) return state === 'failed' ? 'nobody' : UNKNOWN_END;
  return acceptors.map((end) => nameOf(end.context, model)).join(', ');
}

function receivers(message: Message, connection: Connection | undefined, model: Described): string {
  if (message.deliveries.length > 0) {
    return message.deliveries.map((delivery) => nameOf(delivery.context, model)).join(', ');
  }
  return message.toward === 'acceptor'
    ? acceptorNames(connection, model)
    : openerName(connection, model);
}

function latencyOf(message: Message): number | null {
  if (message.postedAt === null || message.deliveries.length === 0) return null;
  return Math.min(...message.deliveries.map((delivery) => delivery.at)) - message.postedAt;
}

function flagOf(message: Message): RowFlag | null {
  if (message.error !== null) return 'refused';
  if (message.deliveries.length === 0) return 'undelivered';
  return message.deliveries.every((delivery) => delivery.listeners === 0) ? 'unheard' : null;
}

function messageNote(message: Message): string | null {
  switch (flagOf(message)) {
    case 'refused':
      return `postMessage threw, and nothing was sent: ${message.error}`;
    case 'undelivered':
      return 'Posted, but not seen to be delivered: the other end is not instrumented, had closed the port, or has not reported yet.';
    case 'unheard':
      return 'Delivered, but nobody was listening: the receiving port had no onMessage listener at that time.';
    default:
      return message.from === null
        ? 'The sender is not instrumented: only the delivery was seen.'
        : null;
  }
}

function deliveriesOf(
  message: Message,
  connection: Connection | undefined,
  model: Described,
): DeliveryDetail[] {
  const seen = message.deliveries.map((delivery) => ({
    context: nameOf(delivery.context, model),
    at: delivery.at,
    latency: message.postedAt === null ? null : delivery.at - message.postedAt,
    listeners: delivery.listeners,
  }));
  if (message.error !== null || connection === undefined) return seen;
  const expected =
    message.toward === 'acceptor'
      ? connection.acceptors
      : connection.opener === null
        ? []
        : [connection.opener];
  const reached = new Set(message.deliveries.map((delivery) => delivery.endpoint));
  const missing = expected
    .filter((end) => !reached.has(end.key))
    .map((end) => ({ context: nameOf(end.context, model), at: null, latency: null, listeners: 0 }));
  return [...seen, ...missing];
}

function stackOf(title: string, stack: string | null): SiteDetail[] {
  const frames = (stack ?? '').split('\n').filter((frame) => frame.trim() !== '');
  return frames.length === 0 ? [] : [{ title, frames }];
}

function closingText(connection: Connection | undefined, model: Described): string {
  if (connection === undefined) return 'closed';
  const { error } = connection;
  const because = error === null ? '' : `: ${error}`;
  if (connection.state === 'failed') return `failed${because}`;
  if (connection.closedBy !== null) {
    return `closed by ${nameOf(connection.closedBy, model)} calling disconnect()${because}`;
  }
  return `closed: a side went away without calling disconnect()${because}`;
}

function openingNote(connection: Connection): string {
  if (connection.state === 'failed') return `Nobody accepted it. ${connection.error ?? ''}`.trim();
  const count = connection.acceptors.length;
  if (count === 0)
    return 'No accepting end has reported: it is not instrumented, or has not run yet.';
  return count === 1 ? 'Accepted by one context.' : `Accepted by ${count} contexts.`;
}

function lifecycleText(what: string, context: ModelContext | undefined): string {
  switch (what) {
    case 'started':
      return `started reporting${context ? ` · ${context.url}` : ''}`;
    case 'frozen':
      return 'frozen: the page went into the back/forward cache; its listeners are skipped';
    case 'thawed':
      return 'thawed: the page came back from the back/forward cache';
    default:
      return 'unloaded: the page went away';
  }
}

function gapText(row: Extract<Row, { kind: 'gap' }>): string {
  const count = row.events.toLocaleString('en-GB');
  const events = row.events === 1 ? 'event is' : 'events are';
  return row.reason === 'buffer-full'
    ? `${count} ${events} missing: the context held more unsent events than it may keep`
    : `${count} ${events} missing: Porthole was not there to take them`;
}

function viewEnd(end: Endpoint, model: Described): EndDetail {
  return {
    context: nameOf(end.context, model),
    url: model.contexts.get(end.context)?.url ?? '',
    api: end.api,
    at: end.at,
    posted: end.posted,
    delivered: end.delivered,
  };
}

function viewConnection(connection: Connection, model: Described): ConnectionDetail {
  const { key, name, api, target, state, openedAt, closedAt, error, messages, bytes } = connection;
  return {
    key,
    name,
    api,
    target,
    state,
    openedAt,
    closedAt,
    closedBy: state === 'open' ? null : closingText(connection, model),
    error,
    opener: connection.opener === null ? null : viewEnd(connection.opener, model),
    acceptors: connection.acceptors.map((end) => viewEnd(end, model)),
    messages,
    bytes,
  };
}

function viewContext(context: StoredContext): ContextDetail {
  const { kind, worldId, url, tabId, frameId, attestedBy, startedAt, disconnectedAt } = context;
  const version = context.extensionVersion === null ? '' : ` ${context.extensionVersion}`;
  return {
    label: contextLabel(context),
    extension: `${context.extensionName ?? context.extensionId}${version}`,
    kind,
    worldId,
    url,
    tabId,
    frameId,
    attestedBy,
    startedAt,
    disconnectedAt,
  };
}
