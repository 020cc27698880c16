/** A page that leaves and comes back by the browser's buttons: no case, for its content script cannot take orders meanwhile. */
import type { Firefox } from '../../../src/cli/firefox/launch.js';
import { walk } from '../../e2e/support/history.js';
import { pollUntil } from '../../e2e/support/poll.js';
import type { Variant } from './hosts.js';

/**
 * Goes away, back, away and back again, and reloads.
 *
 * @param origin of the web pages
 * @returns what the content script saw
 */
export async function leavingLog(
  { browser, system }: Firefox,
  origin: string,
  variant: Variant,
): Promise<string> {
  const page = await browser.newPage();
  const address = new URL(`${origin}/${variant}/leaving`);
  const logged = (end: string): Promise<string> =>
    pollUntil(
      `"${end}" in the log of ${variant}`,
      () => page.evaluate(() => sessionStorage.getItem('log') ?? ''),
      (log) => log.endsWith(`${end}\n`),
    );
  await walk(system, page, address);
  await logged('message ["echo","pageshow"]');
  for (let n = 0; n < 2; n += 1) {
    await walk(system, page, new URL(`${origin}/elsewhere`));
    await walk(system, page, 'back');
    await logged('message ["echo","pageshow"]');
  }
  await walk(system, page, 'reload');
  const log = await logged('message ["echo","pageshow"]');
  await page.close();
  return log;
}
