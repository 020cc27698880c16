/**
 * A content script whose extension is disabled, and enabled again: no case, for it cannot take orders meanwhile. Firefox
 * runs nothing more of a script that is left behind.
 */
import type { Firefox } from '../../../src/cli/firefox/launch.js';
import { setEnabled } from '../../e2e/support/addon.js';
import { pollUntil } from '../../e2e/support/poll.js';
import type { Variant } from './hosts.js';
import { soloId } from './solo.js';

/**
 * @param origin of the web pages
 * @returns what the script that is left behind saw, and the one that takes its place
 */
export async function orphanedLog(
  firefox: Firefox,
  origin: string,
  variant: Variant,
): Promise<string> {
  const id = soloId(variant, 'orphan');
  const page = await firefox.browser.newPage();
  const logged = (what: string, times: number): Promise<string> =>
    pollUntil(
      `"${what}" ${String(times)} times in the log of ${variant}`,
      () => page.evaluate(() => sessionStorage.getItem('log') ?? ''),
      (log) => log.split('\n').filter((line) => line.startsWith(what)).length >= times,
    );
  const probe = (): Promise<unknown> =>
    page.evaluate(() => document.dispatchEvent(new Event('probe')));
  await page.goto(`${origin}/${variant}/orphan`);
  await logged('message ["echo","hello"]', 1);
  await setEnabled(firefox, id, false);
  await probe();
  await setEnabled(firefox, id, true);
  await logged('message ["echo","hello"]', 2);
  await probe();
  const log = await logged('probed', 1);
  await page.close();
  return log;
}
