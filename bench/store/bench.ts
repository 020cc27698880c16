/** Builds the page of `page.ts` into an extension, and runs its rounds in Firefox. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { install } from '../../src/cli/firefox/extensions.js';
import type { Firefox } from '../../src/cli/firefox/launch.js';
import { scriptOf } from '../bundle.js';
import { median } from '../figures.js';
import { root } from '../root.js';
import { openExtensionPage } from '../pages.js';
import type { StoreRound } from './page.js';

export interface StoreBench {
  /** Median over rounds of events/s as segments over events/s as indexed records. */
  readonly segmentOverRecord: number;
  readonly segmentsPerSecond: number;
  readonly recordsPerSecond: number;
  readonly rounds: readonly StoreRound[];
}

export const STORE_EXTENSION = 'store@bench.example';

/**
 * @param folder an empty folder for the extension
 */
export async function benchStore(
  firefox: Firefox,
  folder: string,
  quick: boolean,
): Promise<StoreBench> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'page.js'), await scriptOf(join(root, 'bench/store/page.ts')));
  await writeFile(
    join(folder, 'page.html'),
    '<!doctype html><meta charset="utf-8"><title>Store</title><script src="page.js"></script>',
  );
  await writeFile(
    join(folder, 'manifest.json'),
    JSON.stringify({
      manifest_version: 3,
      name: 'Store',
      version: '1.0',
      browser_specific_settings: { gecko: { id: STORE_EXTENSION } },
    }),
  );
  await install(firefox.browser, folder);
  const page = await openExtensionPage(firefox, STORE_EXTENSION, 'page.html');

  const [segmentEvents, recordEvents] = quick ? [100_000, 4_000] : [200_000, 8_000];
  const oneRound = async (): Promise<StoreRound> => {
    const done = await page.evaluate(
      async (segments, records) => await window.storeRound?.(segments, records),
      segmentEvents,
      recordEvents,
    );
    if (done === undefined) throw new Error('the page of the store bench did not load its script');
    return done;
  };
  const rounds: StoreRound[] = [];
  await oneRound();
  for (let n = 0; n < (quick ? 3 : 9); n += 1) rounds.push(await oneRound());
  await page.close();
  return {
    segmentOverRecord: median(
      rounds.map(({ segmentsPerSecond, recordsPerSecond }) => segmentsPerSecond / recordsPerSecond),
    ),
    segmentsPerSecond: median(rounds.map(({ segmentsPerSecond }) => segmentsPerSecond)),
    recordsPerSecond: median(rounds.map(({ recordsPerSecond }) => recordsPerSecond)),
    rounds,
  };
}
