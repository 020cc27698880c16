/**
 * How much later the first statement of a content script runs: one extension, bare on one address and instrumented
 * on another, whose pages are loaded in turn. Needs a Firefox whose clock is fine: `privacy.reduceTimerPrecision` off.
 */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { grant, install, installPorthole } from '../src/cli/firefox/extensions.js';
import type { Firefox } from '../src/cli/firefox/launch.js';
import { instrumentExtension } from '../src/inject/index.js';
import { median } from './figures.js';
import { servePage } from './pages.js';
import type { Bench, Measured } from './part.js';
import { root } from './root.js';

const KINDS = ['bare', 'instrumented'] as const;

/** Loads of each kind before those that count: scripts are compiled, caches filled. */
const WARM_UP = 5;

/** Porthole is installed and records. */
export async function benchStart(
  firefox: Firefox,
  { build, folder, quick }: Bench,
): Promise<Measured> {
  await installPorthole(firefox.browser, firefox.system, build);
  for (const kind of KINDS) await installOn(kind, firefox, folder, build);
  const served = await servePage();
  const page = await firefox.browser.newPage();
  const millis: Record<(typeof KINDS)[number], number[]> = { bare: [], instrumented: [] };
  try {
    for (let n = -WARM_UP; n < (quick ? 15 : 200); n += 1) {
      // Who comes second finds the machine as the first has left it.
      for (const kind of n % 2 === 0 ? KINDS : KINDS.toReversed()) {
        const start = await startOn(page, `${served.url}${kind}`);
        if (n >= 0) millis[kind].push(start);
      }
    }
  } finally {
    await page.close();
    await served.close();
  }
  const extraStartMillis = median(millis.instrumented) - median(millis.bare);
  return { sections: { instrumentation: { extraStartMillis } }, rounds: millis, notes: [] };
}

/** Installs the extension for pages whose path begins with `kind`. */
async function installOn(
  kind: (typeof KINDS)[number],
  { browser, system }: Firefox,
  folder: string,
  build: string,
): Promise<void> {
  const source = join(folder, kind);
  await cp(join(root, 'bench/start-extension'), source, { recursive: true });
  const manifest = JSON.parse(await readFile(join(source, 'manifest.json'), 'utf8')) as {
    browser_specific_settings: { gecko: { id: string } };
    content_scripts: { matches: string[] }[];
  };
  const id = `${kind}-start@bench.example`;
  manifest.browser_specific_settings.gecko.id = id;
  for (const entry of manifest.content_scripts) entry.matches = [`http://127.0.0.1/${kind}`];
  await writeFile(join(source, 'manifest.json'), JSON.stringify(manifest));
  const out = join(folder, `${kind}-out`);
  if (kind === 'instrumented') {
    await instrumentExtension({ source, out, instrumentation: join(build, 'src/instrumentation') });
  }
  await grant(system, id, { permissions: [], origins: ['http://127.0.0.1/*'] });
  await install(browser, kind === 'instrumented' ? out : source);
}

/** @returns milliseconds from the beginning of the navigation to the content script's first statement */
async function startOn(page: Page, url: string): Promise<number> {
  await page.goto(url);
  const start = await page.evaluate(() => document.documentElement.dataset['start']);
  if (start === undefined) throw new Error(`no content script has run on ${url}`);
  return Number(start);
}
