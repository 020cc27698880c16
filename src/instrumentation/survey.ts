/** Looks all over a payload that JSON cannot say, without running anything of the host's. */

import { NODE_BYTES } from './bounds.js';
import {
  append,
  byteLength,
  findProperty,
  forEachPart,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  isArray,
  keys,
  objectPrototype,
  safeWeakMap,
  toStringTag,
} from './originals.js';

export interface Survey {
  /** Whether cloning it surely runs nothing of the host's. */
  readonly traceless: boolean;
  /** Whether that is so, and the clone can go to another process. */
  readonly portable: boolean;
  /** About how much memory it holds; what is shared counts once. */
  readonly bytes: number;
}

/** @returns what can be said of `value`; never throws */
export function survey(value: unknown): Survey {
  const seen = safeWeakMap<object, true>();
  const left = [value];
  let traceless = true;
  let portable = true;
  let bytes = 0;
  const add = (part: unknown): void => append(left, part);
  try {
    for (let i = 0; i < left.length; i += 1) {
      const part = left[i];
      bytes += typeof part === 'string' ? part.length : NODE_BYTES;
      if (typeof part !== 'object' || part === null || seen.get(part)) continue;
      seen.set(part, true);
      if (!isArray(part) && getPrototypeOf(part) !== objectPrototype) {
        const binary = byteLength(part);
        if (binary >= 0) {
          bytes += binary;
          continue;
        }
        // What a browser makes and only it can carry has a tag, as Blob and ImageData.
        portable &&= forEachPart(part, add) || findProperty(part, toStringTag) === undefined;
      }
      const names = keys(part);
      for (let n = 0; n < names.length; n += 1) {
        const name = names[n] as string;
        const property = getOwnPropertyDescriptor(part, name) as PropertyDescriptor;
        traceless &&= 'value' in property;
        bytes += name.length;
        add(property.value);
      }
    }
  } catch {
    // The traps of a Proxy, which cannot be told from what it stands for.
    traceless = false;
  }
  return { traceless, portable: portable && traceless, bytes };
}
