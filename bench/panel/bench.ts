/** The panel on recordings of growing length: opening, memory, scrolling, filtering, what is added. */
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { installPorthole } from '../../src/cli/firefox/extensions.js';
import type { Firefox } from '../../src/cli/firefox/launch.js';
import { median, type Sections } from '../figures.js';
import type { Bench, Measured } from '../part.js';
import { freeMemory, workerMemory, type WorkerMemory } from '../memory.js';
import { Filler } from '../recording/fill.js';
import { madePayload } from '../recording/make.js';
import { clear, filter, METADATA, TEXTS, type, type FilterRound } from './filtering.js';
import { KEYS, pressKey } from './input.js';
import { openPanel, type OpenPanel } from './open.js';
import { probedBuild, type Asking } from './probed.js';
import type { Opening, Shown } from './probe.js';
import { scroll, WAYS, type ScrollRound } from './scrolling.js';
import { until } from '../until.js';

const SIZES = ['small', 'middle', 'large'] as const;
type Size = (typeof SIZES)[number];

const MESSAGES: Record<'full' | 'quick', Record<Size, number>> = {
  full: { small: 10_000, middle: 100_000, large: 1_000_000 },
  quick: { small: 2_000, middle: 10_000, large: 50_000 },
};

/** Messages added at a time to a panel that is open; each takes a few dozen milliseconds. */
const APPENDED = { full: 5_000, quick: 500 };
const APPENDS = 8;

/** Rounds at least of what is compared between lengths. */
const COMPARED = 3;

const OTHER_WAYS = ['none', ...WAYS.filter((way) => way !== 'wheel')] as const;

const WORKER = 'model-worker.js';

const END_TIMEOUT_MS = 5_000;

/** Longest time for rounds of one kind, milliseconds, so that the whole bench stays within its time when they are slow. */
const ROUNDS_MS = 25_000;

/** All rounds with one length of recording. */
interface SizeRounds {
  readonly messages: number;
  readonly openings: readonly Opening[];
  /** Null: not asked. */
  readonly memory: WorkerMemory | null;
  readonly lastRow: Shown;
  readonly scrolls: readonly ScrollRound[];
  readonly metadata: readonly FilterRound[];
  readonly texts: readonly FilterRound[];
  readonly typing: readonly number[];
  /** Messages added at a time, and the milliseconds until they were in the table. */
  readonly appended: number;
  readonly appends: readonly number[];
}

export async function benchPanel(
  firefox: Firefox,
  { folder, build, quick, say }: Bench,
): Promise<Measured> {
  const copy = join(folder, 'porthole');
  await probedBuild(build, copy);
  await installPorthole(firefox.browser, firefox.system, copy);
  const filler = await Filler.open(firefox);
  const rounds: Partial<Record<Size, SizeRounds>> = {};
  const notes: string[] = [];
  for (const size of SIZES) {
    const messages = MESSAGES[quick ? 'quick' : 'full'][size];
    say(`a recording of ${messages} messages`);
    try {
      await filler.add(messages - filler.messages);
      const measured = await oneSize(firefox, filler, quick, size);
      rounds[size] = measured;
      const wrong = wrongEnd(measured.lastRow, messages);
      if (wrong !== null) notes.push(`table.scrollP95FrameMillis is void: ${wrong}`);
    } catch (error) {
      notes.push(`what is measured at ${messages} messages is void: ${String(error)}`);
    }
  }
  return { sections: figures(rounds, notes.length > 0), rounds, notes };
}

/** Of the shorter ones only what is compared between lengths. */
async function oneSize(
  firefox: Firefox,
  filler: Filler,
  quick: boolean,
  size: Size,
): Promise<SizeRounds> {
  const { messages } = filler;
  const isLast = size === 'large';
  // The first opening loads code that is cached for the others.
  const warmUp = size === 'small' ? 1 : 0;
  const rounds = quick ? 1 : 3;
  let panel: OpenPanel | undefined;
  const openings = await repeat(rounds + warmUp, async () => {
    await panel?.page.close();
    await freeMemory(firefox.system);
    panel = await openPanel(firefox);
    return panel.opening;
  });
  if (panel === undefined) throw new Error('no panel was opened');
  const { page, ask } = panel;
  // Freeing takes a second.
  if (size !== 'middle') await freeMemory(firefox.system);
  const memory = size === 'middle' ? null : await workerMemory(firefox.system, WORKER);

  const move = (way: ScrollRound['way']): Promise<ScrollRound> =>
    scroll(firefox.browser, page, ask, way, quick ? 400 : 1_500);
  const scrolls = await repeat(COMPARED, () => move('wheel'));
  for (const way of isLast ? OTHER_WAYS : [])
    scrolls.push(...(await repeat(rounds, () => move(way))));
  const lastRow = await atEnd(firefox, page, ask, messages);

  // The first query loads the query language.
  await filter(ask, METADATA[0]);
  const metadata = await repeat(COMPARED, (n) =>
    filter(ask, METADATA[(n + 1) % METADATA.length] as string),
  );
  const word = (n: number): string => TEXTS[n % TEXTS.length] as string;
  const texts = isLast ? await repeat(rounds, (n) => filter(ask, word(n))) : [];
  const typing = isLast ? await repeat(rounds, (n) => type(ask, word(n))) : [];
  await clear(ask);

  const appended = APPENDED[quick ? 'quick' : 'full'];
  const { visible } = await ask('opening');
  const appends = await repeat(APPENDS + 1, async (n) => {
    await filler.add(appended);
    return await ask('untilRow', visible + (n + 1) * appended - 1);
  });
  await page.close();
  return {
    messages,
    openings: openings.slice(warmUp),
    memory,
    lastRow,
    scrolls,
    metadata,
    texts,
    typing,
    appended,
    appends: appends.slice(appends.length > 1 ? 1 : 0),
  };
}

/** Rounds, one after the other; none begins once they have taken {@link ROUNDS_MS}, but for the first. */
async function repeat<T>(rounds: number, round: (n: number) => Promise<T>): Promise<T[]> {
  const started = performance.now();
  const done: T[] = [];
  while (done.length < rounds && (done.length === 0 || performance.now() - started < ROUNDS_MS)) {
    done.push(await round(done.length));
  }
  return done;
}

/** @returns the table's end, after the End key */
async function atEnd(firefox: Firefox, page: Page, ask: Asking, messages: number): Promise<Shown> {
  await pressKey(firefox.browser, page, KEYS.end, 1, 0);
  let shown = await ask('shown');
  // When it does not come, that is what is wrong.
  await until(
    'the last row',
    async () => (shown = await ask('shown')),
    (seen) => wrongEnd(seen, messages) === null,
    END_TIMEOUT_MS,
  ).catch(() => undefined);
  return shown;
}

/** @returns what is wrong with the table's end; null when nothing is */
function wrongEnd(
  { count, lastIndex, lastText, belowLast }: Shown,
  messages: number,
): string | null {
  const last = madePayload(messages - 1).slice(0, 60);
  if (lastIndex === count - 1 && lastText.includes(last) && Math.abs(belowLast ?? 99) < 1)
    return null;
  return `at the end of ${messages} messages the last row is ${lastIndex} of ${count}, ${belowLast} px above the edge: ${lastText}`;
}

function figures(rounds: Partial<Record<Size, SizeRounds>>, isVoid: boolean): Sections {
  const { small, large } = rounds;
  const of = (measured: SizeRounds | undefined, value: (each: SizeRounds) => number | null) =>
    measured === undefined ? null : value(measured);
  const frames = (way: ScrollRound['way'], value: (round: ScrollRound) => number) =>
    of(large, ({ scrolls }) => median(scrolls.filter((each) => each.way === way).map(value)));
  const worst = (values: readonly (number | null)[]): number | null =>
    isVoid || values.includes(null) ? null : Math.max(...(values as number[]));
  const bytesPerMessage = (of: keyof WorkerMemory): number | null =>
    small?.memory && large?.memory
      ? (large.memory[of] - small.memory[of]) / (large.messages - small.messages)
      : null;
  return {
    panel: {
      firstRowsMillis: of(large, firstRows),
      allRowsMillis: of(large, ({ openings }) => median(openings.map(({ loaded }) => loaded ?? 0))),
    },
    model: {
      foldMillis: of(large, fold),
      bytesPerMessage: bytesPerMessage('allocated'),
      stringBytesPerMessage: bytesPerMessage('strings'),
    },
    table: {
      scrollP95FrameMillis: worst(WAYS.map((way) => frames(way, (each) => each.p95FrameMillis))),
      blankFrames: worst(WAYS.map((way) => frames(way, (each) => each.blankInARow))),
      staleFrames: worst(WAYS.map((way) => frames(way, (each) => each.staleInARow))),
      framesBehind: worst(WAYS.map((way) => frames(way, (each) => each.behind))),
      scrollP95TimerMillis: worst(WAYS.map((way) => frames(way, (each) => each.p95TimerMillis))),
      'scrollP95TimerMillis, at rest': frames('none', (each) => each.p95TimerMillis),
      ...Object.fromEntries(
        WAYS.flatMap((way) => [
          [`scrollP95FrameMillis, ${way}`, frames(way, (each) => each.p95FrameMillis)],
          [`blankFrames, ${way}`, frames(way, (each) => each.blankInARow)],
          [`staleFrames, ${way}`, frames(way, (each) => each.staleInARow)],
          [`framesBehind, ${way}`, frames(way, (each) => each.behind)],
        ]),
      ),
    },
    filter: {
      metadataMillis: of(large, metadata),
      textFirstHitsMillis: of(large, ({ texts }) =>
        median(texts.map(({ firstHitsMillis }) => firstHitsMillis ?? Infinity)),
      ),
      textAllMillis: of(large, ({ texts }) => median(texts.map(({ allMillis }) => allMillis))),
      typingLongestTaskMillis: of(large, ({ typing }) => median(typing)),
      typedToDrawnMillis: of(large, (each) =>
        median(each.metadata.map(({ typedToDrawnMillis }) => typedToDrawnMillis)),
      ),
    },
    growth: growth(rounds),
  };
}

function firstRows({ openings }: SizeRounds): number {
  return median(openings.map((opening) => opening.firstRows ?? Infinity));
}

function fold({ openings }: SizeRounds): number {
  return median(openings.map(({ started, loaded }) => (loaded ?? Infinity) - (started ?? 0)));
}

function metadata(each: SizeRounds): number {
  return median(each.metadata.map(({ allMillis }) => allMillis));
}

/** What a message costs, in microseconds (scrolling: milliseconds a frame), and how that grows. */
function growth(rounds: Partial<Record<Size, SizeRounds>>): Record<string, number | null> {
  const costs: Record<string, (each: SizeRounds) => number> = {
    foldMicros: (each) => (fold(each) / each.messages) * 1_000,
    appendMicros: ({ appends, appended }) => (median(appends) / appended) * 1_000,
    scrollFrameWorkMillis: ({ scrolls }) =>
      median(scrolls.filter(({ way }) => way === 'wheel').map(({ workMillis }) => workMillis)),
    metadataFilterMicros: (each) => (metadata(each) / each.messages) * 1_000,
  };
  const grown: Record<string, number | null> = {};
  for (const [name, cost] of Object.entries(costs)) {
    const at = (size: Size): number | null => {
      const measured = rounds[size];
      return measured === undefined ? null : cost(measured);
    };
    const [small, large] = [at('small'), at('large')];
    const ratio = small === null || large === null ? null : large / small;
    grown[name.replace(/(?:FrameWork)?(?:Micros|Millis)$/, '')] = ratio;
    for (const size of SIZES) grown[`${name}, ${size}`] = at(size);
  }
  for (const size of SIZES) grown[`messages, ${size}`] = rounds[size]?.messages ?? null;
  return grown;
}
