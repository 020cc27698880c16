/**
 * Turns a trace back into a recording: contexts and segments as the collector would have stored them. So a trace opens
 * wherever a recording does, and what is derived (latency, findings, who won) is derived anew, by the same rules.
 *
 * Who talked to whom is not guessed again: an acceptor's `sender.peer` names the other end.
 */

import type {
  AcceptApi,
  OpenApi,
  PayloadForm,
  PortholeEvent,
  ReceiveApi,
  SendApi,
  SenderFacts,
  SegmentRun,
  StoredContext,
  StoredDropped,
  StoredRecording,
  StoredSegment,
  TraceConnection,
  TraceContext,
  TraceFinding,
  TraceGap,
  TraceHeader,
  TraceLifecycle,
  TraceLine,
  TraceMessage,
  TracePayload,
  TraceRequest,
} from '../protocol/index.js';

/** A trace as a recording. */
export interface ImportedTrace {
  readonly recording: StoredRecording;
  readonly contexts: readonly StoredContext[];
  readonly segments: readonly StoredSegment[];
  readonly dropped: readonly StoredDropped[];
}

/** Events a segment gathers, about as many as the collector's. */
const SEGMENT_EVENTS = 500;

/** `undefined` in a `rich` payload's text. */
const UNDEFINED = '-1';

interface Context {
  stored: StoredContext;
  ports: number;
  sent: number;
  receipts: number;
  readonly sites: Map<string, number>;
}

interface End {
  readonly context: Context;
  readonly port: number;
  posted: number;
  delivered: number;
  /** Deliveries that others come before: lines are in the order of posting, an endpoint's events in that of arrival. */
  readonly early: Delivery[];
}

interface Delivery {
  readonly seq: number;
  readonly at: number;
  readonly listeners: number;
  readonly payload: Payload;
}

interface Line {
  readonly opener: End | null;
  readonly acceptors: readonly End[];
}

interface Payload {
  readonly form: PayloadForm;
  readonly bytes: number;
  readonly text: string;
}

interface Closing {
  readonly end: End;
  readonly at: number;
  readonly by: 'self' | 'other';
  readonly error: string | null;
}

type Header = Omit<TraceHeader, 'version'> & { readonly version: number };

/**
 * Takes the lines of a trace one by one, in the file's order; {@link TraceImport.finish} gives the recording. A line that
 * names a context or connection that no line before introduced throws, and nothing of it is taken.
 */
export class TraceImport {
  #startedAt = 0;
  #header: Header | null = null;
  readonly #contexts = new Map<string, Context>();
  readonly #lines = new Map<string, Line>();
  /** Added after the messages, which may be all that introduces an end, and before the context says that it goes. */
  readonly #closings = new Map<Context, Closing[]>();
  readonly #segments: StoredSegment[] = [];
  readonly #dropped = new Map<string, StoredDropped>();
  #runs: { readonly context: string; readonly events: PortholeEvent[] }[] = [];
  #count = 0;
  #payload = '';
  /** The text at the end of {@link #payload}. */
  #last = '';
  #damaged = 0;
  #strangers = 0;
  #hasStacks = false;

  /** The first line of the trace; null before it was taken. */
  get header(): Header | null {
    return this.#header;
  }

  /** @throws {RangeError} when the line refers to something unknown; its message is one line for a person */
  take(line: Exclude<TraceLine, TraceHeader | TraceFinding> | Header): void {
    switch (line.kind) {
      case 'trace':
        this.#header = line;
        this.#startedAt = Date.parse(line.recordedAt);
        return;
      case 'context':
        this.#takeContext(line);
        return;
      case 'connection':
        this.#takeConnection(line);
        return;
      case 'message':
        this.#takeMessage(line);
        return;
      case 'request':
        this.#takeRequest(line);
        return;
      case 'lifecycle':
        this.#takeLifecycle(line);
        return;
      case 'gap':
        this.#takeGap(line);
        return;
      default:
        line satisfies never;
    }
  }

  /** @returns the recording; nothing may be taken afterwards */
  finish(): ImportedTrace {
    for (const { opener, acceptors } of this.#lines.values()) {
      for (const end of opener === null ? acceptors : [opener, ...acceptors]) {
        for (const delivery of end.early.sort(bySeq)) this.#addDelivery(end, delivery);
      }
    }
    for (const context of this.#closings.keys()) this.#closeUntil(context, Infinity);
    this.#flush();
    if (this.#damaged > 0) this.#addUnreadable();
    const spans = (this.#header?.redactedAtCapture ?? []).map(({ keys, from, until }) => ({
      keys,
      from: this.#epoch(from),
      until: until === null ? null : this.#epoch(until),
    }));
    return {
      recording: {
        key: 'recording',
        id: 1,
        startedAt: this.#startedAt,
        on: false,
        callSites: this.#hasStacks,
        ...(spans.length === 0 ? {} : { redacted: spans }),
      },
      contexts: Array.from(this.#contexts.values(), ({ stored }) => stored),
      segments: this.#segments,
      dropped: [...this.#dropped.values()],
    };
  }

  #takeContext(line: TraceContext): void {
    const { id, extension, extensionName, type, worldId, tabId, frameId, documentId, url } = line;
    const { extensionVersion = null, endFacts, mutedRequests = 0 } = line;
    const number = this.#contexts.size + 1;
    const context: Context = {
      stored: {
        // Padded, so that contexts of one moment stay in the trace's order.
        key: `${extension}\n${String(number).padStart(6, '0')}`,
        extensionId: extension,
        extensionName,
        extensionVersion,
        kind: type,
        worldId,
        url,
        tabId,
        frameId,
        documentId,
        contextId: number,
        envType: null,
        attestedBy: 'browser',
        startedAt: this.#epoch(line.startedAt),
        disconnectedAt: null,
        ...(endFacts && { endFacts }),
        taken: 0,
      },
      ports: 0,
      sent: 0,
      receipts: 0,
      sites: new Map(),
    };
    this.#contexts.set(id, context);
    if (mutedRequests > 0) {
      const { startedAt } = context.stored;
      this.#add(context, ['muted', 0, startedAt, 'other', [], mutedRequests]);
    }
  }

  #takeConnection(line: TraceConnection): void {
    const { name, target, closedAt, closedBy, closedIn, error } = line;
    const at = this.#epoch(line.openedAt);
    const opener = line.opener === null ? null : this.#context(line.opener);
    const acceptors = line.acceptors.map((id) => this.#context(id));
    const openerEnd = opener && newEnd(opener);
    // Null where only later facts of the opener were reported, which introduce it well enough.
    if (openerEnd !== null && target !== null) {
      const api = isOpenApi(line.api) ? line.api : 'runtime.connect';
      const { context, port } = openerEnd;
      this.#add(context, ['opened', port, at, api, name, target, 0, 0, 0]);
    }
    const sender = openerEnd === null ? this.#stranger() : senderAt(openerEnd);
    const ends = acceptors.map((context) => {
      const end = newEnd(context);
      const api = acceptApi(line.api, opener, context);
      this.#add(context, ['accepted', end.port, at, api, name, sender, 0, 0]);
      return end;
    });
    this.#lines.set(line.id, { opener: openerEnd, acceptors: ends });
    const first = openerEnd ?? ends[0];
    if (line.muted !== undefined && first !== undefined) {
      this.#add(first.context, ['muted', first.port, at, 'other', [], line.muted]);
    }
    if (closedAt === null) return;
    const ended = closedBy ?? closedIn;
    for (const end of openerEnd === null ? ends : [openerEnd, ...ends]) {
      const isSelf = ended !== null && end.context === this.#contexts.get(ended);
      // A context that went away said nothing of its ports.
      if (isSelf && closedBy === null) continue;
      const by = isSelf ? 'self' : 'other';
      const said = end === (openerEnd ?? ends[0]) ? error : null;
      const closing = { end, at: this.#epoch(closedAt), by, error: said } as const;
      if (closedAt === line.openedAt) this.#close(closing);
      else this.#closeLater(closing);
    }
  }

  #closeLater(closing: Closing): void {
    const { context } = closing.end;
    const closings = this.#closings.get(context);
    if (closings === undefined) this.#closings.set(context, [closing]);
    else closings.push(closing);
  }

  /** @param until epoch milliseconds, inclusive */
  #closeUntil(context: Context, until: number): void {
    const later: Closing[] = [];
    for (const closing of this.#closings.get(context) ?? []) {
      if (closing.at <= until) this.#close(closing);
      else later.push(closing);
    }
    this.#closings.set(context, later);
  }

  #close({ end, at, by, error }: Closing): void {
    this.#add(end.context, ['disconnected', end.port, at, by, error, 0, 0, 0]);
  }

  #takeMessage(line: TraceMessage): void {
    const found = this.#lines.get(line.connection);
    if (found === undefined) throw new RangeError(`there is no connection ${line.connection}`);
    const from = line.from === null ? null : this.#endIn(found, line.from);
    const receivers = line.deliveries.map(({ context }) => this.#endIn(found, context));
    const payload = payloadOf(line);
    if (from !== null && line.postedAt !== null) {
      const at = this.#epoch(line.postedAt);
      const site = this.#site(from.context, line.stack);
      if (line.error !== undefined) {
        const words = this.#text(payload);
        this.#add(from.context, ['refused', from.port, at, line.error, site, ...words]);
        return;
      }
      from.posted = Math.max(from.posted + 1, line.seq);
      const words = this.#text(payload);
      this.#add(from.context, ['posted', from.port, at, from.posted, site, ...words]);
      if (line.arrivalMuted === true) {
        const { opener, acceptors } = found;
        const seq = from.posted;
        for (const end of from === opener ? acceptors : opener === null ? [] : [opener]) {
          this.#add(end.context, ['muted', end.port, at, 'delivered', [seq, seq], 0]);
        }
      }
    }
    for (const [index, { at, seq = line.seq, listeners }] of line.deliveries.entries()) {
      const delivery = { seq, at: this.#epoch(at), listeners, payload };
      this.#deliver(receivers[index] as End, delivery);
    }
  }

  #deliver(end: End, delivery: Delivery): void {
    const { early } = end;
    if (delivery.seq > end.delivered + 1) {
      early.push(delivery);
      return;
    }
    this.#addDelivery(end, delivery);
    if (early.length === 0) return;
    early.sort(bySeq);
    while (early[0] !== undefined && early[0].seq <= end.delivered + 1) {
      this.#addDelivery(end, early.shift() as Delivery);
    }
  }

  #addDelivery(end: End, { seq, at, listeners, payload }: Delivery): void {
    end.delivered = Math.max(end.delivered, seq);
    const words = this.#text(payload);
    this.#add(end.context, ['delivered', end.port, at, seq, listeners, ...words]);
  }

  #takeRequest(line: TraceRequest): void {
    const from = line.from === null ? null : this.#context(line.from);
    const receivers = line.deliveries.map(({ context }) => this.#context(context));
    let sender = this.#stranger();
    if (from !== null) {
      from.sent += 1;
      sender = { ...senderOf(from.stored), peer: `${from.stored.key}?${from.sent}` };
      this.#takeCall(line, from);
    }
    const payload = payloadOf(line);
    for (const [index, delivery] of line.deliveries.entries()) {
      const context = receivers[index] as Context;
      context.receipts += 1;
      const number = context.receipts;
      const { api, at, listeners, accounts } = delivery;
      const words = this.#text(payload);
      this.#add(context, ['received', number, this.#epoch(at), api, sender, listeners, ...words]);
      for (const { listener, returned, answers, rejected } of accounts) {
        // An answer that came after the listener had returned means something else than one before.
        const steps: { readonly at: number; readonly add: () => void }[] = answers.map((given) => ({
          at: given.at,
          add: () => {
            const said = this.#text(payloadOf(given));
            const when = this.#epoch(given.at);
            this.#add(context, ['answered', number, when, listener, given.how, ...said]);
          },
        }));
        if (returned !== null) {
          const { what, error = null } = returned;
          steps.push({
            at: returned.at,
            add: () =>
              this.#add(context, [
                'returned',
                number,
                this.#epoch(returned.at),
                listener,
                what,
                error,
              ]),
          });
        }
        for (const step of steps.sort((a, b) => a.at - b.at)) step.add();
        if (rejected !== null) {
          const when = this.#epoch(rejected.at);
          this.#add(context, ['rejected', number, when, listener, rejected.error]);
        }
      }
    }
  }

  /** The call itself, and what its sender heard. */
  #takeCall(line: TraceRequest, from: Context): void {
    const { target, sentAt, settledAt, state, reply, error } = line;
    const number = from.sent;
    if (sentAt !== null) {
      const api = isSendApi(line.api) ? line.api : 'runtime.sendMessage';
      const site = this.#site(from, line.stack);
      const words = this.#text(payloadOf(line));
      this.#add(from, ['sent', number, this.#epoch(sentAt), api, target ?? {}, site, ...words]);
    }
    if (settledAt === null) return;
    const at = this.#epoch(settledAt);
    if (state === 'failed' || state === 'unheard') {
      this.#add(from, ['failed', number, at, error]);
      return;
    }
    const said = reply === null ? { form: 'rich' as const, bytes: 2, text: UNDEFINED } : null;
    const words = this.#text(said ?? payloadOf(reply as TracePayload));
    this.#add(from, ['replied', number, at, ...words]);
  }

  #takeLifecycle({ context: id, event, at }: TraceLifecycle): void {
    const context = this.#context(id);
    if (event === 'ended') {
      context.stored = { ...context.stored, disconnectedAt: this.#epoch(at) };
      return;
    }
    // A port that is open when its context goes ends then, and what is said of it later is not heard.
    if (event === 'unloaded') this.#closeUntil(context, this.#epoch(at));
    this.#add(context, ['lifecycle', this.#epoch(at), event]);
  }

  #takeGap({ context: id, extension, events, reason, at }: TraceGap): void {
    if (reason === 'damaged') {
      this.#damaged += events;
    } else if (reason === 'deleted') {
      if (extension === undefined) return;
      this.#dropped.set(extension, {
        extension,
        events,
        bytes: 0,
        since: this.#startedAt,
        until: this.#epoch(at ?? 0),
        reason: 'limit',
      });
    } else if (id !== null) {
      this.#add(this.#context(id), ['gap', this.#epoch(at ?? 0), events, reason]);
    }
  }

  /** A sender of which the trace knows nothing, and which is no other stranger. */
  #stranger(): SenderFacts {
    this.#strangers += 1;
    return { contextId: -this.#strangers };
  }

  /** A run that says how many events it had, and none of them. */
  #addUnreadable(): void {
    const count = this.#damaged;
    const id = this.#segments.length + 1;
    this.#segments.push({
      id,
      recording: 1,
      count,
      runs: [{ context: '', count, events: '' }],
      payload: '',
    });
  }

  #context(id: string): Context {
    const found = this.#contexts.get(id);
    if (found === undefined) throw new RangeError(`there is no context ${id}`);
    return found;
  }

  #endIn({ opener, acceptors }: Line, id: string): End {
    const context = this.#context(id);
    const end = [...(opener ? [opener] : []), ...acceptors].find(
      (each) => each.context === context,
    );
    if (end === undefined) throw new RangeError(`the connection has no end in ${id}`);
    return end;
  }

  #epoch(at: number): number {
    return this.#startedAt + at;
  }

  #site(context: Context, stack: readonly string[] | undefined): number {
    if (stack === undefined) return 0;
    this.#hasStacks = true;
    const text = stack.join('\n');
    const known = context.sites.get(text);
    if (known !== undefined) return known;
    const id = context.sites.size + 1;
    context.sites.set(text, id);
    this.#add(context, ['site', id, text]);
    return id;
  }

  /**
   * Writes the text out, but where it is the one that was written last: most are delivered as they were posted.
   *
   * @returns the last elements of an event with that payload
   */
  #text({ form, bytes, text }: Payload): [PayloadForm, number, number, number] {
    if (text !== this.#last) this.#payload += text;
    this.#last = text;
    return [form, bytes, this.#payload.length - text.length, text.length];
  }

  #add(context: Context, event: PortholeEvent): void {
    const { key } = context.stored;
    const last = this.#runs.at(-1);
    if (last?.context === key) last.events.push(event);
    else this.#runs.push({ context: key, events: [event] });
    this.#count += 1;
    if (this.#count >= SEGMENT_EVENTS) this.#flush();
  }

  #flush(): void {
    if (this.#count === 0) return;
    this.#segments.push({
      id: this.#segments.length + 1,
      recording: 1,
      count: this.#count,
      runs: this.#runs.map(({ context, events }): SegmentRun => ({
        context,
        count: events.length,
        events: JSON.stringify(events),
      })),
      payload: this.#payload,
    });
    this.#runs = [];
    this.#count = 0;
    this.#payload = this.#last = '';
  }
}

function newEnd(context: Context): End {
  context.ports += 1;
  return { context, port: context.ports, posted: 0, delivered: 0, early: [] };
}

const bySeq = (a: Delivery, b: Delivery): number => a.seq - b.seq;

function senderAt({ context, port }: End): SenderFacts {
  return { ...senderOf(context.stored), peer: `${context.stored.key}#${port}` };
}

/** What the browser would have told a receiver about the sender. */
function senderOf(from: StoredContext): SenderFacts {
  const { extensionId, url, tabId, frameId, documentId, contextId, kind, worldId } = from;
  return {
    id: extensionId,
    url,
    ...(tabId === null ? {} : { tabId }),
    ...(frameId === null ? {} : { frameId }),
    ...(documentId === null ? {} : { documentId }),
    ...(contextId === null ? {} : { contextId }),
    ...(kind === 'user-script' ? { userScriptWorldId: worldId ?? '' } : {}),
  };
}

function acceptApi(
  api: TraceConnection['api'],
  opener: Context | null,
  acceptor: Context,
): AcceptApi {
  if (!isOpenApi(api)) return api;
  if (opener?.stored.kind === 'user-script') return 'runtime.onUserScriptConnect';
  const isOwn = opener === null || opener.stored.extensionId === acceptor.stored.extensionId;
  return isOwn ? 'runtime.onConnect' : 'runtime.onConnectExternal';
}

function isOpenApi(api: OpenApi | AcceptApi): api is OpenApi {
  return api === 'runtime.connect' || api === 'tabs.connect' || api === 'runtime.connectNative';
}

function isSendApi(api: SendApi | ReceiveApi): api is SendApi {
  return /send/.test(api);
}

function payloadOf(line: TracePayload): Payload {
  const { bytes, payloadRich, payloadPreview, payloadUnreadable } = line;
  if (payloadRich !== undefined) return { form: 'rich', bytes, text: payloadRich };
  if (payloadPreview !== undefined) return { form: 'json-preview', bytes, text: payloadPreview };
  if (payloadUnreadable !== undefined)
    return { form: 'unreadable', bytes, text: payloadUnreadable };
  return { form: 'json', bytes, text: JSON.stringify(line.payload) ?? 'null' };
}
