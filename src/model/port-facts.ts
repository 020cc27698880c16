/**
 * Everything that ports reported: posts, refused posts and deliveries, in columns by fact. All of it is kept, so that
 * joining can be done again when a later report changes who talks to whom.
 */

import type { PayloadForm } from '../protocol/index.js';
import {
  Float64Column,
  NONE,
  partition,
  RunColumn,
  SmallColumn,
  Uint32Column,
  Uint8Column,
  UsualColumn,
  type IdList,
} from './columns.js';
import type { Port } from './facts.js';
import type { Print } from './payload-prints.js';
import type { PayloadRef } from './types.js';

const CODES: Readonly<Record<PayloadForm, number>> = {
  unreadable: 0,
  json: 1,
  rich: 2,
  'json-preview': 3,
  'rich-preview': 4,
};
const UNREADABLE = CODES.unreadable;
const FORMS = Object.keys(CODES) as PayloadForm[];

/** Longest count that a column holds. */
const MOST = NONE - 1;

export class PortFacts {
  readonly #ports: Port[] = [];
  #length = 0;
  readonly #port = new SmallColumn();
  readonly #seq = new Uint32Column();
  readonly #at = new Float64Column();
  readonly #form = new Uint8Column();
  /** Segments are taken in one after the other. */
  readonly #segment = new RunColumn();
  readonly #offset = new Uint32Column();
  readonly #textLength = new SmallColumn();
  /** How many bytes more the whole payload is in UTF-8 than the text has units, modulo 2^32; most are ASCII. */
  readonly #moreBytes = new UsualColumn(0);
  /** Of a post the number of its stack, of a delivery how many listeners there were. */
  readonly #detail = new SmallColumn();
  readonly #hash = new Uint32Column();
  readonly #hash2 = new Uint32Column();
  readonly #type = new SmallColumn();
  /** The message it is part of. */
  readonly #message = new Uint32Column();
  /** The next delivery of the same message; most have one. */
  readonly #next = new UsualColumn(NONE);
  readonly #columns = [
    this.#port,
    this.#seq,
    this.#at,
    this.#form,
    this.#offset,
    this.#textLength,
    this.#detail,
    this.#hash,
    this.#hash2,
    this.#type,
    this.#message,
  ];
  /** Of refused posts. */
  readonly #errors = new Map<number, string>();

  /** The number of the port that is added next. */
  get nextPort(): number {
    return this.#ports.length;
  }

  addPort(port: Port): void {
    this.#ports.push(port);
  }

  /**
   * @param detail of a post or refusal the number of its stack, of a delivery how many listeners there were
   * @param segment id of the one in whose payload string the text is `length` characters from `offset`
   * @returns the new fact; it is part of no message
   */
  add(
    port: number,
    at: number,
    seq: number,
    detail: number,
    form: PayloadForm,
    bytes: number,
    segment: number,
    offset: number,
    length: number,
    print: Print,
  ): number {
    const fact = this.#length;
    this.#length += 1;
    if (fact === this.#port.capacity) for (const column of this.#columns) column.grow(fact + 1);
    this.#port.set(fact, port);
    this.#at.set(fact, at);
    this.#seq.set(fact, seq);
    this.#detail.set(fact, Math.min(detail, MOST));
    this.#form.set(fact, CODES[form]);
    this.#segment.push(fact, segment);
    this.#offset.set(fact, offset);
    this.#textLength.set(fact, length);
    this.#moreBytes.set(fact, (Math.min(bytes, MOST) - length) >>> 0);
    this.#hash.set(fact, print.hash);
    this.#hash2.set(fact, print.hash2);
    this.#type.set(fact, print.type);
    this.#message.set(fact, NONE);
    return fact;
  }

  /** The fact is a refused post, and this is what was thrown. */
  setError(fact: number, error: string): void {
    this.#errors.set(fact, error);
  }

  port(fact: number): Port {
    return this.#ports[this.#port.get(fact)] as Port;
  }

  /** @returns the post's or delivery's number at its port; of a refusal, which one it is there */
  seq(fact: number): number {
    return this.#seq.get(fact);
  }

  at(fact: number): number {
    return this.#at.get(fact);
  }

  detail(fact: number): number {
    return this.#detail.get(fact);
  }

  type(fact: number): number {
    return this.#type.get(fact);
  }

  bytes(fact: number): number {
    return (this.#textLength.get(fact) + this.#moreBytes.get(fact)) >>> 0;
  }

  form(fact: number): PayloadForm {
    return FORMS[this.#form.get(fact)] as PayloadForm;
  }

  payload(fact: number): PayloadRef {
    return {
      form: this.form(fact),
      bytes: this.bytes(fact),
      segment: this.#segment.get(fact),
      offset: this.#offset.get(fact),
      length: this.#textLength.get(fact),
    };
  }

  /** @returns what was thrown; null: it is not a refused post */
  error(fact: number): string | null {
    return this.#errors.size === 0 ? null : (this.#errors.get(fact) ?? null);
  }

  /** @returns the message it is part of, or {@link NONE} */
  message(fact: number): number {
    return this.#message.get(fact);
  }

  setMessage(fact: number, message: number): void {
    this.#message.set(fact, message);
  }

  /** @returns the next delivery of the same message, or {@link NONE} */
  next(fact: number): number {
    return this.#next.get(fact);
  }

  setNext(fact: number, next: number): void {
    this.#next.set(fact, next);
  }

  /** @returns whether two payloads say the same, as far as that can be known */
  samePayload(a: number, b: number): boolean {
    const form = this.#form.get(a);
    if (form === UNREADABLE || this.#form.get(b) === UNREADABLE) return true;
    return (
      form === this.#form.get(b) &&
      this.#moreBytes.get(a) === this.#moreBytes.get(b) &&
      this.#textLength.get(a) === this.#textLength.get(b) &&
      this.#hash.get(a) === this.#hash.get(b) &&
      this.#hash2.get(a) === this.#hash2.get(b)
    );
  }

  /** @returns the fact of a list that has this seq, or {@link NONE} */
  withSeq(list: IdList, seq: number): number {
    if (list.length === 0) return NONE;
    const guess = list.at(seq - this.seq(list.at(0)));
    if (guess !== NONE && this.seq(guess) === seq) return guess;
    const found = list.at(partition(list.length, (index) => this.seq(list.at(index)) < seq));
    return found !== NONE && this.seq(found) === seq ? found : NONE;
  }

  /** @returns the first index in a list of one port whose fact is later than `at`, epoch milliseconds */
  after(list: IdList, at: number): number {
    return partition(list.length, (index) => this.at(list.at(index)) <= at);
  }
}
