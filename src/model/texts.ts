/**
 * Where the model finds payload texts. It keeps none itself: of a long recording they are most of the bytes, and
 * hardly any is ever looked at.
 */

import type { PayloadRef } from './types.js';

/** The payload strings of segments, as far as they are at hand. */
export interface Texts {
  /** The segment was folded. */
  put(segment: number, payload: string): void;
  /** @returns the segment's payload string; undefined when it is not at hand */
  get(segment: number): string | undefined;
  /** The recording was cleared. */
  clear(): void;
}

/** Holds all of them, for those who read a recording once and whole. */
export class HeldTexts implements Texts {
  readonly #payloads = new Map<number, string>();

  put(segment: number, payload: string): void {
    this.#payloads.set(segment, payload);
  }

  get(segment: number): string | undefined {
    return this.#payloads.get(segment);
  }

  clear(): void {
    this.#payloads.clear();
  }
}

/** @returns the payload's text; undefined when it is not at hand */
export function textIn(
  texts: Pick<Texts, 'get'>,
  { segment, offset, length }: Pick<PayloadRef, 'segment' | 'offset' | 'length'>,
): string | undefined {
  return texts.get(segment)?.slice(offset, offset + length);
}
