/** The same messages in Firefox's own Network panel, as frames of a WebSocket, and in Porthole's panel, over a port. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { installPorthole } from '../../src/cli/firefox/extensions.js';
import type { Firefox } from '../../src/cli/firefox/launch.js';
import { median, type Sections } from '../figures.js';
import { Busy, installBusy } from '../live/busy.js';
import { freeMemory, processMemory, type ProcessMemory } from '../memory.js';
import type { Bench, Measured } from '../part.js';
import { servePage } from '../pages.js';
import { openPanelInToolbox } from '../panel/open.js';
import { probedBuild } from '../panel/probed.js';
import { root } from '../root.js';
import { closeToolbox, openOwnTool } from '../toolbox.js';
import { until } from '../until.js';
import { lookAtNetworkPanel, showMessages, watchStalls } from './network-panel.js';
import { serveSocket } from './socket-server.js';

interface Side {
  /** From the first message sent until the panel had all; null: it had not when the time was over. */
  readonly allMillis: number | null;
  /** Messages the panel had then. */
  readonly messages: number;
  readonly longestTask: number;
  /** Rows that one can scroll to. */
  readonly rows: number;
  /** Megabytes more than before, garbage collected. */
  readonly memory: ProcessMemory;
}

interface CompareRound {
  readonly network: Side;
  readonly porthole: Side;
}

/** Longest time a panel gets. */
const TIMEOUT_MS = { full: 90_000, quick: 12_000 };

export async function benchCompare(
  firefox: Firefox,
  { folder, build, quick, say }: Bench,
): Promise<Measured> {
  const messages = quick ? 2_000 : 100_000;
  const timeoutMs = TIMEOUT_MS[quick ? 'quick' : 'full'];
  const copy = join(folder, 'porthole');
  await probedBuild(build, copy);
  await installPorthole(firefox.browser, firefox.system, copy);
  await installBusy(firefox, folder, copy);
  const texts = await makeTexts(messages);
  const rounds: CompareRound[] = [];
  for (let n = 0; n < (quick ? 1 : 2); n += 1) {
    say(`${messages} messages in the Network panel`);
    const network = await inNetworkPanel(firefox, texts, timeoutMs);
    say(`${messages} messages in Porthole's panel`);
    const porthole = await inPorthole(firefox, messages, timeoutMs);
    rounds.push({ network, porthole });
  }
  return { sections: figures(rounds), rounds, notes: [] };
}

/** @returns what the busy extension says, as texts */
async function makeTexts(messages: number): Promise<string[]> {
  const source = await readFile(join(root, 'bench/extension/item.js'), 'utf8');
  const item = runInNewContext(`${source}\nitem`) as (id: number) => unknown;
  return Array.from({ length: messages }, (_, id) => JSON.stringify(item(id)));
}

async function inNetworkPanel(
  { browser, system }: Firefox,
  texts: readonly string[],
  timeoutMs: number,
): Promise<Side> {
  const server = await serveSocket();
  const page = await browser.newPage();
  try {
    await page.bringToFront();
    await openOwnTool(system, 'netmonitor');
    await page.goto(server.url);
    await showMessages(system);
    await freeMemory(system);
    const before = await processMemory(system);
    await watchStalls(system);
    const started = performance.now();
    const sending = server.send(texts);
    const all = await untilOrLater(
      () => lookAtNetworkPanel(system),
      (seen) => seen.messages >= texts.length,
      timeoutMs,
    );
    const allMillis = all ? performance.now() - started : null;
    if (all) await sending;
    const { messages, rows, longestTask } = await lookAtNetworkPanel(system);
    await freeMemory(system);
    const memory = more(before, await processMemory(system));
    // A send that Firefox does not take any more ends with the connection.
    void sending.catch(() => undefined);
    return { allMillis, messages, longestTask, rows, memory };
  } finally {
    await closeToolbox(system);
    await page.close();
    await server.close();
  }
}

async function inPorthole(firefox: Firefox, messages: number, timeoutMs: number): Promise<Side> {
  const { browser, system } = firefox;
  const served = await servePage();
  const page = await browser.newPage();
  try {
    await page.goto(served.url);
    await page.bringToFront();
    const busy = new Busy(page);
    await busy.ready();
    const ask = await openPanelInToolbox(firefox);
    const { rows: old } = await ask('opening');
    await freeMemory(system);
    const before = await processMemory(system);
    await ask('startFrames');
    const started = performance.now();
    const running = busy.burst(messages);
    const all = await untilOrLater(
      () => ask('opening'),
      ({ rows, settled }) => settled && rows - old >= messages,
      timeoutMs,
    );
    const allMillis = all ? performance.now() - started : null;
    if (all) await running;
    void running.catch(() => undefined);
    const { longestTask } = await ask('stopFrames');
    const { rows, visible } = await ask('opening');
    await freeMemory(system);
    const memory = more(before, await processMemory(system));
    return {
      allMillis,
      messages: Math.min(messages, rows - old),
      longestTask,
      rows: Math.min(messages, visible - old),
      memory,
    };
  } finally {
    await closeToolbox(system);
    await page.close();
    await served.close();
  }
}

/** @returns whether it was done in time */
async function untilOrLater<T>(
  look: () => Promise<T>,
  done: (seen: T) => boolean,
  timeoutMs: number,
): Promise<boolean> {
  return await until('all messages', look, done, timeoutMs).then(
    () => true,
    (error: unknown) => {
      if (String(error).includes('waited')) return false;
      throw error;
    },
  );
}

function more(before: ProcessMemory, after: ProcessMemory): ProcessMemory {
  return {
    parent: after.parent - before.parent,
    extensions: after.extensions - before.extensions,
    pages: after.pages - before.pages,
  };
}

function figures(rounds: readonly CompareRound[]): Sections {
  const compare: Record<string, number | null> = {};
  for (const side of ['network', 'porthole'] as const) {
    const of = (value: (each: Side) => number): number =>
      median(rounds.map((round) => value(round[side])));
    const times = rounds.map((round) => round[side].allMillis);
    compare[`${side}AllMillis`] = times.includes(null) ? null : median(times as number[]);
    compare[`${side}Messages`] = of(({ messages }) => messages);
    compare[`${side}LongestTaskMillis`] = of(({ longestTask }) => longestTask);
    compare[`${side}Rows`] = of(({ rows }) => rows);
    compare[`${side}ParentMegabytes`] = of(({ memory }) => memory.parent);
    compare[`${side}ContentMegabytes`] = of(({ memory }) => memory.extensions + memory.pages);
  }
  return { compare };
}
