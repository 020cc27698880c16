/**
 * What stays of a payload when its text is not held any more: what it can be told apart by, and the app's own word
 * for its kind. Taken once, while the text is at hand; of texts that a segment holds once for several events, once
 * for all of them.
 */

import type { PayloadForm } from '../protocol/index.js';
import { detectMessageType } from './message-type.js';
import { parseRich } from './rich-reader.js';
import type { Words } from './words.js';

/**
 * Equal texts have equal hashes. Two hashes of 32 bits, which go different ways: that two different texts of the same
 * length share both is a matter of one in 10^19, so whoever compares payloads compares hashes and lengths.
 */
export interface Print {
  readonly hash: number;
  readonly hash2: number;
  /** Number of the message type; 0: none. */
  readonly type: number;
}

/** Texts whose prints are kept, by a part of where they stand. */
const KEPT = 1 << 12;

/** The print of the text it was shown last. There are millions, so no object is made for each. */
export class PayloadPrints implements Print {
  hash = 0;
  hash2 = 0;
  type = 0;
  readonly #segments = new Float64Array(KEPT);
  readonly #offsets = new Float64Array(KEPT).fill(-1);
  readonly #lengths = new Float64Array(KEPT);
  readonly #forms: (PayloadForm | undefined)[] = [];
  readonly #hashes = new Uint32Array(KEPT);
  readonly #hashes2 = new Uint32Array(KEPT);
  readonly #types = new Uint32Array(KEPT);

  constructor(private readonly words: Words) {
    this.#forms.length = KEPT;
  }

  /** @param payload the segment's payload string, in which the text stands */
  look(payload: string, segment: number, form: PayloadForm, offset: number, length: number): void {
    const place = Math.imul(offset, 0x9e37_79b1) >>> 20;
    const isKnown =
      this.#offsets[place] === offset &&
      this.#lengths[place] === length &&
      this.#segments[place] === segment &&
      this.#forms[place] === form;
    if (!isKnown) {
      const { hash, hash2 } = hashesOf(payload, offset, offset + length);
      this.#offsets[place] = offset;
      this.#lengths[place] = length;
      this.#segments[place] = segment;
      this.#forms[place] = form;
      this.#hashes[place] = hash;
      this.#hashes2[place] = hash2;
      this.#types[place] = typeOf(this.words, form, payload.slice(offset, offset + length));
    }
    this.hash = this.#hashes[place] as number;
    this.hash2 = this.#hashes2[place] as number;
    this.type = this.#types[place] as number;
  }
}

/** @returns the number of the text's message type; 0: none */
export function typeOf(types: Words, form: PayloadForm, text: string): number {
  const value = form === 'rich' ? parseRich(text) : undefined;
  return types.numberOf(detectMessageType(form, text, value));
}

/** @returns two different hashes of a part of a text, by its UTF-16 units, two at a time */
export function hashesOf(text: string, from: number, to: number): Pick<Print, 'hash' | 'hash2'> {
  const end = Math.min(to, text.length);
  const even = end - ((end - from) & 1);
  let hash = 0x811c_9dc5;
  let hash2 = 0x9747_b28c;
  for (let index = from; index < even; index += 2) {
    const units = text.charCodeAt(index) | (text.charCodeAt(index + 1) << 16);
    hash = Math.imul(hash ^ units, 0x0100_0193);
    hash ^= hash >>> 15;
    hash2 = Math.imul(hash2 ^ units, 0x5bd1_e995);
    hash2 ^= hash2 >>> 13;
  }
  if (even < end) {
    const unit = text.charCodeAt(even);
    hash = Math.imul(hash ^ unit, 0x0100_0193);
    hash2 = Math.imul(hash2 ^ unit, 0x5bd1_e995);
  }
  return { hash: hash >>> 0, hash2: hash2 >>> 0 };
}
