/** What a payload shows of itself in a table cell: its type and its first characters. */

import { detectMessageType } from './message-type.js';
import { previewOf } from './preview.js';
import { parseRich } from './rich.js';
import type { PayloadRef } from './types.js';

/** Distinct message types kept to share one string each. */
const MOST_WORDS = 10_000;

export class PayloadWords {
  readonly #words = new Map<string, string>();

  constructor(private readonly textOf: (ref: PayloadRef) => string) {}

  /** @returns the app's own word for the kind of message, if it has one, and the start of the payload */
  of(payload: PayloadRef): { readonly messageType: string | null; readonly preview: string } {
    const { form } = payload;
    const text = this.textOf(payload);
    const value = form === 'rich' ? parseRich(text) : undefined;
    return {
      messageType: this.#intern(detectMessageType(form, text, value)),
      preview: previewOf(form, text, value),
    };
  }

  #intern(word: string | null): string | null {
    if (word === null) return null;
    const known = this.#words.get(word);
    if (known !== undefined) return known;
    if (this.#words.size < MOST_WORDS) this.#words.set(word, word);
    return word;
  }
}
