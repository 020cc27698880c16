/** Everything there is to say about one row, for the detail pane. */

import { counted, text } from '../../src/texts/index.js';
import { applicationOf, contextLabel, previewText, type Model } from '../../src/model/index.js';
import { messageStanding } from '../../src/model/standing.js';
import type { Connection, Endpoint, Message, ModelContext, Row } from '../../src/model/types.js';
import type {
  ConnectionDetail,
  ContextDetail,
  DeliveryDetail,
  Detail,
  EndDetail,
  PayloadDetail,
  SiteDetail,
} from '../worker-protocol.js';
import { closingText } from './closing.js';
import { statusTeller } from './context-status.js';
import { nameOf, type Described } from './ends.js';
import { requestNote, viewRequest } from './request-view.js';
import { viewRow } from './row-view.js';

/**
 * @param payload the message's or question's payload with its text; null for rows without one
 * @param reply the reply's, of a request
 * @returns everything there is to say about one row
 */
export function viewDetail(
  row: Row,
  payload: PayloadDetail | null,
  reply: PayloadDetail | null,
  model: Described & Pick<Model, 'payloadText'>,
  origin: number,
): Detail {
  const view = viewRow(row, model, origin);
  const none = {
    payload,
    deliveries: [],
    sites: [],
    connection: null,
    request: null,
    rpc: null,
    context: null,
  };
  switch (row.kind) {
    case 'message': {
      const connection = model.connections.get(row.message.connection);
      return {
        ...none,
        row: view,
        note: messageNote(row.message, connection),
        deliveries: deliveriesOf(row.message, connection, model),
        sites: stackOf('postMessage', row.message.stack, row.message.from, model),
        arrivalMuted: row.message.arrivalMuted,
        connection: connection === undefined ? null : viewConnection(connection, model),
      };
    }
    case 'request': {
      const { request } = row;
      return {
        ...none,
        row: view,
        payload: request.payload === null ? notRecorded() : payload,
        note: requestNote(request),
        sites: stackOf(request.api, request.stack, request.from, model),
        request: viewRequest(request, reply, model, ({ payload: { form }, payload: ref }) =>
          previewText(form, model.payloadText(ref) ?? ''),
        ),
      };
    }
    case 'opened':
    case 'closed': {
      const connection = model.connections.get(row.connection);
      if (connection === undefined) return { ...none, row: view, note: view.preview };
      const ends = [connection.opener, ...connection.acceptors];
      const sites =
        row.kind === 'opened'
          ? stackOf('connect', connection.opener?.stack, connection.opener?.context, model)
          : ends.flatMap((end) => stackOf('disconnect', end?.closeStack, end?.context, model));
      const note = row.kind === 'opened' ? openingNote(connection) : closingText(connection, model);
      return { ...none, row: view, note, sites, connection: viewConnection(connection, model) };
    }
    case 'deleted':
      return { ...none, row: view, note: view.preview };
    case 'lifecycle':
    case 'gap': {
      const context = model.contexts.get(row.context);
      return {
        ...none,
        row: view,
        note: view.preview,
        context: context === undefined ? null : viewContext(context, model),
      };
    }
  }
}

function notRecorded(): PayloadDetail {
  return { form: 'unreadable', bytes: 0, text: text('detail_not_recorded') };
}

function messageNote(message: Message, connection: Connection | undefined): string | null {
  const application = connection === undefined ? null : applicationOf(connection);
  switch (messageStanding(message, connection)) {
    case 'refused':
      return text('detail_refused', { error: message.error ?? '' });
    case 'undelivered':
      return text('detail_undelivered');
    case 'unheard':
      return text('detail_unheard');
    default:
      if (message.arrivalMuted) return text('muted_arrival');
      return message.from === null && application === null ? text('detail_sender_unknown') : null;
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
  if (message.error !== null || message.arrivalMuted || connection === undefined) return seen;
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

/** @param context key of the context that called */
function stackOf(
  title: string,
  stack: string | null | undefined,
  context: string | null | undefined,
  model: Described,
): SiteDetail[] {
  const frames = (stack ?? '').split('\n').filter((frame) => frame.trim() !== '');
  const { extensionId = '' } = model.contexts.get(context ?? '') ?? {};
  return frames.length === 0 ? [] : [{ title, extensionId, frames }];
}

function openingNote(connection: Connection): string {
  const application = applicationOf(connection);
  if (application !== null && connection.state !== 'failed') {
    return text('detail_application', { application });
  }
  if (connection.state === 'failed') {
    return text('detail_not_accepted', { error: connection.error ?? '' }).trim();
  }
  const count = connection.acceptors.length;
  return count === 0 ? text('detail_no_acceptor') : counted('detail_accepted', count);
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
  const { key, name, api, target, state, openedAt, closedAt, messages, bytes } = connection;
  return {
    key,
    name,
    api,
    target,
    state,
    openedAt,
    closedAt,
    closedBy: state === 'open' ? null : closingText(connection, model),
    opener: connection.opener === null ? null : viewEnd(connection.opener, model),
    acceptors: connection.acceptors.map((end) => viewEnd(end, model)),
    messages,
    bytes,
  };
}

function viewContext(context: ModelContext, model: Described): ContextDetail {
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
    status: statusTeller(model)(context),
  };
}
