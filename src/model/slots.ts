/**
 * The messages as facts put together, in columns by message: a post, and deliveries in order of time. Where a message
 * stands among others is told here; that somebody must hear of a change is the business of `assembly.ts`.
 */

import { NONE, Uint32Column } from './columns.js';
import { compareText, type Link } from './facts.js';
import type { PortFacts } from './port-facts.js';
import type { Message } from './types.js';

export class Slots {
  #length = 0;
  readonly #post = new Uint32Column();
  /** The first delivery; the others hang on it. */
  readonly #first = new Uint32Column();
  #free: number[] = [];

  constructor(readonly facts: PortFacts) {}

  /** All messages are below this. */
  get length(): number {
    return this.#length;
  }

  /** @returns a message without facts */
  make(): number {
    const slot = this.#free.pop() ?? this.#length;
    if (slot === this.#length) {
      this.#length += 1;
      this.#post.grow(this.#length);
      this.#first.grow(this.#length);
    }
    this.#post.set(slot, NONE);
    this.#first.set(slot, NONE);
    return slot;
  }

  /** The message is gone, and its number is free for another. */
  release(slot: number): void {
    this.#free.push(slot);
  }

  /** @returns the post, refused or not, or {@link NONE} */
  post(slot: number): number {
    return this.#post.get(slot);
  }

  setPost(slot: number, fact: number): void {
    this.#post.set(slot, fact);
    this.facts.setMessage(fact, slot);
  }

  /** @returns the first delivery, or {@link NONE} */
  first(slot: number): number {
    return this.#first.get(slot);
  }

  /** @returns the fact that tells what the message is: its post, or where that is not known its first delivery */
  head(slot: number): number {
    const post = this.#post.get(slot);
    return post === NONE ? this.#first.get(slot) : post;
  }

  addDelivery(slot: number, fact: number): void {
    let before = NONE;
    let after = this.#first.get(slot);
    while (after !== NONE && this.#compareDeliveries(after, fact) <= 0) {
      before = after;
      after = this.facts.next(after);
    }
    this.facts.setNext(fact, after);
    this.#link(slot, before, fact);
    this.facts.setMessage(fact, slot);
  }

  removeDelivery(slot: number, fact: number): void {
    let before = NONE;
    let at = this.#first.get(slot);
    while (at !== fact) {
      before = at;
      at = this.facts.next(at);
    }
    this.#link(slot, before, this.facts.next(fact));
    this.facts.setNext(fact, NONE);
    this.facts.setMessage(fact, NONE);
  }

  #link(slot: number, before: number, fact: number): void {
    if (before === NONE) this.#first.set(slot, fact);
    else this.facts.setNext(before, fact);
  }

  #compareDeliveries(a: number, b: number): number {
    const { facts } = this;
    return (
      facts.at(a) - facts.at(b) ||
      compareText(facts.port(a).endpoint.key, facts.port(b).endpoint.key)
    );
  }

  deliveries(slot: number): number {
    let count = 0;
    for (let fact = this.#first.get(slot); fact !== NONE; fact = this.facts.next(fact)) count += 1;
    return count;
  }

  /** @returns where the message stands, epoch milliseconds */
  at(slot: number): number {
    return this.facts.at(this.head(slot));
  }

  link(slot: number): Link {
    return this.facts.port(this.head(slot)).link as Link;
  }

  toward(slot: number): Message['toward'] {
    const post = this.#post.get(slot);
    if (post === NONE) return this.facts.port(this.#first.get(slot)).endpoint.role;
    return this.facts.port(post).endpoint.role === 'opener' ? 'acceptor' : 'opener';
  }

  /** See {@link Message.seq}. */
  seq(slot: number): number {
    const head = this.head(slot);
    return this.facts.error(head) === null ? this.facts.seq(head) : 0;
  }

  /** See {@link Message.key}. */
  key(slot: number): string {
    const post = this.#post.get(slot);
    const head = this.head(slot);
    const mark = post === NONE ? '<' : this.facts.error(post) === null ? '>' : '!';
    return `${this.facts.port(head).endpoint.key}${mark}${this.facts.seq(head)}`;
  }

  /** Order of messages at the same time. */
  compareLike(a: number, b: number): number {
    return (
      compareText(this.link(a).connection.key, this.link(b).connection.key) ||
      compareText(this.toward(a), this.toward(b)) ||
      this.seq(a) - this.seq(b) ||
      compareKeys(this.key(a), this.key(b))
    );
  }
}

function compareKeys(a: string, b: string): number {
  return a.length - b.length || compareText(a, b);
}
