/** The extension that keeps Porthole busy: installed instrumented, told what to do through its page. */
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { grant, install } from '../../src/cli/firefox/extensions.js';
import type { Firefox } from '../../src/cli/firefox/launch.js';
import { instrumentExtension } from '../../src/inject/index.js';
import { root } from '../root.js';

const BUSY = 'busy@bench.example';

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
 * @param folder a folder of its own
 * @param build folder of the built extension
 */
export async function installBusy(firefox: Firefox, folder: string, build: string): Promise<void> {
  const source = join(folder, 'busy');
  await cp(join(root, 'bench/live/extension'), source, { recursive: true });
  // The same messages as in the other parts.
  await cp(join(root, 'bench/extension/item.js'), join(source, 'item.js'));
  const { out } = await instrumentExtension({
    source,
    out: join(folder, 'busy-instrumented'),
    instrumentation: join(build, 'src/instrumentation'),
  });
  await grant(firefox.system, BUSY, { permissions: [], origins: ['http://127.0.0.1/*'] });
  await install(firefox.browser, out);
}

/** Longest time a run may take. */
const TIMEOUT_MS = 180_000;

/** The extension in one page. */
export class Busy {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Resolves when the content script answers. */
  async ready(): Promise<void> {
    await this.#ask('ready', 0);
  }

  async burst(messages: number): Promise<BusyRun> {
    return (await this.#ask('burst', messages)) as BusyRun;
  }

  /** Begins; {@link stop} ends it. */
  pace(perSecond: number): Promise<BusyRun> {
    return this.#ask('pace', perSecond) as Promise<BusyRun>;
  }

  async stop(): Promise<void> {
    await this.#page.evaluate(() => window.postMessage({ to: 'busy', command: 'stop' }, '*'));
  }

  async #ask(command: string, argument: number): Promise<unknown> {
    return await this.#page.evaluate(
      async (what, how, timeoutMs) =>
        await new Promise((resolve, reject) => {
          const timer = setTimeout(() => {
            reject(new Error(`the busy extension did not finish ${what} in ${timeoutMs} ms`));
          }, timeoutMs);
          window.addEventListener('message', function listener({ data }: MessageEvent) {
            if (data.from !== 'busy' || data.command !== what) return;
            clearTimeout(timer);
            window.removeEventListener('message', listener);
            resolve(data);
          });
          window.postMessage({ to: 'busy', command: what, argument: how }, '*');
        }),
      command,
      argument,
      TIMEOUT_MS,
    );
  }
}
