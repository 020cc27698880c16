/**
 * What stays of a payload when its text is not held any more: what it can be told apart by, and the app's own word
 * for its kind. Taken once, while the text is at hand; of texts that a segment holds once for several events, once
 * for all of them.
 */

import type { PayloadForm } from '../protocol/index.js';
import type { Mutable } from './facts.js';
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

/** Texts whose prints are kept: more than a segment has. */
const KEPT = 1 << 12;

/** A print, and where the text stands whose it is. */
interface Kept extends Mutable<Print> {
  segment: number;
  form: PayloadForm;
  offset: number;
  length: number;
}

export class PayloadPrints {
  /** By a part of the text's offset. */
  readonly #kept: readonly Kept[] = Array.from({ length: KEPT }, () => ({
    hash: 0,
    hash2: 0,
    type: 0,
    segment: 0,
    form: 'unreadable',
    offset: -1,
    length: 0,
  }));
  readonly #hasher = new Hasher();

  constructor(private readonly words: Words) {}

  /**
   * @param payload the segment's payload string, in which the text stands
   * @returns good until the next call: there are millions, so no object is made for each
   */
  of(payload: string, segment: number, form: PayloadForm, offset: number, length: number): Print {
    const kept = this.#kept[Math.imul(offset, 0x9e37_79b1) >>> 20] as Kept;
    const isIts =
      kept.offset === offset &&
      kept.length === length &&
      kept.segment === segment &&
      kept.form === form;
    if (isIts) return kept;
    kept.segment = segment;
    kept.form = form;
    kept.offset = offset;
    kept.length = length;
    this.#hasher.look(payload, offset, offset + length);
    kept.hash = this.#hasher.hash;
    kept.hash2 = this.#hasher.hash2;
    kept.type = typeOf(this.words, form, payload.slice(offset, offset + length));
    return kept;
  }
}

/** @returns the number of the text's message type; 0: none */
export function typeOf(types: Words, form: PayloadForm, text: string): number {
  const value = form === 'rich' ? parseRich(text) : undefined;
  return types.numberOf(detectMessageType(form, text, value));
}

/** Signed, as all numbers are while they are mixed: engines keep integers of 32 bits in registers, others not. */
const HASH_SEED = 0x811c_9dc5 | 0;
const HASH2_SEED = 0x9747_b28c | 0;

/**
 * Two different hashes of a part of a text, by its UTF-16 units, four at a time. While all of the text is ASCII, as most
 * JSON is, they are read from a copy of it in bytes, four with one look.
 */
export class Hasher {
  hash = 0;
  hash2 = 0;
  #text = '';
  #ascii = false;
  #bytes = new DataView(new ArrayBuffer(0));

  /** @param text as long as it is the same, its parts are told cheaply */
  look(text: string, from: number, to: number): void {
    if (text !== this.#text) this.#open(text);
    const end = Math.min(to, text.length);
    const whole = end - ((end - from) & 3);
    this.hash = HASH_SEED;
    this.hash2 = HASH2_SEED;
    if (this.#ascii) this.#mixBytes(from, whole);
    else for (let index = from; index < whole; index += 4) this.#mixUnits(text, index, 4);
    if (whole < end) this.#mixUnits(text, whole, end - whole);
  }

  #open(text: string): void {
    this.#text = text;
    if (this.#bytes.byteLength < text.length) {
      this.#bytes = new DataView(new ArrayBuffer(text.length + (text.length >>> 1)));
    }
    const { read, written } = ENCODER.encodeInto(text, new Uint8Array(this.#bytes.buffer));
    // Whatever is not ASCII takes more bytes than units.
    this.#ascii = read === text.length && written === read;
  }

  /** Written for speed: every payload of a recording passes here. */
  #mixBytes(from: number, to: number): void {
    let { hash, hash2 } = this;
    const bytes = this.#bytes;
    for (let index = from; index < to; index += 4) {
      const low = bytes.getInt32(index, true);
      hash = Math.imul(hash ^ low, 0x0100_0193);
      hash ^= hash >>> 15;
      hash2 = Math.imul(hash2 ^ low, 0x5bd1_e995);
      hash2 ^= hash2 >>> 13;
    }
    this.hash = hash;
    this.hash2 = hash2;
  }

  /** The same, and the units' upper halves where they have any. */
  #mixUnits(text: string, from: number, count: number): void {
    let low = 0;
    let high = 0;
    for (let n = 0; n < count; n += 1) {
      const unit = text.charCodeAt(from + n);
      low |= (unit & 0xff) << (8 * n);
      high |= (unit >>> 8) << (8 * n);
    }
    this.#mix(low);
    if (high !== 0) this.#mix(high);
  }

  #mix(word: number): void {
    this.hash = Math.imul(this.hash ^ word, 0x0100_0193);
    this.hash ^= this.hash >>> 15;
    this.hash2 = Math.imul(this.hash2 ^ word, 0x5bd1_e995);
    this.hash2 ^= this.hash2 >>> 13;
  }
}

const ENCODER = new TextEncoder();
