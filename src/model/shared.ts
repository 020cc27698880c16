/** Values that are read again and again with each event, such as senders: one copy of each is held. */

/** Different values that are shared; more are too many to be worth it. */
const MOST = 10_000;

export class Shared {
  readonly #values = new Map<string, unknown>();

  /** @param value what JSON says exactly. @returns an equal one, the same as before where there was one */
  of<T>(value: T): T {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const known = this.#values.get(text);
    if (known !== undefined) return known as T;
    if (this.#values.size < MOST) this.#values.set(text, value);
    return value;
  }
}
