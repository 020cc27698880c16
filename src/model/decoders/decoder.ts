/** What a decoder is: it knows the envelopes of one RPC library. See docs/decoders.md. */

/** What an envelope says of the message in it. */
export interface Envelope {
  /**
   * - `request`: waits for a response with the same `id`.
   * - `response`: answers one.
   * - `notice`: waits for nothing and answers nothing.
   */
  readonly role: 'request' | 'response' | 'notice';
  /** What is called, in the words of the app; null where the envelope does not say, as most responses. */
  readonly method: string | null;
  /** Same in a request and its responses, on one connection; null: there is nothing to pair by. */
  readonly id: string | null;
  /** A response that says that the call failed. */
  readonly failed: boolean;
}

/** A payload's own properties; read only, never called. */
export type Fields = Readonly<Record<string, unknown>>;

export interface Decoder {
  /** As people know the library or protocol. */
  readonly name: string;
  /**
   * How JSON text of such an envelope begins, where `type`, `method` and their kin at the top level do not name it
   * well. Tried on every message that is recorded, so it must fail within a few characters on everything else.
   */
  readonly begins?: RegExp;
  /**
   * @param fields the payload, an object that is no array; it may be anybody's and say anything
   * @returns null when it is not this library's envelope; in doubt, too
   */
  read(fields: Fields): Envelope | null;
  /** Of a one-off message's reply, to a question that this decoder knew: whether it says that the call failed. */
  failedReply?(fields: Fields): boolean;
}

/** @returns the value's own properties; null when it is no plain object */
export function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : null;
}

/** @returns own property of the object, never an inherited one */
export function own(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

/** @returns whether the object has these properties and no others */
export function hasOnly(fields: Fields, names: readonly string[]): boolean {
  return Object.keys(fields).every((name) => names.includes(name));
}
