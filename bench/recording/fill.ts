/** Fills the recording of an installed Porthole from outside, by a script that runs in a page of Porthole's. */
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import type { Firefox } from '../../src/cli/firefox/launch.js';
import { PORTHOLE_ID } from '../../src/protocol/index.js';
import { scriptOf } from '../bundle.js';
import { openExtensionPage } from '../pages.js';
import { root } from '../root.js';

/** A page of Porthole's that does nothing in a tab. */
const PAGE = 'devtools/devtools.html';

export class Filler {
  readonly #page: Page;
  #messages = 0;

  private constructor(page: Page) {
    this.#page = page;
  }

  /** @param firefox with Porthole installed and its background started */
  static async open(firefox: Firefox): Promise<Filler> {
    const page = await openExtensionPage(firefox, PORTHOLE_ID, PAGE);
    await page.evaluate(await scriptOf(join(root, 'bench/recording/page.ts')));
    return new Filler(page);
  }

  /** Messages written so far. */
  get messages(): number {
    return this.#messages;
  }

  /**
   * Writes the next messages.
   *
   * @returns milliseconds it took
   */
  async add(messages: number): Promise<number> {
    const from = this.#messages;
    this.#messages += messages;
    const ms = await this.#page.evaluate(
      async (first, end) => await window.fillRecording?.(first, end),
      from,
      this.#messages,
    );
    if (ms === undefined) throw new Error('the page that fills the recording has lost its script');
    return ms;
  }

  async close(): Promise<void> {
    await this.#page.close();
  }
}
