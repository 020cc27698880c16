/** The flood: an extension twice in one Firefox, bare and recorded, and what Porthole made of the recorded one. */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'puppeteer-core';
import { grant, install, installPorthole } from '../../src/cli/firefox/extensions.js';
import type { Firefox } from '../../src/cli/firefox/launch.js';
import { instrumentExtension } from '../../src/inject/index.js';
import { LIMIT_BOUNDS, PORTHOLE_ID } from '../../src/protocol/index.js';
import { scriptOf } from '../bundle.js';
import { askContentScript, openExtensionPage, servePage } from '../pages.js';
import { root } from '../root.js';
import type { Account, Pause } from './account.js';
import { databaseBytes } from './disk.js';

const BARE = 'bare-flood@bench.example';
const RECORDED = 'recorded-flood@bench.example';

/** Longest wait for everything to be stored. */
const STORED_TIMEOUT_MS = 30_000;
/** How long each pause lasts. */
const PAUSE_MS = 300;
const ANSWER_TIMEOUT_MS = 85_000;

export interface Flood {
  readonly seconds: number;
  /** Messages; 0: as many as the port takes. */
  readonly perSecond: number;
  /** Whether most of each message is text that cannot be compressed. */
  readonly random: boolean;
}

/** What the extension itself saw of a flood. */
export interface Seen {
  readonly ms: number;
  /** By the content script; the background received them all. */
  readonly posted: number;
  /** By the content script, from the background. */
  readonly received: number;
  /** Milliseconds for which the background's event loop was held, sorted. */
  readonly held: readonly number[];
}

/** A recorded flood. */
export interface Recorded {
  readonly seen: Seen;
  readonly account: Account;
}

export class FloodBench {
  readonly #firefox: Firefox;
  readonly #close: () => Promise<void>;
  readonly #page: Page;
  readonly #porthole: Page;

  private constructor(firefox: Firefox, page: Page, porthole: Page, close: () => Promise<void>) {
    this.#firefox = firefox;
    this.#page = page;
    this.#porthole = porthole;
    this.#close = close;
  }

  /**
   * @param folder an empty folder for the copies
   * @param build folder of the built extension, which is installed as Porthole
   */
  static async start(firefox: Firefox, folder: string, build: string): Promise<FloodBench> {
    const { browser, system } = firefox;
    await installPorthole(browser, system, build);
    for (const id of [BARE, RECORDED]) {
      await grant(system, id, { permissions: [], origins: ['http://127.0.0.1/*'] });
      await install(browser, await copyFor(id, folder, build));
    }
    // Its own script cannot do anything here: there is no toolbox.
    const porthole = await openExtensionPage(firefox, PORTHOLE_ID, 'devtools/devtools.html');
    await porthole.evaluate(await scriptOf(join(root, 'bench/collector/account.ts')));
    await porthole.evaluate((limits) => window.collectorBench?.send({ type: 'limits', limits }), {
      events: LIMIT_BOUNDS.events[1],
      bytes: LIMIT_BOUNDS.bytes[1],
      days: null,
    });
    const served = await servePage();
    const page = await browser.newPage();
    await page.goto(served.url);
    for (const id of [BARE, RECORDED]) await ask(page, id, null);
    return new FloodBench(firefox, page, porthole, () => served.close());
  }

  close(): Promise<void> {
    return this.#close();
  }

  /** Floods the copy that is not instrumented. */
  async bare(flood: Flood): Promise<Seen> {
    return (await ask(this.#page, BARE, flood)) as Seen;
  }

  /**
   * Floods the recorded copy, into an empty recording.
   *
   * @param pauses how many times recording is paused meanwhile
   */
  async recorded(flood: Flood, pauses = 0): Promise<Recorded> {
    await this.#porthole.evaluate(async () => await window.collectorBench?.startAgain());
    await this.#page.bringToFront();
    const flooding = ask(this.#page, RECORDED, flood) as Promise<Seen>;
    const paused: Pause[] = [];
    for (let n = 0; n < pauses; n += 1) {
      await sleep(PAUSE_MS);
      const pause = await this.#porthole.evaluate(
        async (ms) => await window.collectorBench?.pause(ms),
        PAUSE_MS,
      );
      if (pause !== undefined) paused.push(pause);
    }
    const seen = await flooding;
    const account = await this.#stored(seen, paused);
    return { seen, account };
  }

  /** @returns bytes of the database's files, in which is what {@link recorded} brought last */
  diskBytes(): Promise<number> {
    return databaseBytes(this.#firefox.system, PORTHOLE_ID);
  }

  /** @returns the account when everything is stored, or when nothing new comes any more */
  async #stored(seen: Seen, paused: readonly Pause[]): Promise<Account> {
    const deadline = Date.now() + STORED_TIMEOUT_MS;
    for (;;) {
      const account = await this.#porthole.evaluate(
        async (id, pauses) => await window.collectorBench?.account(id, pauses),
        RECORDED,
        paused,
      );
      if (account === undefined) throw new Error('the page of the collector bench lost its script');
      if (lostOf(seen, account) <= 0 || paused.length > 0 || Date.now() > deadline) return account;
      await sleep(200);
    }
  }
}

/** @returns events of posts and deliveries, of both ends, that are not stored, and those in gaps */
export function lostOf(seen: Seen, { posted, delivered, gaps }: Account): number {
  const missing = [
    seen.posted - posted['content-script'],
    seen.posted - delivered.background,
    seen.received - posted.background,
    seen.received - delivered['content-script'],
  ];
  // One too many would be as wrong as one too few.
  return missing.reduce((sum, count) => sum + Math.abs(count), gaps);
}

async function copyFor(id: string, folder: string, build: string): Promise<string> {
  const copy = join(folder, id);
  await cp(join(root, 'bench/collector/extension'), copy, { recursive: true });
  await cp(join(root, 'bench/extension/item.js'), join(copy, 'item.js'));
  const manifest = JSON.parse(await readFile(join(copy, 'manifest.json'), 'utf8')) as {
    browser_specific_settings: { gecko: { id: string } };
  };
  manifest.browser_specific_settings.gecko.id = id;
  await writeFile(join(copy, 'manifest.json'), JSON.stringify(manifest));
  if (id === BARE) return copy;
  const out = join(folder, 'out');
  await instrumentExtension({
    source: copy,
    out,
    instrumentation: join(build, 'src/instrumentation'),
  });
  return out;
}

async function ask(page: Page, id: string, flood: Flood | null): Promise<unknown> {
  return await askContentScript(page, id, { flood }, ANSWER_TIMEOUT_MS);
}
