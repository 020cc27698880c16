/**
 * The messages, column by column: what a filter or a table asks of a million messages is read without an object
 * for each.
 *
 * Messages go by id, a small number that `Rows.messageAt` gives. It names the same message for as long as the
 * message stands; when a later report takes the message apart, another may get the number.
 */

import { NONE, partition } from './columns.js';
import type { Port } from './facts.js';
import type { PortFacts } from './port-facts.js';
import { previewText } from './preview.js';
import type { Slots } from './slots.js';
import type { Delivery, Message, PayloadRef } from './types.js';
import type { Words } from './words.js';

/** What payloads and call sites go by. */
interface Texts {
  readonly types: Words;
  readonly stacks: Words;
  textOf(ref: PayloadRef): string | undefined;
}

export class Messages {
  readonly #slots: Slots;
  readonly #facts: PortFacts;
  readonly #texts: Texts;

  /** @internal */
  constructor(slots: Slots, texts: Texts) {
    this.#slots = slots;
    this.#facts = slots.facts;
    this.#texts = texts;
  }

  /** All ids are below this. */
  get length(): number {
    return this.#slots.length;
  }

  /** @returns its connection, for `Model.connectionAt` */
  connection(id: number): number {
    return this.#slots.link(id).index;
  }

  toward(id: number): Message['toward'] {
    return this.#slots.toward(id);
  }

  /** See {@link Message.seq}. */
  seq(id: number): number {
    return this.#slots.seq(id);
  }

  /** @returns epoch milliseconds; NaN when it is not known */
  postedAt(id: number): number {
    const post = this.#slots.post(id);
    return post === NONE ? NaN : this.#facts.at(post);
  }

  /** @returns when it was delivered first, epoch milliseconds; NaN when it was not seen to be */
  deliveredAt(id: number): number {
    const first = this.#slots.first(id);
    return first === NONE ? NaN : this.#facts.at(first);
  }

  /** @returns milliseconds from the post to the first delivery, by two clocks; NaN when either is not known */
  latency(id: number): number {
    return this.deliveredAt(id) - this.postedAt(id);
  }

  /** @returns how many times it was delivered */
  deliveries(id: number): number {
    return this.#slots.deliveries(id);
  }

  /** See {@link Message.arrivalMuted}. */
  arrivalMuted(id: number): boolean {
    const post = this.#slots.post(id);
    if (post === NONE || this.deliveries(id) > 0 || this.isRefused(id)) return false;
    const { opener, acceptors } = this.#slots.link(id);
    if (this.toward(id) === 'acceptor') {
      return acceptors.some((port) => isMutedAt(port, this.#facts.seq(post), true));
    }
    // Of several acceptors, the opener's numbers do not say whose posts it was delivered.
    return opener !== null && isMutedAt(opener, this.#facts.seq(post), acceptors.length === 1);
  }

  /** @returns how many listeners heard it, wherever it was delivered */
  listeners(id: number): number {
    const facts = this.#facts;
    let sum = 0;
    for (let fact = this.#slots.first(id); fact !== NONE; fact = facts.next(fact)) {
      sum += facts.detail(fact);
    }
    return sum;
  }

  /** @returns the sender's context, for `Model.contextKeyAt`; -1 when it is not instrumented */
  sender(id: number): number {
    const post = this.#slots.post(id);
    if (post !== NONE) return this.#facts.port(post).context.index;
    // The post is not known, but who made it may be: the other end of the connection.
    const { opener, acceptors } = this.#slots.link(id);
    if (this.toward(id) === 'acceptor') return opener?.context.index ?? -1;
    return acceptors.length === 1 ? (acceptors[0]?.context.index ?? -1) : -1;
  }

  /** @returns the context of the n-th delivery, from 0 and in order of time, for `Model.contextKeyAt` */
  receiver(id: number, n: number): number {
    const fact = this.#delivery(id, n);
    return fact === NONE ? -1 : this.#facts.port(fact).context.index;
  }

  /** @returns when the n-th delivery was, from 0 and in order of time, epoch milliseconds; NaN when there is none */
  arrivedAt(id: number, n: number): number {
    const fact = this.#delivery(id, n);
    return fact === NONE ? NaN : this.#facts.at(fact);
  }

  /** @returns size of the whole payload in UTF-8 */
  bytes(id: number): number {
    return this.#facts.bytes(this.#slots.head(id));
  }

  form(id: number): PayloadRef['form'] {
    return this.#facts.form(this.#slots.head(id));
  }

  payload(id: number): PayloadRef {
    return this.#facts.payload(this.#slots.head(id));
  }

  /** @returns the number of its {@link Message.messageType}, for {@link typeText}; 0: it has none */
  type(id: number): number {
    return this.#facts.type(this.#slots.head(id));
  }

  /** @returns the message type of that number */
  typeText(type: number): string | null {
    return this.#texts.types.word(type);
  }

  /** @returns whether `postMessage` threw */
  isRefused(id: number): boolean {
    return this.error(id) !== null;
  }

  /** See {@link Message.error}. */
  error(id: number): string | null {
    return this.#facts.error(this.#slots.head(id));
  }

  /** See {@link Message.stack}. */
  stack(id: number): string | null {
    const post = this.#slots.post(id);
    return post === NONE ? null : this.#texts.stacks.word(this.#facts.detail(post));
  }

  /** See {@link Message.key}. */
  key(id: number): string {
    return this.#slots.key(id);
  }

  /** @returns the message, made for the caller */
  read(id: number): Message {
    const texts = this.#texts;
    const { connection, opener, acceptors } = this.#slots.link(id);
    const sender = this.sender(id);
    const ends = opener === null ? acceptors : [opener, ...acceptors];
    const from = ends.find(({ context }) => context.index === sender);
    const postedAt = this.postedAt(id);
    const payload = this.payload(id);
    return {
      key: this.key(id),
      connection: connection.key,
      toward: this.toward(id),
      seq: this.seq(id),
      from: from?.context.key ?? null,
      postedAt: Number.isNaN(postedAt) ? null : postedAt,
      deliveries: this.#deliveries(id),
      arrivalMuted: this.arrivalMuted(id),
      payload,
      messageType: this.typeText(this.type(id)),
      get preview() {
        const text = texts.textOf(payload);
        return text === undefined ? null : previewText(payload.form, text);
      },
      stack: this.stack(id),
      error: this.error(id),
    };
  }

  #delivery(id: number, n: number): number {
    let fact = this.#slots.first(id);
    for (let left = n; left > 0 && fact !== NONE; left -= 1) fact = this.#facts.next(fact);
    return fact;
  }

  #deliveries(id: number): Delivery[] {
    const facts = this.#facts;
    const all: Delivery[] = [];
    for (let fact = this.#slots.first(id); fact !== NONE; fact = facts.next(fact)) {
      const { endpoint } = facts.port(fact);
      all.push({
        endpoint: endpoint.key,
        context: endpoint.context,
        at: facts.at(fact),
        seq: facts.seq(fact),
        listeners: facts.detail(fact),
      });
    }
    return all;
  }
}

/** @param counts whether the n-th delivery is the n-th post there */
function isMutedAt({ mutedDeliveries, pauses }: Port, seq: number, counts: boolean): boolean {
  if (!counts || pauses.length > 0) return mutedDeliveries.length > 0;
  const bounds = partition(mutedDeliveries.length, (index) => (mutedDeliveries[index] ?? 0) < seq);
  // An odd number of bounds before it: within a stretch; else it may be the first of one.
  return bounds % 2 === 1 || mutedDeliveries[bounds] === seq;
}
