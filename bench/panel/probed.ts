/** A copy of the built extension whose panel carries the probe, and ways to ask it, in a tab and in the toolbox. */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import type { PanelHandle } from '../../src/cli/firefox/toolbox.js';
import type { Json } from '../../src/cli/firefox/system.js';
import { scriptOf } from '../bundle.js';
import { root } from '../root.js';
import type { Probe } from './probe.js';

const PANEL = 'devtools/panel.html';

/**
 * @param build folder of the built extension
 * @param folder to be made
 */
export async function probedBuild(build: string, folder: string): Promise<void> {
  await cp(build, folder, { recursive: true });
  await writeFile(
    join(folder, 'devtools/bench-probe.js'),
    await scriptOf(join(root, 'bench/panel/probe.ts')),
  );
  const html = await readFile(join(folder, PANEL), 'utf8');
  const probed = html.replace('<head>', '<head><script src="bench-probe.js"></script>');
  if (probed === html) throw new Error(`${PANEL} has no <head> to put the probe into`);
  await writeFile(join(folder, PANEL), probed);
}

/** Calls functions of the probe, which answer through JSON. */
export interface Asking {
  <K extends keyof Probe>(
    what: K,
    ...args: Parameters<Probe[K]> & readonly Json[]
  ): Promise<Awaited<ReturnType<Probe[K]>>>;
}

/** The probe of a panel in a tab. */
export function probeInTab(page: Page): Asking {
  return async (what, ...args) =>
    (await page.evaluate(
      async (name, given) => {
        const fn = window.probe?.[name as keyof Probe] as
          ((...all: unknown[]) => unknown) | undefined;
        if (fn === undefined) throw new Error(`the panel has no probe to ask for ${name}`);
        return await fn(...given);
      },
      what as string,
      args as unknown[],
    )) as never;
}

/** The probe of the panel in the toolbox. */
export function probeInToolbox(panel: PanelHandle): Asking {
  return async (what, ...args) =>
    (await panel.evaluate(
      async function askProbe(window, name, given) {
        // Past the Xray view; arguments are put on the page's side of it by name.
        const page = (window as unknown as { wrappedJSObject: typeof window }).wrappedJSObject;
        const fn = page.probe?.[name as keyof Probe] as
          ((...all: unknown[]) => unknown) | undefined;
        if (fn === undefined) throw new Error(`the panel has no probe to ask for ${name}`);
        return await fn(...(given as unknown[]));
      },
      what as string,
      args as unknown as Json[],
    )) as never;
}
