/** The extension that keeps Porthole busy, instrumented and as it is; told what to do through its page. */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { grant, install } from '../../src/cli/firefox/extensions.js';
import type { Firefox } from '../../src/cli/firefox/launch.js';
import { instrumentExtension } from '../../src/inject/index.js';
import { root } from '../root.js';

/** The id of the instrumented copy, and of the one that is left as it is. */
export const BUSY = 'busy@bench.example';
export const BARE = 'bare-busy@bench.example';

/** What the extension tells of a run. */
export interface BusyRun {
  /** From the first post until the background had told that it received the last. */
  readonly ms: number;
  readonly posted: number;
  readonly received: number;
  /** The longest time for which its background's event loop did not turn. */
  readonly held: number;
}

/**
 * Installs {@link BUSY} and {@link BARE}.
 *
 * @param folder a folder of its own
 * @param build folder of the built extension
 */
export async function installBusy(firefox: Firefox, folder: string, build: string): Promise<void> {
  for (const id of [BUSY, BARE]) {
    const source = join(folder, id);
    await cp(join(root, 'bench/live/extension'), source, { recursive: true });
    // The same messages as in the other parts.
    await cp(join(root, 'bench/extension/item.js'), join(source, 'item.js'));
    const manifest = join(source, 'manifest.json');
    await writeFile(manifest, (await readFile(manifest, 'utf8')).replace(BUSY, id));
    await grant(firefox.system, id, { permissions: [], origins: ['http://127.0.0.1/*'] });
  }
  const { out } = await instrumentExtension({
    source: join(folder, BUSY),
    out: join(folder, 'instrumented'),
    instrumentation: join(build, 'src/instrumentation'),
  });
  for (const copy of [out, join(folder, BARE)]) await install(firefox.browser, copy);
}

/** Longest time a run may take. */
const TIMEOUT_MS = 180_000;

/** One of the two in one page. */
export class Busy {
  readonly #page: Page;
  readonly #id: string;

  constructor(page: Page, id: typeof BUSY | typeof BARE = BUSY) {
    this.#page = page;
    this.#id = id;
  }

  /** Resolves when the content script answers. */
  async ready(): Promise<void> {
    await this.#ask('ready', 0);
  }

  async burst(messages: number): Promise<BusyRun> {
    return (await this.#ask('burst', messages)) as BusyRun;
  }

  /** As fast as the background receives them. */
  async stream(messages: number): Promise<BusyRun> {
    return (await this.#ask('stream', messages)) as BusyRun;
  }

  /** Begins; {@link stop} ends it. */
  pace(perSecond: number): Promise<BusyRun> {
    return this.#ask('pace', perSecond) as Promise<BusyRun>;
  }

  async stop(): Promise<void> {
    await this.#page.evaluate((to) => window.postMessage({ to, command: 'stop' }, '*'), this.#id);
  }

  async #ask(command: string, argument: number): Promise<unknown> {
    return await this.#page.evaluate(
      async (id, what, how, timeoutMs) =>
        await new Promise((resolve, reject) => {
          const timer = setTimeout(() => {
            reject(new Error(`the busy extension did not finish ${what} in ${timeoutMs} ms`));
          }, timeoutMs);
          window.addEventListener('message', function listener({ data }: MessageEvent) {
            if (data.from !== id || data.command !== what) return;
            clearTimeout(timer);
            window.removeEventListener('message', listener);
            resolve(data);
          });
          window.postMessage({ to: id, command: what, argument: how }, '*');
        }),
      this.#id,
      command,
      argument,
      TIMEOUT_MS,
    );
  }
}
