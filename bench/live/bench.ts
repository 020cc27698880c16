/** The panel open in the toolbox while an extension talks as fast as it can, or 10,000 times a second. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { installPorthole } from '../../src/cli/firefox/extensions.js';
import type { Firefox } from '../../src/cli/firefox/launch.js';
import { PANEL_PORT, PORTHOLE_ID, type FromPanel } from '../../src/protocol/index.js';
import { median, type Sections } from '../figures.js';
import { processMemory } from '../memory.js';
import { openExtensionPage, servePage } from '../pages.js';
import type { Bench, Measured } from '../part.js';
import { openPanelInToolbox } from '../panel/open.js';
import { probedBuild } from '../panel/probed.js';
import type { FrameReport } from '../panel/probe.js';
import { inRefreshes, percentile } from '../panel/scrolling.js';
import { closeToolbox, openOwnTool } from '../toolbox.js';
import { until } from '../until.js';
import { BARE, Busy, installBusy, type BusyRun } from './busy.js';
import { LONG_MS, longTasks, watchTasks } from './long-tasks.js';

const PER_SECOND = 10_000;

interface Plan {
  /** Of talking at {@link PER_SECOND}. */
  readonly seconds: number;
  /** After these, while Firefox notes the long tasks: all it notes of them must fit into its memory. */
  readonly noted: number;
  /** Events kept: reached within a third of that time. */
  readonly limit: number;
  /** Messages of a run as fast as it goes. */
  readonly burst: number;
  readonly rounds: number;
}

const FULL: Plan = { seconds: 60, noted: 8, limit: 300_000, burst: 30_000, rounds: 4 };
const QUICK: Plan = { seconds: 6, noted: 1, limit: 20_000, burst: 5_000, rounds: 1 };

interface RatioRound {
  readonly closed: BusyRun;
  readonly open: BusyRun;
}

interface LiveRound {
  /** The same by the copy that is not instrumented, the toolbox open on one of Firefox's own panels. */
  readonly bare: BusyRun;
  readonly run: BusyRun;
  readonly frames: Omit<FrameReport, 'intervals' | 'work'>;
  readonly p95FrameMillis: number;
  /** How many frames there were, by the milliseconds that a screen would have shown them. */
  readonly framesByMillis: Readonly<Record<number, number>>;
  /** Milliseconds of each task that Firefox notes as long. */
  readonly longTasks: readonly number[];
  /** Megabytes of the process of all extensions, once a second. */
  readonly memory: readonly number[];
  readonly pauseShownMillis: number;
  /** How much later than the click the last recorded message was. */
  readonly recordedAfterPauseMillis: number;
}

export async function benchLive(
  firefox: Firefox,
  { folder, build, quick, say }: Bench,
): Promise<Measured> {
  const plan = quick ? QUICK : FULL;
  const copy = join(folder, 'porthole');
  await probedBuild(build, copy);
  await installPorthole(firefox.browser, firefox.system, copy);
  await installBusy(firefox, folder, copy);
  const control = await openExtensionPage(firefox, PORTHOLE_ID, 'devtools/devtools.html');
  const tell = async (command: FromPanel): Promise<void> => {
    await control.evaluate(
      (name, message) => {
        const { runtime } = (
          globalThis as unknown as {
            browser: {
              runtime: { connect(info: object): { postMessage(message: unknown): void } };
            };
          }
        ).browser;
        runtime.connect({ name }).postMessage(message);
      },
      PANEL_PORT,
      command,
    );
  };
  await tell({
    type: 'limits',
    limits: { events: plan.limit, bytes: 512_000_000, days: null },
  });
  const served = await servePage();
  const page = await firefox.browser.newPage();
  try {
    await page.goto(served.url);
    await page.bringToFront();
    const busy = new Busy(page);
    await busy.ready();
    say('as fast as it goes, panel closed and open');
    const ratio = await compareOpen(firefox, busy, plan, () => tell({ type: 'clear' }));
    await tell({ type: 'clear' });
    say(`${PER_SECOND} messages a second, panel open`);
    const live = {
      bare: await talkBare(firefox, new Busy(page, BARE), plan),
      ...(await talk(firefox, busy, plan)),
    };
    return { sections: figures(ratio, live), rounds: { ratio, live }, notes: [] };
  } finally {
    await closeToolbox(firefox.system);
    await page.close();
    await served.close();
  }
}

/** Bursts with the toolbox open at one of Firefox's own panels, and at Porthole's, in turns. */
async function compareOpen(
  firefox: Firefox,
  busy: Busy,
  { burst, rounds }: Plan,
  clear: () => Promise<void>,
): Promise<RatioRound[]> {
  const done: RatioRound[] = [];
  for (let n = 0; n <= rounds; n += 1) {
    await clear();
    await openOwnTool(firefox.system, 'options');
    const closed = await busy.burst(burst);
    await closeToolbox(firefox.system);
    await clear();
    const ask = await openPanelInToolbox(firefox);
    const open = await busy.burst(burst);
    await until(
      'the panel to have caught up',
      () => ask('opening'),
      ({ rows, settled }) => settled && rows > burst,
      60_000,
    );
    await closeToolbox(firefox.system);
    // The first ones warm up.
    if (n > 0) done.push({ closed, open });
  }
  return done;
}

/** A quarter of the time is enough to see how long Firefox by itself holds a background. */
async function talkBare(firefox: Firefox, bare: Busy, { seconds }: Plan): Promise<BusyRun> {
  await bare.ready();
  await openOwnTool(firefox.system, 'options');
  const running = bare.pace(PER_SECOND);
  await sleep((seconds / 4) * 1_000);
  await bare.stop();
  const run = await running;
  await closeToolbox(firefox.system);
  return run;
}

async function talk(
  firefox: Firefox,
  busy: Busy,
  { seconds, noted }: Plan,
): Promise<Omit<LiveRound, 'bare'>> {
  const ask = await openPanelInToolbox(firefox);
  const running = busy.pace(PER_SECOND);
  await ask('startFrames');
  const memory: number[] = [];
  const end = performance.now() + seconds * 1_000;
  while (performance.now() < end) {
    await sleep(1_000);
    memory.push((await processMemory(firefox.system)).extensions);
  }
  const { intervals, work: _, ...frames } = await ask('stopFrames');
  await watchTasks(firefox.system);
  await sleep(noted * 1_000);
  const noticed = await longTasks(firefox.system);
  // Reading them has kept Firefox busy.
  await sleep(1_000);
  const { shown, clickedAt } = await ask('pause');
  // Whatever was captured before the click has a second to arrive.
  await sleep(1_000);
  await busy.stop();
  const run = await running;
  await until(
    'the panel to have caught up',
    () => ask('opening'),
    ({ settled }) => settled,
    60_000,
  );
  const { at } = await ask('newestRow');
  await closeToolbox(firefox.system);
  return {
    run,
    frames,
    p95FrameMillis: percentile(intervals.map(inRefreshes), 0.95),
    framesByMillis: counted(intervals.map(inRefreshes)),
    longTasks: noticed,
    memory,
    pauseShownMillis: shown,
    recordedAfterPauseMillis: Math.max(0, (at ?? 0) - clickedAt),
  };
}

/** @returns how often each value occurs */
function counted(values: readonly number[]): Record<number, number> {
  const counts: Record<number, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

function figures(ratio: readonly RatioRound[], live: LiveRound): Sections {
  const { bare, run, frames, memory } = live;
  const third = Math.ceil(memory.length / 3);
  return {
    panel: { openRatio: median(ratio.map(({ closed, open }) => closed.ms / open.ms)) },
    live: {
      messagesPerSecond: (run.received / run.ms) * 1_000,
      // It notes none that is shorter.
      longestTaskMillis: Math.max(LONG_MS, ...live.longTasks),
      tasksOver50Millis: live.longTasks.length,
      timerLateMillis: frames.longestTask,
      timersLateOver50Millis: frames.longTasks.length,
      backgroundHeldMillis: run.held,
      bareMessagesPerSecond: (bare.received / bare.ms) * 1_000,
      bareBackgroundHeldMillis: bare.held,
      p95FrameMillis: live.p95FrameMillis,
      pauseMillis: Math.max(live.pauseShownMillis, live.recordedAfterPauseMillis),
      // The least of many: what garbage collection leaves.
      memoryFlat: Math.min(...memory.slice(-third)) / Math.min(...memory.slice(-2 * third, -third)),
      burstPerSecondClosed: median(ratio.map(({ closed }) => (closed.posted / closed.ms) * 1_000)),
      burstPerSecondOpen: median(ratio.map(({ open }) => (open.posted / open.ms) * 1_000)),
    },
  };
}
