/**
 * What instrumentation costs the extension it is in: one extension twice in one Firefox, on one page, bare
 * and instrumented, running the same workloads in turn.
 */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'puppeteer-core';
import { grant, install, installPorthole, reload } from '../src/cli/firefox/extensions.js';
import type { Firefox } from '../src/cli/firefox/launch.js';
import type { PrivilegedWindow } from '../src/cli/firefox/privileged.js';
import { instrumentExtension } from '../src/inject/index.js';
import { PANEL_PORT, PORTHOLE_ID, type FromPanel } from '../src/protocol/index.js';
import { median } from './figures.js';
import { askContentScript, openExtensionPage, servePage } from './pages.js';
import { root } from './root.js';
import { RecordingTally } from './tally.js';

const BARE = 'bare@bench.example';
const INSTRUMENTED = 'instrumented@bench.example';

/**
 * - `to-background`: the content script posts all at once.
 * - `to-content-script`: the background does.
 * - `both-ways`: the content script posts all at once, the background answers each.
 * - `ping-pong`: one message in flight.
 */
const WORKLOADS = ['to-background', 'to-content-script', 'both-ways', 'ping-pong'] as const;
type Workload = (typeof WORKLOADS)[number];

/** What a content script is asked to do. */
interface Question {
  readonly workload: Workload | 'none';
  readonly count: number;
  /** On a port that is open since the first such question, not on one of its own. */
  readonly onStanding: boolean;
}

/** What a content script tells of a workload it ran. */
interface Run {
  readonly ms: number;
  /** Time of the loop of posts alone; 0 except for `to-background`. */
  readonly postingMs: number;
  readonly posted: number;
  readonly received: number;
}

export interface InstrumentationRound {
  readonly workload: Workload;
  readonly messages: number;
  readonly bareMs: number;
  readonly instrumentedMs: number;
  readonly barePostingMs: number;
  readonly instrumentedPostingMs: number;
  /** Processor time of all of Firefox's processes. */
  readonly bareCpuMs: number;
  readonly instrumentedCpuMs: number;
}

export interface InstrumentationBench {
  readonly figures: Record<string, number | null>;
  readonly rounds: {
    readonly dormant: readonly (readonly InstrumentationRound[])[];
    readonly recorded: readonly (readonly InstrumentationRound[])[];
    readonly withoutSites: readonly (readonly InstrumentationRound[])[];
    readonly muted: readonly (readonly InstrumentationRound[])[];
    readonly paused: readonly (readonly InstrumentationRound[])[];
  };
  /** Why figures are void, for people; empty when they are not. */
  readonly notes: readonly string[];
}

/** Longest wait for what was posted to be in the database. */
const STORED_TIMEOUT_MS = 60_000;
/** Longest wait for Porthole to say what is expected. */
const HEARD_TIMEOUT_MS = 10_000;
/** After each run that is recorded, for the last batches to be stored and what else it left behind to settle. */
const PAUSE_MS = { full: 300, quick: 150 };
/** After Porthole has been told something, for all contexts to hear of it. */
const TOLD_MS = 300;
/** After each run of which nothing is recorded. */
const SHORT_PAUSE_MS = 50;
const ANSWER_TIMEOUT_MS = 120_000;

/**
 * @param folder an empty folder for the two copies
 * @param build folder of the built extension, which is installed as Porthole
 */
export async function benchInstrumentation(
  firefox: Firefox,
  folder: string,
  build: string,
  quick: boolean,
): Promise<InstrumentationBench> {
  const { browser, system } = firefox;
  // Halves and quarters of it are whole.
  const messages = quick ? 1_600 : 12_000;
  const rounds = quick ? 2 : 9;
  await installCopies(firefox, folder, build);
  const served = await servePage();
  const page = await browser.newPage();
  try {
    await page.goto(served.url);
    await ready(page);

    // Porthole is not installed yet.
    await oneRound(firefox, page, messages / 2);
    const dormant: InstrumentationRound[][] = [];
    for (let n = 0; n < rounds; n += 2) dormant.push(await oneRound(firefox, page, messages));

    // What ran without Porthole would report it as missed when it meets it.
    await page.goto('about:blank');
    await installPorthole(browser, system, build);
    for (const id of [BARE, INSTRUMENTED]) await reload(system, id);
    await page.goto(served.url);
    await ready(page);
    const tally = new RecordingTally(system, INSTRUMENTED);
    const stored: Stored = {
      pauseMs: PAUSE_MS[quick ? 'quick' : 'full'],
      all({ posted, received }) {
        tally.expect(posted, received);
        return tally.caughtUp(STORED_TIMEOUT_MS);
      },
    };
    await oneRound(firefox, page, messages / 2, stored);
    const recorded: InstrumentationRound[][] = [];
    for (let n = 0; n < rounds; n += 1) {
      recorded.push(await oneRound(firefox, page, messages, stored));
    }

    await tell(firefox, { type: 'call-sites', on: false }, { type: 'state', callSites: false });
    const withoutSites: InstrumentationRound[][] = [];
    for (let n = 0; n < rounds; n += 1) {
      withoutSites.push(await oneRound(firefox, page, messages, stored, ['to-background']));
    }
    const notes = tally.shortcomings();

    await tell(firefox, { type: 'call-sites', on: true }, { type: 'state', callSites: true });
    const rule = { id: 1, query: 'name:=standing', on: true };
    await tell(
      firefox,
      { type: 'mutes', rules: [rule] },
      { type: 'mutes', rules: [{ ...rule, kept: 0 }] },
    );
    const onStanding = (count: number): Promise<InstrumentationRound[]> =>
      oneRound(firefox, page, count, { ...stored, all: async () => {} }, WORKLOADS, true);
    const warmUp = await onStanding(messages / 2);
    const muted: InstrumentationRound[][] = [];
    for (let n = 0; n < rounds; n += 2) muted.push(await onStanding(messages));
    // Both ends of each message.
    const kept = 2 * sum([warmUp, ...muted].flat().map((run) => run.messages));
    const isCounted = await hears(firefox, { type: 'mutes', rules: [{ ...rule, kept }] });

    await tell(firefox, { type: 'record', on: false }, { type: 'state', on: false });
    await oneRound(firefox, page, messages / 2);
    const paused: InstrumentationRound[][] = [];
    for (let n = 0; n < rounds; n += 2) paused.push(await oneRound(firefox, page, messages));

    return {
      figures: {
        ...figures(dormant, recorded, notes.length > 0),
        addedMicrosPerPostWithoutSites:
          notes.length > 0 ? null : median(withoutSites.flat().map(addedMicros)),
        mutedRatio: isCounted ? median(muted.map(ratio)) : null,
        addedCpuMicrosPerMessageMuted: isCounted ? addedCpuMicros(muted) : null,
        pausedRatio: median(paused.map(ratio)),
      },
      rounds: { dormant, recorded, withoutSites, muted, paused },
      notes: [
        ...notes.map((note) => `instrumentation.throughputRatio is void: ${note}`),
        ...(isCounted
          ? []
          : [`instrumentation.mutedRatio is void: Porthole has not counted ${kept} muted events`]),
      ],
    };
  } finally {
    await page.close();
    await served.close();
  }
}

async function installCopies(firefox: Firefox, folder: string, build: string): Promise<void> {
  const source = join(root, 'bench/extension');
  for (const id of [BARE, INSTRUMENTED]) {
    const copy = join(folder, id);
    await cp(source, copy, { recursive: true });
    const manifest = JSON.parse(await readFile(join(copy, 'manifest.json'), 'utf8')) as {
      browser_specific_settings: { gecko: { id: string } };
    };
    manifest.browser_specific_settings.gecko.id = id;
    await writeFile(join(copy, 'manifest.json'), JSON.stringify(manifest));
  }
  const out = join(folder, 'out');
  await instrumentExtension({
    source: join(folder, INSTRUMENTED),
    out,
    instrumentation: join(build, 'src/instrumentation'),
  });
  for (const [id, copy] of [
    [BARE, join(folder, BARE)],
    [INSTRUMENTED, out],
  ] as const) {
    await grant(firefox.system, id, { permissions: [], origins: ['http://127.0.0.1/*'] });
    await install(firefox.browser, copy);
  }
}

/** Says to Porthole what its panel would, and waits until it answers what is expected. */
async function tell(firefox: Firefox, message: FromPanel, expected: object): Promise<void> {
  if (!(await hears(firefox, expected, message))) {
    throw new Error(`Porthole did not answer ${JSON.stringify(message)} with what was expected`);
  }
  await sleep(TOLD_MS);
}

/**
 * @param expected the type of what Porthole tells its panels, and some of the rest
 * @param message said to it before
 * @returns whether it tells that, within {@link HEARD_TIMEOUT_MS}
 */
async function hears(firefox: Firefox, expected: object, message?: FromPanel): Promise<boolean> {
  const page = await openExtensionPage(firefox, PORTHOLE_ID, 'devtools/devtools.html');
  const heard = await page.evaluate(
    hearAsPanel,
    PANEL_PORT,
    expected,
    message ?? null,
    HEARD_TIMEOUT_MS,
  );
  await page.close();
  return heard;
}

/** Runs in a page of Porthole. */
async function hearAsPanel(
  name: string,
  expected: object,
  message: object | null,
  timeoutMs: number,
): Promise<boolean> {
  const { browser } = globalThis as unknown as { browser: typeof import('webextension-polyfill') };
  const port = browser.runtime.connect({ name });
  return await new Promise<boolean>((resolve) => {
    setTimeout(() => resolve(false), timeoutMs);
    port.onMessage.addListener((told) => {
      const is = Object.entries(expected).every(
        ([key, value]) =>
          JSON.stringify((told as Record<string, unknown>)[key]) === JSON.stringify(value),
      );
      if (is) resolve(true);
    });
    if (message !== null) port.postMessage(message);
  });
}

/** What instrumented runs that are recorded are followed by. */
interface Stored {
  /** Milliseconds until what they left behind has settled. */
  readonly pauseMs: number;
  /** Is told of each run; resolves when all of it is stored. */
  all(run: Run): Promise<void>;
}

/**
 * Every workload, bare and then instrumented.
 *
 * @param stored null: nothing is recorded
 */
async function oneRound(
  firefox: Firefox,
  page: Page,
  messages: number,
  stored: Stored | null = null,
  workloads: readonly Workload[] = WORKLOADS,
  onStanding = false,
): Promise<InstrumentationRound[]> {
  const round: InstrumentationRound[] = [];
  for (const workload of workloads) {
    const count = workload === 'ping-pong' ? messages / 4 : messages;
    const pause = stored?.pauseMs ?? SHORT_PAUSE_MS;
    const question = { workload, count, onStanding };
    const bare = await measure(firefox, page, BARE, question, pause);
    const instrumented = await measure(firefox, page, INSTRUMENTED, question, pause);
    await stored?.all(instrumented);
    round.push({
      workload,
      messages: bare.posted + bare.received,
      bareMs: bare.ms,
      instrumentedMs: instrumented.ms,
      barePostingMs: bare.postingMs,
      instrumentedPostingMs: instrumented.postingMs,
      bareCpuMs: bare.cpuMs,
      instrumentedCpuMs: instrumented.cpuMs,
    });
  }
  return round;
}

async function measure(
  { system }: Firefox,
  page: Page,
  id: string,
  question: Question,
  pauseMs: number,
): Promise<Run & { readonly cpuMs: number }> {
  const before = await system.evaluate(processorTime);
  const run = (await ask(page, id, question)) as Run;
  await sleep(pauseMs);
  return { ...run, cpuMs: (await system.evaluate(processorTime)) - before };
}

/** @returns milliseconds all of Firefox's processes have used since they started */
async function processorTime(window: PrivilegedWindow): Promise<number> {
  interface Used {
    /** Nanoseconds. */
    readonly cpuTime: number;
  }
  const { requestProcInfo } = window.ChromeUtils as unknown as {
    requestProcInfo(): Promise<Used & { readonly children: readonly Used[] }>;
  };
  const { cpuTime, children } = await requestProcInfo();
  return children.reduce((sum, child) => sum + child.cpuTime, cpuTime) / 1e6;
}

function figures(
  dormant: readonly (readonly InstrumentationRound[])[],
  recorded: readonly (readonly InstrumentationRound[])[],
  isVoid: boolean,
): Record<string, number | null> {
  const runs = recorded.flat();
  const of = (workload: Workload): InstrumentationRound[] =>
    runs.filter((candidate) => candidate.workload === workload);
  const valid = (value: number): number | null => (isVoid ? null : value);
  return {
    throughputRatio: valid(median(recorded.map(ratio))),
    ...Object.fromEntries(
      WORKLOADS.map((workload) => [
        `throughputRatio, ${workload}`,
        valid(median(of(workload).map((only) => ratio([only])))),
      ]),
    ),
    bareMessagesPerSecond: median(
      recorded.map((round) => perMessage(round, ({ bareMs }) => bareMs)).map((us) => 1e6 / us),
    ),
    bareCpuMicrosPerMessage: median(
      recorded.map((round) => perMessage(round, ({ bareCpuMs }) => bareCpuMs)),
    ),
    addedCpuMicrosPerMessage: valid(addedCpuMicros(recorded)),
    addedMicrosPerPost: valid(median(of('to-background').map(addedMicros))),
    dormantRatio: median(dormant.map(ratio)),
  };
}

/** @returns microseconds of processor time that a message took more, in the middling round */
function addedCpuMicros(rounds: readonly (readonly InstrumentationRound[])[]): number {
  return median(
    rounds.map((round) =>
      perMessage(round, ({ bareCpuMs, instrumentedCpuMs }) => instrumentedCpuMs - bareCpuMs),
    ),
  );
}

/** @returns microseconds that the loop of posts took longer, per post */
function addedMicros({
  barePostingMs,
  instrumentedPostingMs,
  messages,
}: InstrumentationRound): number {
  return ((instrumentedPostingMs - barePostingMs) / messages) * 1_000;
}

/** @returns messages/s instrumented over bare; both ran the same messages, so a ratio of times */
function ratio(round: readonly InstrumentationRound[]): number {
  return (
    sum(round.map(({ bareMs }) => bareMs)) / sum(round.map(({ instrumentedMs }) => instrumentedMs))
  );
}

/** @returns microseconds */
function perMessage(
  round: readonly InstrumentationRound[],
  ms: (workload: InstrumentationRound) => number,
): number {
  return (sum(round.map(ms)) / sum(round.map(({ messages }) => messages))) * 1_000;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Waits until both content scripts answer. */
async function ready(page: Page): Promise<void> {
  for (const id of [BARE, INSTRUMENTED])
    await ask(page, id, { workload: 'none', count: 0, onStanding: false });
}

async function ask(page: Page, id: string, question: Question): Promise<unknown> {
  return await askContentScript(page, id, question, ANSWER_TIMEOUT_MS);
}
