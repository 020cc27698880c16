/** The payload texts of one batch, while some of its payloads get other words. */

import type { PayloadEvent, PayloadForm } from '../protocol/index.js';

export class PayloadTexts {
  readonly #texts: string[];
  #end: number;

  /** @param payload the batch's texts, joined */
  constructor(payload: string) {
    this.#texts = [payload];
    this.#end = payload.length;
  }

  /** Appends `text`, and changes `event` in place so that it points there. */
  point(event: PayloadEvent, form: PayloadForm, bytes: number, text: string): void {
    (event as unknown as unknown[]).splice(-4, 4, form, bytes, this.#end, text.length);
    this.#texts.push(text);
    this.#end += text.length;
  }

  /** @returns all of it, joined; what no event points to any more as well */
  joined(): string {
    return this.#texts.join('');
  }
}
