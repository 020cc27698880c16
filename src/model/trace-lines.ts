/** Writes a folded recording out as the lines of a trace file, see `protocol/trace.ts`. */

import {
  TRACE_FORMAT,
  TRACE_VERSION,
  type RedactedSpan,
  type TraceConnection,
  type TraceContext,
  type TraceLine,
  type TraceMessage,
  type TraceSubject,
} from '../protocol/index.js';
import { endingOf } from './endings.js';
import { compareText } from './facts.js';
import { subjectKey, type Finding, type Subject } from './findings/index.js';
import type { Life } from './lives.js';
import type { Model } from './model.js';
import { findingLine, subjectsOf } from './trace-findings.js';
import { tracePayload, traceRedactor, type PayloadSource } from './trace-payload.js';
import { traceRequest, type IdOf, type Since } from './trace-request.js';
import type { Connection, Message, ModelContext, Row, Totals } from './types.js';

export interface TraceOptions {
  /** When the recording began, epoch milliseconds; the lines' times count from it. */
  readonly recordedAt: number;
  /** Name and version, as `firefox/153.7`. */
  readonly browser: string;
  /** Porthole's version. */
  readonly porthole: string;
  /** Values under these keys are left out; none by default. */
  readonly redact?: readonly string[];
  /** When the values under which keys were not stored. */
  readonly redacted?: readonly RedactedSpan[];
  /** What was found; none by default. */
  readonly findings?: readonly Finding[];
}

type Readable = Pick<
  Model,
  'contexts' | 'connections' | 'lives' | 'payloadText' | 'holes' | 'unreportedBy'
> & { readonly rows: Iterable<Row> };

/**
 * @returns the lines one by one: header, contexts, connections, then messages, requests, lifecycle and gaps in
 *   order of time, then findings. Contexts are `c1`, `c2`…, connections `p1`, `p2`… and requests `r1`, `r2`… by time.
 */
export function* traceLines(model: Readable, options: TraceOptions): Generator<TraceLine> {
  const { recordedAt, browser, porthole, redact = [], redacted = [], findings = [] } = options;
  const payloads: PayloadSource = {
    payloadText: (ref) => model.payloadText(ref),
    redact: traceRedactor(redact),
  };
  const since = (at: number): number => Math.round((at - recordedAt) * 10) / 10;
  const contexts = inOrder(model.contexts.values(), (context) => context.startedAt);
  const connections = inOrder(model.connections.values(), (connection) => connection.openedAt);
  const contextIds = number(contexts, 'c');
  const connectionIds = number(connections, 'p');
  let requests = 0;
  const wanted = subjectsOf(findings);
  const named = new Map<string, TraceSubject>();
  const name = (subject: Subject, as: TraceSubject): void => {
    const key = subjectKey(subject);
    if (wanted.has(key)) named.set(key, as);
  };
  // Events of a context whose record is missing are named by its key.
  const idOf = (key: string): string => contextIds.get(key) ?? key;

  yield {
    kind: 'trace',
    format: TRACE_FORMAT,
    version: TRACE_VERSION,
    recordedAt: new Date(recordedAt).toISOString(),
    browser,
    porthole,
    ...(redact.length === 0 ? {} : { redacted: redact }),
    ...(redacted.length === 0
      ? {}
      : {
          redactedAtCapture: redacted.map(({ keys, from, until }) => ({
            keys,
            from: since(from),
            until: until === null ? null : since(until),
          })),
        }),
  };
  for (const context of contexts) yield contextLine(context, idOf(context.key), since);
  for (const connection of connections) {
    const id = connectionIds.get(connection.key) as string;
    for (const kind of ['opened', 'closed'] as const) {
      name({ kind, key: connection.key }, { connection: id });
    }
    yield connectionLine(connection, model.lives, id, idOf, since);
  }
  const { damaged } = model.holes;
  if (damaged > 0) {
    yield { kind: 'gap', context: null, events: damaged, reason: 'damaged', at: null };
  }
  for (const row of model.rows) {
    const at = since(row.at);
    if (row.kind === 'message') {
      const connection = connectionIds.get(row.message.connection) as string;
      const line = messageLineOf(row.message, connection, idOf, since, payloads);
      const { from, seq } = line;
      name({ kind: 'message', key: row.message.key }, { connection, from, seq });
      yield line;
    } else if (row.kind === 'request') {
      requests += 1;
      name({ kind: 'request', key: row.request.key }, { request: `r${requests}` });
      yield traceRequest(row.request, `r${requests}`, idOf, since, payloads);
    } else if (row.kind === 'lifecycle' && row.what !== 'started') {
      const ends = row.what === 'unloaded' || row.what === 'ended';
      const how = ends ? model.lives.get(row.context)?.end?.how : undefined;
      const context = idOf(row.context);
      const unreported = model.unreportedBy(row.context);
      const isHole = row.what === 'ended' && unreported.posts + unreported.arrivals > 0;
      yield {
        kind: 'lifecycle',
        context,
        event: row.what,
        ...(how && { how }),
        ...(isHole && { unreported }),
        at,
      };
    } else if (row.kind === 'deleted') {
      const { extension, events } = row;
      yield { kind: 'gap', context: null, extension, events, reason: 'deleted', at };
    } else if (row.kind === 'gap') {
      const { events, reason } = row;
      yield { kind: 'gap', context: idOf(row.context), events, reason, at };
    }
  }
  const connectionId = (key: string): string | null => connectionIds.get(key) ?? null;
  for (const finding of findings) yield findingLine(finding, named, connectionId, since);
}

/**
 * @returns for instance `3 contexts, 2 connections, 8 messages, 1 request, 0 gaps`; where there are any, with
 *   `, 2 events not reported`
 */
export function summaryLine(totals: Totals): string {
  const parts = (['context', 'connection', 'message', 'request', 'gap'] as const).map((noun) => {
    const count = totals[`${noun}s`];
    return `${count} ${noun}${count === 1 ? '' : 's'}`;
  });
  const { unreported } = totals;
  if (unreported > 0) parts.push(`${unreported} event${unreported === 1 ? '' : 's'} not reported`);
  return parts.join(', ');
}

function inOrder<T extends { readonly key: string }>(
  items: Iterable<T>,
  at: (item: T) => number,
): T[] {
  return [...items].sort((a, b) => at(a) - at(b) || compareText(a.key, b.key));
}

function number(items: readonly { readonly key: string }[], letter: string): Map<string, string> {
  return new Map(items.map(({ key }, index) => [key, `${letter}${index + 1}`]));
}

function contextLine(context: ModelContext, id: string, since: Since): TraceContext {
  const { extensionId, extensionName, kind, worldId, tabId, frameId, documentId, url } = context;
  return {
    kind: 'context',
    id,
    extension: extensionId,
    extensionName,
    type: kind,
    worldId,
    tabId,
    frameId,
    documentId,
    url,
    startedAt: since(context.startedAt),
  };
}

function connectionLine(
  connection: Connection,
  lives: ReadonlyMap<string, Life>,
  id: string,
  idOf: IdOf,
  since: Since,
): TraceConnection {
  const { name, api, target, opener, acceptors, openedAt, closedAt, closedBy, error } = connection;
  const { closedHow, closedIn } = endingOf(connection, lives);
  return {
    kind: 'connection',
    id,
    name,
    api,
    target,
    opener: opener && idOf(opener.context),
    acceptors: acceptors.map((endpoint) => idOf(endpoint.context)),
    openedAt: since(openedAt),
    closedAt: closedAt === null ? null : since(closedAt),
    closedBy: closedBy === null ? null : idOf(closedBy),
    closedHow,
    closedIn: closedIn === null ? null : idOf(closedIn),
    error,
  };
}

function messageLineOf(
  message: Message,
  connection: string,
  idOf: IdOf,
  since: Since,
  model: PayloadSource,
): TraceMessage {
  const { seq, from, postedAt, deliveries, payload, error, stack } = message;
  return {
    kind: 'message',
    connection,
    seq,
    from: from === null ? null : idOf(from),
    postedAt: postedAt === null ? null : since(postedAt),
    ...tracePayload(payload, model),
    deliveries: deliveries.map(({ context, at, seq: number, listeners }) => ({
      context: idOf(context),
      at: since(at),
      ...(number === seq ? {} : { seq: number }),
      listeners,
    })),
    ...(error === null ? {} : { error }),
    ...(stack === null ? {} : { stack: stack.split('\n') }),
  };
}
