/** Takes the events of one-off messages in and keeps each end's facts; says to matching and writing what is new. */

import type { PayloadForm, PortholeEvent } from '../protocol/index.js';
import type {
  AccountFact,
  ContextFacts,
  NamedRef,
  ReceiptFact,
  SentFact,
  SentOutcome,
} from './facts.js';
import type { Matcher } from './matching.js';
import { payloadName } from './payload-name.js';
import type { OpenSegment } from './intake.js';
import { typeOf } from './payload-prints.js';
import type { Requests } from './requests.js';
import type { ListenerAnswer } from './types.js';
import { Shared } from './shared.js';
import type { Words } from './words.js';

export type RequestEvent = Extract<
  PortholeEvent,
  readonly [
    'sent' | 'replied' | 'failed' | 'received' | 'returned' | 'answered' | 'rejected',
    ...unknown[],
  ]
>;

export class RequestIntake {
  readonly #shared = new Shared();

  constructor(
    private readonly matcher: Matcher<SentFact, ReceiptFact>,
    private readonly requests: Requests,
    private readonly types: Words,
    private readonly stacks: Words,
  ) {}

  /** @param segment the one whose payload string the event's offsets point into */
  take(context: ContextFacts, event: RequestEvent, segment: OpenSegment): void {
    switch (event[0]) {
      case 'sent': {
        const [, number, at, api, target, site, form, bytes, offset, length] = event;
        if (context.sent.has(number)) return;
        const payload = this.#payload(segment, form, bytes, offset, length);
        this.#addSent(context, number, at, {
          api: this.#shared.of(api),
          target: this.#shared.of(target),
          stack: this.stacks.word(context.sites.get(site) ?? 0),
          payload,
          name: payload.name,
        });
        return;
      }
      case 'replied': {
        const [, number, at, form, bytes, offset, length] = event;
        const payload = this.#payload(segment, form, bytes, offset, length);
        this.#settle(context, number, { at, payload, error: null });
        return;
      }
      case 'failed': {
        const [, number, at, error] = event;
        this.#settle(context, number, { at, payload: null, error });
        return;
      }
      case 'received': {
        const [, number, at, api, sender, listeners, form, bytes, offset, length] = event;
        if (context.receipts.has(number)) return;
        const payload = this.#payload(segment, form, bytes, offset, length);
        this.#addReceipt(context, number, at, {
          api: this.#shared.of(api),
          sender: this.#shared.of(sender),
          listeners,
          payload,
          name: payload.name,
        });
        return;
      }
      case 'returned': {
        const [, number, at, listener, what, error] = event;
        const receipt = this.#receipt(context, number, at);
        const found = account(receipt, listener);
        found.returned ??= { at, what, error };
        if (what === 'promise' || what === 'threw') {
          // Then Firefox forgets what sendResponse() was told before.
          found.answers = found.answers.map((answer) => ({ ...answer, ignored: true }));
        }
        this.requests.changed(receipt);
        return;
      }
      case 'answered': {
        const [, number, at, listener, how, form, bytes, offset, length] = event;
        const receipt = this.#receipt(context, number, at);
        const payload = this.#payload(segment, form, bytes, offset, length);
        const found = account(receipt, listener);
        const ignored = isIgnored(found, how);
        found.answers = [...found.answers, { at, how, payload, ignored }];
        this.requests.changed(receipt);
        return;
      }
      case 'rejected': {
        const [, number, at, listener, error] = event;
        const receipt = this.#receipt(context, number, at);
        account(receipt, listener).rejected ??= { at, error };
        this.requests.changed(receipt);
        return;
      }
    }
  }

  #payload(
    { id, payload }: OpenSegment,
    form: PayloadForm,
    bytes: number,
    offset: number,
    length: number,
  ): NamedRef {
    const text = payload.slice(offset, offset + length);
    const name = payloadName(form, text);
    return {
      form: this.#shared.of(form),
      bytes,
      segment: id,
      offset,
      length,
      name,
      type: typeOf(this.types, form, text),
    };
  }

  #settle(context: ContextFacts, number: number, outcome: SentOutcome): void {
    const sent = context.sent.get(number) ?? this.#addSent(context, number, outcome.at, null);
    if (sent.outcome !== null) return;
    sent.outcome = outcome;
    if (sent.known) this.matcher.reconsider(sent);
    this.requests.changed(sent);
  }

  /** @param facts null when the call itself was not recorded */
  #addSent(
    context: ContextFacts,
    number: number,
    at: number,
    facts: Pick<SentFact, 'api' | 'target' | 'stack' | 'payload' | 'name'> | null,
  ): SentFact {
    const sent: SentFact = {
      side: 'sent',
      known: facts !== null,
      key: `${context.key}?${number}`,
      context,
      number,
      at,
      name: '',
      api: 'runtime.sendMessage',
      target: null,
      stack: null,
      payload: null,
      ...facts,
      outcome: null,
      entry: null,
    };
    context.sent.set(number, sent);
    if (sent.known) this.matcher.add(sent);
    else {
      this.requests.alone({ from: sent, to: [] });
      this.matcher.numbered(context);
    }
    return sent;
  }

  /** The receipt an event speaks of, though its arrival may have been lost. */
  #receipt(context: ContextFacts, number: number, at: number): ReceiptFact {
    return context.receipts.get(number) ?? this.#addReceipt(context, number, at, null);
  }

  /** @param facts null when the arrival itself was not recorded */
  #addReceipt(
    context: ContextFacts,
    number: number,
    at: number,
    facts: Pick<ReceiptFact, 'api' | 'sender' | 'listeners' | 'payload' | 'name'> | null,
  ): ReceiptFact {
    const receipt: ReceiptFact = {
      side: 'received',
      known: facts !== null,
      key: `${context.key}@${number}`,
      context,
      number,
      at,
      name: '',
      api: 'runtime.onMessage',
      sender: {},
      listeners: 0,
      payload: null,
      ...facts,
      accounts: [],
      entry: null,
    };
    context.receipts.set(number, receipt);
    if (receipt.known) this.matcher.add(receipt);
    else this.requests.alone({ from: null, to: [receipt] });
    return receipt;
  }
}

/** The events of a context come in order, so what the account says now came before the answer. */
function isIgnored({ returned, answers }: AccountFact, how: ListenerAnswer['how']): boolean {
  if (how === 'promise') return false;
  return answers.length > 0 || (returned !== null && returned.what !== 'true');
}

function account({ accounts }: ReceiptFact, listener: number): AccountFact {
  let index = accounts.length;
  while (index > 0 && (accounts[index - 1]?.listener ?? 0) > listener) index -= 1;
  const before = accounts[index - 1];
  if (before?.listener === listener) return before;
  const made: AccountFact = { listener, returned: null, answers: [], rejected: null };
  accounts.splice(index, 0, made);
  return made;
}
