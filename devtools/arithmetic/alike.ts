/** Tells in one look which values say the same: each saying gets a number, whatever objects it is said by. */

import { primitiveText } from '../../src/model/primitive.js';
import { RichError, RichPlatformObject } from '../../src/protocol/rich.js';

/** A number for each saying. Work is in proportion to the objects, also where they stand in many places. */
export class Sayings {
  readonly #numbers = new Map<string, number>();
  readonly #known = new WeakMap<object, number>();

  /**
   * @returns the same number for values that say the same: the order of an object's properties does not matter, that of
   *   a Map's and a Set's entries does
   * @throws RangeError when it is nested deeper than calls can be
   */
  of(value: unknown): number {
    return this.#of(value, []);
  }

  #of(value: unknown, inside: readonly object[]): number {
    if (typeof value === 'string') return this.#number(`string ${value}`);
    if (typeof value !== 'object' || value === null) {
      return this.#number(`${typeof value} ${primitiveText(value)}`);
    }
    const known = this.#known.get(value);
    if (known !== undefined) return known;
    const above = inside.indexOf(value);
    if (above >= 0) return this.#number(`up ${inside.length - above}`);
    const number = this.#number(this.#saying(value, [...inside, value]));
    this.#known.set(value, number);
    return number;
  }

  #saying(value: object, inside: readonly object[]): string {
    const list = (items: Iterable<unknown>): string =>
      Array.from(items, (item) => this.#of(item, inside)).join();
    const named = (name: string, properties: object): string =>
      `${name} ${Object.entries(properties)
        .map(([key, item]) => `${this.#of(key, inside)}:${this.#of(item, inside)}`)
        .sort()
        .join()}`;
    if (value instanceof Map) return `Map ${list([...value].flat(1))}`;
    if (value instanceof Set) return `Set ${list(value)}`;
    if (value instanceof Date) return `Date ${value.getTime()}`;
    if (value instanceof RegExp) return `RegExp ${String(value)}`;
    if (value instanceof ArrayBuffer) return `ArrayBuffer ${new Uint8Array(value).join()}`;
    if (ArrayBuffer.isView(value)) {
      const { buffer, byteOffset, byteLength } = value;
      return `${value.constructor.name} ${new Uint8Array(buffer, byteOffset, byteLength).join()}`;
    }
    if (value instanceof Number || value instanceof String || value instanceof Boolean) {
      return `${value.constructor.name} ${this.#of(value.valueOf(), inside)}`;
    }
    if (value instanceof RichError) return named('Error', value);
    if (value instanceof RichPlatformObject) return named(value.className, value.facts);
    if (!Array.isArray(value)) return named('', value);
    return isDense(value) ? `[] ${list(value)}` : named(`[] ${value.length}`, value);
  }

  #number(saying: string): number {
    let number = this.#numbers.get(saying);
    if (number === undefined) {
      number = this.#numbers.size;
      this.#numbers.set(saying, number);
    }
    return number;
  }
}

/** @returns whether the array has no holes and no properties besides its elements */
export function isDense(value: readonly unknown[]): boolean {
  return Object.keys(value).length === value.length;
}
