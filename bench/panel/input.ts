/** A person's hands on a page: wheel and keys as trusted events, in one command, so that nobody waits for Node. */
import type { Browser, Page } from 'puppeteer-core';

/** The parts of puppeteer that it has and does not name in its types. */
interface Bidi {
  readonly connection: { send(method: string, params: object): Promise<unknown> };
}

/** As WebDriver names them: https://www.w3.org/TR/webdriver2/#keyboard-actions */
export const KEYS = {
  end: '\uE010',
  home: '\uE011',
  pageUp: '\uE00E',
  pageDown: '\uE00F',
} as const;

async function perform(browser: Browser, page: Page, source: object): Promise<void> {
  const { connection } = browser as unknown as Bidi;
  const { _id: context } = page.mainFrame() as unknown as { readonly _id: string };
  await connection.send('input.performActions', { context, actions: [source] });
}

/** Turns the wheel over a point by `deltaY` px, `times` times, once every `everyMs`. */
export async function turnWheel(
  browser: Browser,
  page: Page,
  at: { readonly x: number; readonly y: number },
  deltaY: number,
  times: number,
  everyMs: number,
): Promise<void> {
  const turn = { type: 'scroll', ...at, deltaX: 0, deltaY };
  await perform(browser, page, {
    type: 'wheel',
    id: 'wheel',
    actions: Array.from({ length: times }, () => [
      turn,
      { type: 'pause', duration: everyMs },
    ]).flat(),
  });
}

/** Presses a key `times` times, once every `everyMs`, as a held key repeats. */
export async function pressKey(
  browser: Browser,
  page: Page,
  value: string,
  times: number,
  everyMs: number,
): Promise<void> {
  await perform(browser, page, {
    type: 'key',
    id: 'keyboard',
    actions: Array.from({ length: times }, () => [
      { type: 'keyDown', value },
      { type: 'keyUp', value },
      { type: 'pause', duration: everyMs },
    ]).flat(),
  });
}
