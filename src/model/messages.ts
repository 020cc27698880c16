/**
 * The messages, column by column: what a filter or a table asks of a million messages is read without an object
 * for each.
 *
 * Messages go by id, a small number that `Rows.messageAt` gives. It names the same message for as long as the
 * message stands; a message that a later report takes apart leaves its id unused.
 */

import type { DeliveryFact, Slot } from './facts.js';
import { deliveryKey, postKey } from './message-writer.js';
import type { PayloadWords } from './payload-words.js';
import type { Message, PayloadRef } from './types.js';

export class Messages {
  readonly #slots: Slot[] = [];
  readonly #words: PayloadWords;

  /** @internal */
  constructor(words: PayloadWords) {
    this.#words = words;
  }

  /** All ids are below this. */
  get length(): number {
    return this.#slots.length;
  }

  /** @internal @returns the id of a message that is new */
  add(slot: Slot): number {
    return this.#slots.push(slot) - 1;
  }

  /** @returns its connection, for `Model.connectionAt` */
  connection(id: number): number {
    return this.#slot(id).link.index;
  }

  toward(id: number): Message['toward'] {
    return this.#slot(id).toward;
  }

  /** See {@link Message.seq}. */
  seq(id: number): number {
    return this.#facts(id).seq;
  }

  /** @returns epoch milliseconds; NaN when it is not known */
  postedAt(id: number): number {
    return this.#slot(id).post?.at ?? NaN;
  }

  /** @returns when it was delivered first, epoch milliseconds; NaN when it was not seen to be */
  deliveredAt(id: number): number {
    return this.#slot(id).deliveries[0]?.delivery.at ?? NaN;
  }

  /** @returns milliseconds from the post to the first delivery, by two clocks; NaN when either is not known */
  latency(id: number): number {
    return this.deliveredAt(id) - this.postedAt(id);
  }

  /** @returns how many times it was delivered */
  deliveries(id: number): number {
    return this.#slot(id).deliveries.length;
  }

  /** @returns how many listeners heard it, wherever it was delivered */
  listeners(id: number): number {
    let sum = 0;
    for (const { delivery } of this.#slot(id).deliveries) sum += delivery.listeners;
    return sum;
  }

  /** @returns the sender's context, for `Model.contextKeyAt`; -1 when it is not instrumented */
  sender(id: number): number {
    const { post, toward, link } = this.#slot(id);
    if (post !== null) return post.port.context.index;
    if (toward === 'acceptor') return link.opener?.context.index ?? -1;
    return link.acceptors.length === 1 ? (link.acceptors[0]?.context.index ?? -1) : -1;
  }

  /** @returns the context of the n-th delivery, from 0 and in order of time, for `Model.contextKeyAt` */
  receiver(id: number, n: number): number {
    return this.#slot(id).deliveries[n]?.port.context.index ?? -1;
  }

  /** @returns when the n-th delivery was, from 0 and in order of time, epoch milliseconds; NaN when there is none */
  arrivedAt(id: number, n: number): number {
    return this.#slot(id).deliveries[n]?.delivery.at ?? NaN;
  }

  /** @returns size of the whole payload in UTF-8 */
  bytes(id: number): number {
    return this.#facts(id).payload.bytes;
  }

  form(id: number): PayloadRef['form'] {
    return this.#facts(id).payload.form;
  }

  payload(id: number): PayloadRef {
    return this.#facts(id).payload;
  }

  /** @returns the number of its {@link Message.messageType}, for {@link typeText}; 0: it has none */
  type(id: number): number {
    return this.#words.numberOf(this.#facts(id).messageType);
  }

  /** @returns the message type of that number */
  typeText(type: number): string | null {
    return this.#words.word(type);
  }

  /** @returns whether `postMessage` threw */
  isRefused(id: number): boolean {
    return this.#facts(id).error !== null;
  }

  /** See {@link Message.error}. */
  error(id: number): string | null {
    return this.#facts(id).error;
  }

  /** See {@link Message.stack}. */
  stack(id: number): string | null {
    return this.#facts(id).stack;
  }

  /** See {@link Message.key}. */
  key(id: number): string {
    const { post, deliveries } = this.#slot(id);
    return post === null ? deliveryKey(deliveries[0] as DeliveryFact) : postKey(post);
  }

  /** @returns the message, made for the caller */
  read(id: number): Message {
    const facts = this.#facts(id);
    const words = this.#words;
    const {
      key,
      connection,
      toward,
      seq,
      from,
      postedAt,
      deliveries,
      payload,
      messageType,
      stack,
      error,
    } = facts;
    return {
      key,
      connection,
      toward,
      seq,
      from,
      postedAt,
      deliveries,
      payload,
      messageType,
      get preview() {
        return words.previewOf(payload);
      },
      stack,
      error,
    };
  }

  #slot(id: number): Slot {
    return this.#slots[id] as Slot;
  }

  #facts(id: number): NonNullable<Slot['message']> {
    return this.#slot(id).message as NonNullable<Slot['message']>;
  }
}
