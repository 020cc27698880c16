/** The same messages in Firefox's own Network panel, as frames of a WebSocket, and in Porthole's panel, over a port. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
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
import {
  lookAtNetworkPanel,
  showMessages,
  watchStalls,
  type NetworkPanelState,
} from './network-panel.js';
import { serveSocket } from './socket-server.js';

interface Side {
  /** From the first message sent until the panel had all; null: it had not when the time was over. */
  readonly allMillis: number | null;
  /** Messages the panel had then. */
  readonly messages: number;
  readonly longestTask: number;
  /** Rows that one can scroll to. */
  readonly rows: number;
  /** Megabytes more than before, garbage collected; null: not asked of a Firefox that was still busy. */
  readonly memory: ProcessMemory | null;
}

interface CompareRounds {
  readonly network: readonly Side[];
  readonly porthole: readonly Side[];
}

const LOOK_MS = 100;

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
  const porthole: Side[] = [];
  for (let n = 0; n < (quick ? 1 : 2); n += 1) {
    say(`${messages} messages in Porthole's panel`);
    porthole.push(await inPorthole(firefox, messages, timeoutMs));
  }
  // Once, for it takes most of the time; and last, for a Firefox that was not done in time answers to nobody.
  say(`${messages} messages in the Network panel`);
  const network = await inNetworkPanel(firefox, texts, timeoutMs);
  const rounds: CompareRounds = { network: [network], porthole };
  const notes =
    network.allMillis !== null
      ? []
      : [
          `compare.networkAllMillis is void: after ${timeoutMs / 1_000} s the Network panel was last seen with ${network.messages} of ${messages} messages`,
        ];
  return { sections: figures(rounds), rounds, notes };
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
  await page.bringToFront();
  await openOwnTool(system, 'netmonitor');
  await page.goto(server.url);
  await showMessages(system);
  await freeMemory(system);
  const before = await processMemory(system);
  await watchStalls(system);
  const started = performance.now();
  // What Firefox does not take any more ends with the connection.
  server.send(texts).catch(() => undefined);
  let seen: NetworkPanelState = { messages: 0, rows: 0, longestTask: 0 };
  let seenAt = started;
  while (seen.messages < texts.length) {
    const left = started + timeoutMs - performance.now();
    const looked = left > 0 ? await inTime(lookAtNetworkPanel(system), left) : null;
    if (looked === null) {
      void server.close();
      const longestTask = Math.max(seen.longestTask, performance.now() - seenAt);
      return { ...seen, longestTask, allMillis: null, memory: null };
    }
    seen = looked;
    seenAt = performance.now();
    await sleep(LOOK_MS);
  }
  const allMillis = performance.now() - started;
  // Rows are drawn after the store has the messages.
  seen = await lookAtNetworkPanel(system);
  await freeMemory(system);
  const memory = more(before, await processMemory(system));
  await closeToolbox(system);
  await page.close();
  await server.close();
  return { ...seen, allMillis, memory };
}

/** @returns null when it takes longer */
async function inTime<T>(promise: Promise<T>, ms: number): Promise<T | null> {
  promise.catch(() => undefined);
  const timer = new AbortController();
  try {
    return await Promise.race([promise, sleep(ms, null, { signal: timer.signal })]);
  } finally {
    timer.abort();
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
    const { rows: old, visible: oldVisible } = await ask('opening');
    await freeMemory(system);
    const before = await processMemory(system);
    await ask('startFrames');
    const started = performance.now();
    const running = busy.stream(messages);
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
      rows: Math.min(messages, visible - oldVisible),
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

function figures(rounds: CompareRounds): Sections {
  const compare: Record<string, number | null> = {};
  for (const side of ['network', 'porthole'] as const) {
    const of = (value: (each: Side) => number | null): number | null => {
      const values = rounds[side].map(value);
      return values.includes(null) ? null : median(values as number[]);
    };
    compare[`${side}AllMillis`] = of(({ allMillis }) => allMillis);
    compare[`${side}Messages`] = of(({ messages }) => messages);
    compare[`${side}LongestTaskMillis`] = of(({ longestTask }) => longestTask);
    compare[`${side}Rows`] = of(({ rows }) => rows);
    compare[`${side}ParentMegabytes`] = of(({ memory }) => memory && memory.parent);
    compare[`${side}ContentMegabytes`] = of(
      // What an earlier panel of Porthole's gives back late is not the Network panel's.
      ({ memory }) => memory && memory.pages + (side === 'porthole' ? memory.extensions : 0),
    );
  }
  return { compare };
}
