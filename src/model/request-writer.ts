/** Writes a request out from its ends. */

import type { Mutable, ReceiptFact, RequestEntry } from './facts.js';
import { payloadName } from './payload-name.js';
import type { PayloadWords } from './payload-words.js';
import { outcomeOf, type Outcome, type Reader } from './request-outcome.js';
import type { PayloadRef, Receipt, Request, RequestReply } from './types.js';

/** How devalue writes `undefined`. */
const RICH_UNDEFINED = '-1';

export class RequestWriter {
  readonly #reader: Reader = {
    same: (a, b) => this.#nameOf(a) === this.#nameOf(b),
    isUndefined: (payload) => payload.form === 'rich' && this.textOf(payload) === RICH_UNDEFINED,
  };

  constructor(
    private readonly words: PayloadWords,
    private readonly textOf: (ref: PayloadRef) => string,
  ) {}

  /** Brings the entry's request up to its facts; creates it the first time. */
  write(entry: RequestEntry): Request {
    const { sent, receipts } = entry;
    const before = entry.request;
    const outcome = outcomeOf(entry, this.#reader);
    const news = {
      ...outcome,
      reply: this.#reply(outcome.reply, before?.reply ?? null),
      receipts: receipts.map(viewReceipt),
    };
    if (before !== null) return Object.assign(before, news);
    const first = receipts[0];
    const payload = sent?.payload ?? first?.payload ?? null;
    const request: Mutable<Request> = {
      key: (sent ?? (first as ReceiptFact)).key,
      api: sent?.api ?? (first as ReceiptFact).api,
      target: sent?.target ?? null,
      from: sent?.context.key ?? null,
      sender: first?.sender ?? null,
      sentAt: sent?.known ? sent.at : null,
      payload,
      messageType: payload && this.words.typeOf(payload),
      preview: payload === null ? '' : this.words.previewOf(payload),
      stack: sent?.stack ?? null,
      ...news,
    };
    entry.request = request;
    return request;
  }

  #reply(reply: Outcome['reply'], before: RequestReply | null): RequestReply | null {
    if (reply === null) return null;
    const { at, payload } = reply;
    if (before?.payload === payload) return before;
    return { at, payload, preview: this.words.previewOf(payload) };
  }

  #nameOf(payload: PayloadRef): string {
    return payloadName(payload.form, this.textOf(payload));
  }
}

function viewReceipt({ key, context, api, at, listeners, accounts }: ReceiptFact): Receipt {
  return { key, context: context.key, api, at, listeners, accounts };
}
