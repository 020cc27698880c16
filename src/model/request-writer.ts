/** Writes a request out from its ends. */

import type { Mutable, NamedRef, ReceiptFact, RequestEntry, SentFact } from './facts.js';
import { previewText } from './preview.js';
import { outcomeOf, type Outcome } from './request-outcome.js';
import type { PayloadRef, Receipt, Request, RequestReply } from './types.js';
import type { Words } from './words.js';

/** What payloads go by. */
export interface RequestTexts {
  readonly types: Words;
  textOf(ref: PayloadRef): string | undefined;
}

/** Brings the entry's request up to its facts; creates it the first time. */
export function writeRequest(entry: RequestEntry, texts: RequestTexts): Request {
  entry.request ??= new WrittenRequest(entry, texts);
  const { request } = entry;
  const { state, winner, error, settledAt, reply } = outcomeOf(entry);
  request.state = state;
  request.winner = winner;
  request.error = error;
  request.settledAt = settledAt;
  if (request.reply?.payload !== reply?.payload) request.reply = replyOf(reply, texts);
  return request;
}

/** Its preview is made when asked for. */
class WrittenRequest implements Mutable<Request> {
  key: string;
  api: Request['api'];
  target: Request['target'];
  from: string | null;
  sender: Request['sender'];
  sentAt: number | null;
  payload: NamedRef | null;
  messageType: string | null;
  stack: string | null;
  receipts: readonly Receipt[];
  reply: RequestReply | null = null;
  error: string | null = null;
  settledAt: number | null = null;
  winner: Request['winner'] = null;
  state: Request['state'] = 'waiting';
  readonly #texts: RequestTexts;

  constructor({ sent, receipts }: RequestEntry, texts: RequestTexts) {
    const end = (sent ?? receipts[0]) as SentFact | ReceiptFact;
    this.#texts = texts;
    this.key = end.key;
    this.api = end.api;
    this.target = sent?.target ?? null;
    this.from = sent?.context.key ?? null;
    this.sender = receipts[0]?.sender ?? null;
    this.sentAt = sent?.known ? sent.at : null;
    this.payload = sent?.payload ?? receipts[0]?.payload ?? null;
    this.messageType = texts.types.word(this.payload?.type ?? 0);
    this.stack = sent?.stack ?? null;
    this.receipts = receipts.map(viewReceipt);
  }

  get preview(): string | null {
    return this.payload === null ? '' : previewIn(this.#texts, this.payload);
  }
}

class WrittenReply implements RequestReply {
  readonly #texts: RequestTexts;

  constructor(
    readonly at: number,
    readonly payload: PayloadRef,
    texts: RequestTexts,
  ) {
    this.#texts = texts;
  }

  get preview(): string | null {
    return previewIn(this.#texts, this.payload);
  }
}

function replyOf(reply: Outcome['reply'], texts: RequestTexts): RequestReply | null {
  return reply && new WrittenReply(reply.at, reply.payload, texts);
}

function previewIn(texts: RequestTexts, payload: PayloadRef): string | null {
  const text = texts.textOf(payload);
  return text === undefined ? null : previewText(payload.form, text);
}

function viewReceipt({ key, context, api, at, listeners, accounts }: ReceiptFact): Receipt {
  return { key, context: context.key, api, at, listeners, accounts };
}
