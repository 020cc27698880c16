/** How much memory a payload's clone holds while it waits for its acknowledgement. */

import {
  append,
  byteLength,
  forEachPart,
  getPrototypeOf,
  isArray,
  keys,
  objectPrototype,
  safeWeakMap,
} from './originals.js';

/** Guess of what a value costs beside the characters of a string. */
const NODE_BYTES = 8;

/**
 * @param clone a structured clone, so free of getters
 * @returns about how many bytes it holds; what is shared counts once
 */
export function weigh(clone: unknown): number {
  const seen = safeWeakMap<object, true>();
  const left = [clone];
  let bytes = 0;
  for (let i = 0; i < left.length; i += 1) {
    const value = left[i];
    bytes += typeof value === 'string' ? value.length : NODE_BYTES;
    if (typeof value !== 'object' || value === null || seen.get(value)) continue;
    seen.set(value, true);
    if (!isArray(value) && getPrototypeOf(value) !== objectPrototype) {
      const binary = byteLength(value);
      if (binary >= 0) {
        bytes += binary;
        continue;
      }
      forEachPart(value, (part) => append(left, part));
    }
    const names = keys(value);
    for (let n = 0; n < names.length; n += 1) {
      const name = names[n] as string;
      bytes += name.length;
      append(left, (value as Record<string, unknown>)[name]);
    }
  }
  return bytes;
}
