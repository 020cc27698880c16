/** Puts facts into messages and takes them out again, and keeps rows and counts in step with that. */

import { NONE, partition, type IdList } from './columns.js';
import type { Mutable } from './facts.js';
import type { PortFacts } from './port-facts.js';
import type { RowList } from './rows.js';
import type { Slots } from './slots.js';
import type { Totals } from './types.js';

export class Assembly {
  constructor(
    readonly facts: PortFacts,
    private readonly slots: Slots,
    private readonly rows: RowList,
    private readonly totals: Mutable<Totals>,
  ) {}

  /** @returns the message that the fact is part of, or {@link NONE} */
  messageOf(fact: number): number {
    return this.facts.message(fact);
  }

  hasPost(message: number): boolean {
    return this.slots.post(message) !== NONE;
  }

  /** @param message {@link NONE} for a new one */
  addPost(message: number, fact: number): void {
    const slot = this.#begin(message);
    this.slots.setPost(slot, fact);
    this.#end(slot, message === NONE);
  }

  /** @param message {@link NONE} for a new one */
  addDelivery(message: number, fact: number): void {
    this.totals.deliveries += 1;
    if (message !== NONE && this.hasPost(message)) {
      this.slots.addDelivery(message, fact);
      this.rows.touch(this.slots.at(message));
      return;
    }
    const slot = this.#begin(message);
    this.slots.addDelivery(slot, fact);
    this.#end(slot, message === NONE);
  }

  /** Takes a delivery out of its message, which is no more when nothing else was in it. */
  removeDelivery(message: number, fact: number): void {
    const { slots } = this;
    if (this.hasPost(message)) {
      slots.removeDelivery(message, fact);
      this.rows.touch(slots.at(message));
    } else if (slots.first(message) === fact && this.facts.next(fact) === NONE) {
      this.drop(message);
      return;
    } else {
      this.#begin(message);
      slots.removeDelivery(message, fact);
      this.#end(message, false);
    }
    this.totals.deliveries -= 1;
  }

  /** What is said of these posts, of a list in order of seq, may be other than before. */
  touchPosts(posts: IdList, first: number, last: number): void {
    const { facts, slots, rows } = this;
    const from = partition(posts.length, (index) => facts.seq(posts.at(index)) < first);
    for (let n = from; n < posts.length && facts.seq(posts.at(n)) <= last; n += 1) {
      const message = facts.message(posts.at(n));
      if (message !== NONE) rows.touch(slots.at(message));
    }
  }

  /** The message is no more. Its facts still name it, until each is put into another. */
  drop(message: number): void {
    const { slots, totals } = this;
    this.rows.removeMessage(message);
    slots.link(message).connection.messages -= 1;
    totals.messages -= 1;
    totals.deliveries -= slots.deliveries(message);
    this.#count(message, -1);
  }

  /** Takes the facts out of their messages, which are no more. */
  takeApart(facts: Iterable<number>): void {
    for (const fact of facts) {
      const message = this.facts.message(fact);
      if (message === NONE) continue;
      if (!this.rows.isRemoved(message)) this.drop(message);
      this.facts.setMessage(fact, NONE);
    }
  }

  /** What the message is may become other: its place, its size. */
  #begin(message: number): number {
    if (message === NONE) return this.slots.make();
    this.rows.moveMessage(message);
    this.#count(message, -1);
    return message;
  }

  #end(slot: number, isNew: boolean): void {
    this.#count(slot, 1);
    if (!isNew) {
      this.rows.touch(this.slots.at(slot));
      return;
    }
    this.slots.link(slot).connection.messages += 1;
    this.totals.messages += 1;
    this.rows.addMessage(slot);
  }

  #count(slot: number, sign: 1 | -1): void {
    const bytes = sign * this.facts.bytes(this.slots.head(slot));
    this.slots.link(slot).connection.bytes += bytes;
    this.totals.bytes += bytes;
  }
}
