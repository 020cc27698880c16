/** Writes a folded recording out as the lines of a trace file, see `protocol/trace.ts`. */

import {
  TRACE_FORMAT,
  TRACE_VERSION,
  type RedactedSpan,
  type TraceConnection,
  type TraceContext,
  type TraceLifecycle,
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
  const writer = new TraceWriter(model, options);
  yield* writer.head();
  for (const row of model.rows) {
    const line = writer.line(row);
    if (line !== null) yield line;
  }
  yield* writer.tail();
}

/**
 * Writes a trace bit by bit, for who has to fetch payloads in between: first {@link TraceWriter.head}, then the wanted rows
 * in order of time, then {@link TraceWriter.tail}. The model must not change meanwhile.
 */
export class TraceWriter {
  readonly #model: Readable;
  readonly #options: TraceOptions;
  readonly #payloads: PayloadSource;
  readonly #contexts: readonly ModelContext[];
  readonly #connections: readonly Connection[];
  readonly #contextIds: ReadonlyMap<string, string>;
  readonly #connectionIds: ReadonlyMap<string, string>;
  #requests = 0;
  /** Subjects that the findings speak of, and how the lines call them. */
  readonly #wanted: ReadonlySet<string>;
  readonly #named = new Map<string, TraceSubject>();

  constructor(model: Readable, options: TraceOptions) {
    this.#model = model;
    this.#options = options;
    this.#payloads = {
      payloadText: (ref) => model.payloadText(ref),
      redact: traceRedactor(options.redact ?? []),
    };
    this.#contexts = inOrder(model.contexts.values(), (context) => context.startedAt);
    this.#connections = inOrder(model.connections.values(), (connection) => connection.openedAt);
    this.#contextIds = number(this.#contexts, 'c');
    this.#connectionIds = number(this.#connections, 'p');
    this.#wanted = subjectsOf(options.findings ?? []);
  }

  /** Header, contexts, connections. */
  *head(): Generator<TraceLine> {
    const { recordedAt, browser, porthole, redact = [], redacted = [] } = this.#options;
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
              from: this.#since(from),
              until: until === null ? null : this.#since(until),
            })),
          }),
    };
    for (const context of this.#contexts) {
      yield contextLine(context, this.#idOf(context.key), this.#since);
    }
    for (const connection of this.#connections) {
      const id = this.#connectionIds.get(connection.key) as string;
      for (const kind of ['opened', 'closed'] as const) {
        this.#name({ kind, key: connection.key }, { connection: id });
      }
      yield connectionLine(connection, this.#model.lives, id, this.#idOf, this.#since);
    }
    const { damaged } = this.#model.holes;
    if (damaged > 0) {
      yield { kind: 'gap', context: null, events: damaged, reason: 'damaged', at: null };
    }
  }

  /** @returns null for rows that say nothing beyond the lines of their context or connection */
  line(row: Row): TraceLine | null {
    const at = this.#since(row.at);
    switch (row.kind) {
      case 'message': {
        const { message } = row;
        const connection = this.#connectionIds.get(message.connection) as string;
        const line = messageLineOf(message, connection, this.#idOf, this.#since, this.#payloads);
        const { from, seq } = line;
        this.#name({ kind: 'message', key: message.key }, { connection, from, seq });
        return line;
      }
      case 'request': {
        this.#requests += 1;
        const id = `r${this.#requests}`;
        this.#name({ kind: 'request', key: row.request.key }, { request: id });
        return traceRequest(row.request, id, this.#idOf, this.#since, this.#payloads);
      }
      case 'lifecycle':
        return row.what === 'started' ? null : this.#lifecycleLine(row.context, row.what, at);
      case 'deleted': {
        const { extension, events } = row;
        return { kind: 'gap', context: null, extension, events, reason: 'deleted', at };
      }
      case 'gap': {
        const { events, reason } = row;
        return { kind: 'gap', context: this.#idOf(row.context), events, reason, at };
      }
      default:
        return null;
    }
  }

  /** Findings, which name what the lines before are about. */
  *tail(): Generator<TraceLine> {
    const connectionId = (key: string): string | null => this.#connectionIds.get(key) ?? null;
    for (const finding of this.#options.findings ?? []) {
      yield findingLine(finding, this.#named, connectionId, this.#since);
    }
  }

  #name(subject: Subject, as: TraceSubject): void {
    const key = subjectKey(subject);
    if (this.#wanted.has(key)) this.#named.set(key, as);
  }

  #lifecycleLine(key: string, event: TraceLifecycle['event'], at: number): TraceLifecycle {
    const ends = event === 'unloaded' || event === 'ended';
    const how = ends ? this.#model.lives.get(key)?.end?.how : undefined;
    const unreported = this.#model.unreportedBy(key);
    const isHole = event === 'ended' && unreported.posts + unreported.arrivals > 0;
    return {
      kind: 'lifecycle',
      context: this.#idOf(key),
      event,
      ...(how && { how }),
      ...(isHole && { unreported }),
      at,
    };
  }

  readonly #since = (at: number): number => Math.round((at - this.#options.recordedAt) * 10) / 10;

  /** Events of a context whose record is missing are named by its key. */
  readonly #idOf = (key: string): string => this.#contextIds.get(key) ?? key;
}

/**
 * @returns for instance `3 contexts, 2 connections, 8 messages, 1 one-off message, 0 gaps`; where there are any, with
 *   `, 2 events not reported` and `, 3 events muted`
 */
export function summaryLine(totals: Totals): string {
  const parts = (['context', 'connection', 'message', 'request', 'gap'] as const).map((noun) => {
    const count = totals[`${noun}s`];
    const called = noun === 'request' ? 'one-off message' : noun;
    return `${count} ${called}${count === 1 ? '' : 's'}`;
  });
  const { unreported, muted } = totals;
  if (unreported > 0) parts.push(`${unreported} event${unreported === 1 ? '' : 's'} not reported`);
  if (muted > 0) parts.push(`${muted} event${muted === 1 ? '' : 's'} muted`);
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
  const { extensionVersion, endFacts, mutedRequests } = context;
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
    ...(extensionVersion === null ? {} : { extensionVersion }),
    ...(endFacts && { endFacts }),
    ...(mutedRequests === 0 ? {} : { mutedRequests }),
  };
}

function connectionLine(
  connection: Connection,
  lives: ReadonlyMap<string, Life>,
  id: string,
  idOf: IdOf,
  since: Since,
): TraceConnection {
  const { name, api, target, opener, acceptors, openedAt, closedAt, closedBy, error, muted } =
    connection;
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
    ...(muted === 0 ? {} : { muted }),
  };
}

function messageLineOf(
  message: Message,
  connection: string,
  idOf: IdOf,
  since: Since,
  model: PayloadSource,
): TraceMessage {
  const { seq, from, postedAt, deliveries, arrivalMuted, payload, error, stack } = message;
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
    ...(arrivalMuted ? { arrivalMuted } : {}),
    ...(error === null ? {} : { error }),
    ...(stack === null ? {} : { stack: stack.split('\n') }),
  };
}
