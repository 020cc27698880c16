/** Reads a trace's lines back: what they say of contexts, connections, messages and requests, as the model has it. */

import type {
  TraceAccount,
  TraceConnection,
  TraceContext,
  TraceLine,
  TraceMessage,
  TracePayload,
  TraceRequest,
} from '../protocol/index.js';
import { PayloadWords } from './payload-words.js';
import type {
  Connection,
  Endpoint,
  ListenerAccount,
  Message,
  ModelContext,
  PayloadRef,
  Request,
  Row,
} from './types.js';

/** Lines come one by one; only the payloads of the last one are held. Times are those of the trace. */
export class TraceReader {
  readonly contexts = new Map<string, ModelContext>();
  readonly connections = new Map<string, Connection>();
  #texts: string[] = [];
  readonly #words = new PayloadWords((ref) => this.payloadText(ref) ?? '');

  /** @returns the payload's text, if it is one of the last line's */
  payloadText(ref: PayloadRef): string | undefined {
    return this.#texts[ref.segment];
  }

  /** @returns the message or request that the line is about; null when it is about something else */
  take(line: TraceLine): Row | null {
    this.#texts = [];
    switch (line.kind) {
      case 'context':
        this.contexts.set(line.id, contextOf(line));
        return null;
      case 'connection':
        this.connections.set(line.id, connectionOf(line));
        return null;
      case 'message': {
        const message = this.#message(line);
        const at = message.postedAt ?? message.deliveries[0]?.at ?? 0;
        return { kind: 'message', at, message };
      }
      case 'request': {
        const request = this.#request(line);
        const at = request.sentAt ?? request.receipts[0]?.at ?? request.settledAt ?? 0;
        return { kind: 'request', at, request };
      }
      default:
        return null;
    }
  }

  #message(line: TraceMessage): Message {
    const { connection, seq, from, postedAt, deliveries, error, stack } = line;
    const payload = this.#payload(line);
    const opener = this.connections.get(connection)?.opener?.context ?? null;
    const toOpener =
      from === null ? deliveries.some(({ context }) => context === opener) : from !== opener;
    return {
      key: `${connection}#${seq}`,
      connection,
      toward: toOpener ? 'opener' : 'acceptor',
      seq,
      from,
      postedAt,
      deliveries: deliveries.map((each) => ({ ...each, endpoint: each.context, seq })),
      payload,
      ...this.#words.of(payload),
      stack: stack?.join('\n') ?? null,
      error: error ?? null,
    };
  }

  #request(line: TraceRequest): Request {
    const { id, api, target, from, sentAt, deliveries, state, settledAt, error, stack } = line;
    const payload = this.#payload(line);
    const reply = line.reply && { at: line.reply.at, payload: this.#payload(line.reply) };
    const { winner } = line;
    return {
      key: id,
      api,
      target,
      from,
      sender: null,
      sentAt,
      payload,
      ...this.#words.of(payload),
      stack: stack?.join('\n') ?? null,
      receipts: deliveries.map(({ accounts, ...receipt }) => ({
        ...receipt,
        key: `${id}@${receipt.context}`,
        accounts: accounts.map((account) => this.#account(account)),
      })),
      reply: reply && { ...reply, preview: this.#words.of(reply.payload).preview },
      error,
      settledAt,
      winner: winner && { receipt: `${id}@${winner.context}`, listener: winner.listener },
      state,
    };
  }

  #account({ listener, returned, answers, rejected }: TraceAccount): ListenerAccount {
    return {
      listener,
      returned: returned && { ...returned, error: returned.error ?? null },
      answers: answers.map((answer) => ({
        at: answer.at,
        how: answer.how,
        payload: this.#payload(answer),
        ignored: answer.ignored ?? false,
      })),
      rejected,
    };
  }

  #payload(line: TracePayload): PayloadRef {
    const { form, text } = textOf(line);
    this.#texts.push(text);
    const { bytes } = line;
    return { form, bytes, segment: this.#texts.length - 1, offset: 0, length: text.length };
  }
}

function textOf(line: TracePayload): Pick<PayloadRef, 'form'> & { readonly text: string } {
  const { payloadRich, payloadPreview, payloadUnreadable, payload } = line;
  if (payloadRich !== undefined) return { form: 'rich', text: payloadRich };
  if (payloadPreview !== undefined) return { form: 'json-preview', text: payloadPreview };
  if (payloadUnreadable !== undefined) return { form: 'unreadable', text: payloadUnreadable };
  return { form: 'json', text: JSON.stringify(payload) ?? 'null' };
}

function contextOf(line: TraceContext): ModelContext {
  const { id, extension, extensionName, type, worldId, tabId, frameId, documentId, url } = line;
  return {
    key: id,
    extensionId: extension,
    extensionName,
    extensionVersion: null,
    kind: type,
    worldId,
    tabId,
    frameId,
    documentId,
    url,
    contextId: null,
    envType: null,
    attestedBy: 'browser',
    startedAt: line.startedAt,
    disconnectedAt: null,
    taken: 0,
    connections: 0,
    messages: 0,
    requests: 0,
  };
}

function connectionOf(line: TraceConnection): Connection {
  const { id, name, api, target, openedAt, closedAt, closedBy, error } = line;
  const endpoint = (context: string, role: Endpoint['role']): Endpoint => ({
    key: `${id} ${context}`,
    context,
    port: 0,
    role,
    api,
    name,
    at: openedAt,
    target: role === 'opener' ? target : null,
    sender: null,
    stack: null,
    closedAt,
    closedBy: null,
    closeStack: null,
    error,
    posted: 0,
    delivered: 0,
    messages: 0,
  });
  const failed = error !== null && line.acceptors.length === 0;
  return {
    key: id,
    name,
    api,
    target,
    opener: line.opener === null ? null : endpoint(line.opener, 'opener'),
    acceptors: line.acceptors.map((context) => endpoint(context, 'acceptor')),
    openedAt,
    closedAt,
    closedBy,
    error,
    state: closedAt === null ? 'open' : failed ? 'failed' : 'closed',
    messages: 0,
    bytes: 0,
  };
}
