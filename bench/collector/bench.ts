/** The collector under load: what it loses, how late it is, whom it holds up, what it writes, and whether that grows. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { install } from '../../src/cli/firefox/extensions.js';
import type { Firefox } from '../../src/cli/firefox/launch.js';
import { LIMIT_BOUNDS } from '../../src/protocol/index.js';
import { scriptOf } from '../bundle.js';
import { median } from '../figures.js';
import { openExtensionPage } from '../pages.js';
import type { Bench, Measured } from '../part.js';
import { root } from '../root.js';
import { databaseBytes } from './disk.js';
import { FloodBench, lostOf, type Recorded, type Seen } from './flood.js';
import type { Stages } from './ingest.js';

const INGEST_EXTENSION = 'ingest@bench.example';
/** Messages added at a time while a recording grows. */
const CHUNK = 10_000;

/** What bytes on disk are allowed beside this part of the payload text: see the README. */
const TEXT_PART = 1.3;

export async function benchCollector(
  firefox: Firefox,
  { folder, build, quick, say }: Bench,
): Promise<Measured> {
  say('the flood');
  const flooded = await floods(firefox, join(folder, 'flood'), build, quick);
  say('a recording that grows');
  const grown = await growing(firefox, join(folder, 'ingest'), quick);
  return {
    sections: {
      collector: { ...flooded.collector, ...grown.collector },
      store: { ...flooded.store, ...grown.store },
      growth: grown.growth,
    },
    rounds: { ...flooded.rounds, ...grown.rounds },
    notes: flooded.notes,
  };
}

type Figures = Record<string, number | null>;

async function floods(
  firefox: Firefox,
  folder: string,
  build: string,
  quick: boolean,
): Promise<{ collector: Figures; store: Figures; rounds: object; notes: string[] }> {
  await mkdir(folder, { recursive: true });
  const bench = await FloodBench.start(firefox, folder, build);
  try {
    const saturated = { perSecond: 0, random: false };
    const seconds = quick ? 5 : 60;
    // A flood before those that count: Firefox compiles what runs often.
    await bench.bare({ ...saturated, seconds: 1 });
    await bench.recorded({ ...saturated, seconds: 1 });
    const bare = await bench.bare({ ...saturated, seconds: quick ? 1 : 10 });
    const recorded = await bench.recorded({ ...saturated, seconds });
    const recordedBytes = await bench.diskBytes();
    const random = await bench.recorded({ seconds: quick ? 1 : 5, perSecond: 0, random: true });

    const randomBytes = await bench.diskBytes();

    const paced = { perSecond: 10_000, random: false };
    const pauses = quick ? 2 : 9;
    const paused = await bench.recorded({ ...paced, seconds: pauses + 1 }, pauses);
    const calm: { readonly bare: Seen; readonly recorded: Seen }[] = [];
    for (let n = 0; n < (quick ? 2 : 3); n += 1) {
      const flood = { ...paced, seconds: quick ? 1 : 6 };
      const without = await bench.bare(flood);
      calm.push({ bare: without, recorded: (await bench.recorded(flood)).seen });
    }

    const { account, seen } = recorded;
    const lost = lostOf(seen, account);
    const [first, second] = account.backlog;
    return {
      collector: {
        lost,
        messagesPerSecond: perSecond(seen),
        bareMessagesPerSecond: perSecond(bare),
        commitLagMedianMillis: account.lagMedian,
        commitLagP99Millis: account.lagP99,
        commitLagMaxMillis: account.lagMax,
        queuePeakBytes: Math.max(first.most, second.most),
        'queuePeakBytes, first half': first.most,
        'queuePeakBytes, second half': second.most,
        queueGrowth: second.mean / first.mean,
        longestTaskMillis: median(calm.map((round) => longest(round.recorded))),
        'longestTaskMillis, bare': median(calm.map((round) => longest(round.bare))),
        'longestTaskMillis, saturated': longest(seen),
        'longestTaskMillis, saturated, bare': longest(bare),
        'messagesPerSecond, paced': median(calm.map((round) => perSecond(round.recorded))),
        pauseMillis: median(paused.account.pauses),
        pauseMaxMillis: Math.max(...paused.account.pauses),
        eventsPerSegment: eventsOf(recorded) / account.segments,
      },
      store: {
        ...disk('', recorded, recordedBytes),
        ...disk(', random text', random, randomBytes),
        storedCharactersPerMessage: account.bytes / messagesOf(recorded),
      },
      rounds: {
        bare: summary(bare),
        recorded: summaryOf(recorded),
        random: summaryOf(random),
        paused: summaryOf(paused),
        calm: calm.map((round) => ({
          bare: summary(round.bare),
          recorded: summary(round.recorded),
        })),
      },
      notes:
        lost === 0
          ? []
          : [`collector: ${lost} events are missing: ${JSON.stringify(summaryOf(recorded))}`],
    };
  } finally {
    await bench.close();
  }
}

function perSecond({ posted, received, ms }: Seen): number {
  return ((posted + received) / ms) * 1_000;
}

function longest({ held }: Seen): number {
  return held.at(-1) ?? 0;
}

function messagesOf({ seen }: Recorded): number {
  return seen.posted + seen.received;
}

function eventsOf({ account: { posted, delivered } }: Recorded): number {
  return [posted, delivered].flatMap(Object.values).reduce((sum: number, n: number) => sum + n, 0);
}

function disk(suffix: string, recorded: Recorded, diskBytes: number): Figures {
  const messages = messagesOf(recorded);
  const bytes = diskBytes / messages;
  const text = recorded.account.textChars / messages;
  return {
    [`bytesOnDiskPerMessage${suffix}`]: bytes,
    [`payloadTextPerMessage${suffix}`]: text,
    [`bytesOnDiskBesideText${suffix}`]: bytes - TEXT_PART * text,
  };
}

/** Without the thousands of heartbeats. */
function summary({ held, ...rest }: Seen): object {
  return { ...rest, longestHeld: held.slice(-20) };
}

function summaryOf({ seen, ...rest }: Recorded): object {
  return { seen: summary(seen), ...rest };
}

async function growing(
  firefox: Firefox,
  folder: string,
  quick: boolean,
): Promise<{ collector: Figures; store: Figures; growth: Figures; rounds: object }> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'page.js'), await scriptOf(join(root, 'bench/collector/ingest.ts')));
  await writeFile(
    join(folder, 'page.html'),
    '<!doctype html><meta charset="utf-8"><title>Ingest</title><script src="page.js"></script>',
  );
  await writeFile(
    join(folder, 'manifest.json'),
    JSON.stringify({
      manifest_version: 3,
      name: 'Ingest',
      version: '1.0',
      browser_specific_settings: { gecko: { id: INGEST_EXTENSION } },
    }),
  );
  await install(firefox.browser, folder);
  const page = await openExtensionPage(firefox, INGEST_EXTENSION, 'page.html');
  const add = async (messages: number): Promise<number[]> => {
    const micros: number[] = [];
    // In pieces: one call must not take longer than the driver waits.
    for (let left = messages / CHUNK; left > 0; left -= 10) {
      const some = await page.evaluate(
        async (chunks, each) => await window.ingestBench?.add(chunks, each),
        Math.min(10, left),
        CHUNK,
      );
      micros.push(...(some ?? []));
    }
    return micros;
  };
  const keep = async (messages: number): Promise<void> => {
    const limits = { events: messages * 2, bytes: LIMIT_BOUNDS.bytes[1], days: null };
    await page.evaluate(async (wanted) => await window.ingestBench?.limit(wanted), limits);
  };

  const rounds: Stages[] = [];
  for (let n = 0; n < 4; n += 1) {
    const stages = await page.evaluate(async () => await window.ingestBench?.stages(20_000));
    if (stages === undefined)
      throw new Error('the page of the ingest bench did not load its script');
    rounds.push(stages);
  }
  const stage = (of: keyof Stages): number => median(rounds.slice(1).map((round) => round[of]));

  const [small, middle, large] = quick ? [10_000, 30_000, 60_000] : [10_000, 100_000, 1_000_000];
  /** Microseconds a message, chunk by chunk as the recording grows. */
  const micros = await add(large + CHUNK * 5);
  const at = (messages: number): number => {
    const first = messages / CHUNK;
    return median(micros.slice(first, first + 5));
  };

  // The recording is at its limit from here on: every message that is added lets another go.
  const full: Record<string, readonly number[]> = {};
  let bytes: readonly [before: number, after: number] | null = null;
  for (const kept of [large, middle, small]) {
    await keep(kept);
    await add(CHUNK);
    // Weighing waits until Firefox has come to rest.
    const weigh = async (): Promise<number> =>
      kept === large ? await databaseBytes(firefox.system, INGEST_EXTENSION) : 0;
    const before = await weigh();
    full[kept] = await add(CHUNK * 5);
    bytes ??= [before, await weigh()];
  }
  await page.close();
  const atLimit = (kept: number): number => median(full[kept] ?? []);
  const [before, after] = bytes ?? [0, 0];

  return {
    collector: {
      guardMicrosPerEvent: stage('guard'),
      richPayloadsMicrosPerEvent: stage('richPayloads'),
      redactionMicrosPerEvent: stage('redaction'),
      buildMicrosPerEvent: stage('build'),
      putMicrosPerEvent: stage('put'),
    },
    store: { bytesOnDiskAtLimitRatio: after / before },
    growth: {
      'collectMicrosPerMessage, 10k': at(small),
      'collectMicrosPerMessage, 100k': at(middle),
      'collectMicrosPerMessage, 1M': at(large),
      collect: at(large) / at(small),
      'collectMicrosPerMessage, 10k at the limit': atLimit(small),
      'collectMicrosPerMessage, 100k at the limit': atLimit(middle),
      'collectMicrosPerMessage, 1M at the limit': atLimit(large),
      collectAtLimit: atLimit(large) / atLimit(small),
    },
    rounds: { stages: rounds, micros, full, bytes },
  };
}
