/** What a payload shows of itself in a table cell: its type and its first characters. */

import { detectMessageType } from './message-type.js';
import { previewOf } from './preview.js';
import { parseRich } from './rich.js';
import type { PayloadRef } from './types.js';

export class PayloadWords {
  /** Different message types, each held once; 0 is none. */
  readonly #words: (string | null)[] = [null];
  readonly #numbers = new Map<string, number>();

  constructor(private readonly textOf: (ref: PayloadRef) => string | undefined) {}

  /** @returns the app's own word for the kind of message, if it has one */
  typeOf(payload: PayloadRef): string | null {
    const { form } = payload;
    const text = this.textOf(payload) ?? '';
    const value = form === 'rich' ? parseRich(text) : undefined;
    return this.word(this.numberOf(detectMessageType(form, text, value)));
  }

  /** @returns the start of the payload in one line; null when its text is not at hand */
  previewOf(payload: PayloadRef): string | null {
    const { form } = payload;
    const text = this.textOf(payload);
    if (text === undefined) return null;
    return previewOf(form, text, form === 'rich' ? parseRich(text) : undefined);
  }

  /** @returns the word's number, the same whenever it is asked for; 0 for null */
  numberOf(word: string | null): number {
    if (word === null) return 0;
    let number = this.#numbers.get(word);
    if (number === undefined) {
      number = this.#words.push(word) - 1;
      this.#numbers.set(word, number);
    }
    return number;
  }

  /** @returns the word that {@link numberOf} gave that number */
  word(number: number): string | null {
    return this.#words[number] ?? null;
  }
}
