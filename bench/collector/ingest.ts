/**
 * Runs in an extension page: the shipped collector on a database of its own, and two contexts that report to it as the
 * instrumentation does. What a message costs it, and whether that grows with what is stored.
 */
import { startCollector, type Collector } from '../../src/background/collector.js';
import type { LinkEnd, Origin } from '../../src/background/link.js';
import { redactBatch, redactorOf } from '../../src/background/redact-batch.js';
import { payloadWithValues } from '../../src/background/rich-payloads.js';
import { buildSegment } from '../../src/background/segment-builder.js';
import { readBatch, readEvents } from '../../src/protocol/guards.js';
import {
  PROTOCOL_VERSION,
  REDACTED_KEYS,
  type Batch,
  type ContextKind,
  type PortholeEvent,
  type RetentionLimits,
} from '../../src/protocol/index.js';
import { eraseDatabase } from '../../src/store/erase.js';
import { keepOpen, openDatabase } from '../../src/store/reader.js';
import { commitSegments } from '../../src/store/writer.js';
import { madePayload } from '../recording/make.js';

const EXTENSION = 'port-traffic@bench.example';
/** Events a batch holds, as in a flood. */
const BATCH_EVENTS = 1_000;
/** Batches of each context that may wait: so many that the collector never waits for more to gather. */
const UNACKED = 16;

/** @returns a batch in which the messages from `first` on are posted or delivered */
function batchOf(type: 'posted' | 'delivered', number: number, first: number): Batch {
  const texts = Array.from({ length: BATCH_EVENTS }, (_, n) => madePayload(first + n));
  const start = 1_700_000_000_000 + Math.floor(first / 20);
  const events = texts.map(({ length }, n) => [
    1_700_000_000_000 + Math.floor((first + n) / 20) - start,
    type,
    1,
    first + n + 1,
    1,
    length,
  ]);
  return {
    type: 'batch',
    batch: number,
    start,
    events: JSON.stringify(events),
    payload: texts.join(''),
  };
}

/** One context's end of its line. */
class Reporting {
  readonly #end: LinkEnd;
  #acknowledged = 0;
  #heard: () => void = () => undefined;

  constructor(collector: Collector, kind: ContextKind, envType: string) {
    const origin: Origin = {
      route: 'external',
      extensionId: EXTENSION,
      sender: { id: EXTENSION, url: 'http://127.0.0.1/', contextId: 1, envType },
    };
    this.#end = collector.report(origin, {
      send: (message) => {
        if (message.type !== 'ack') return;
        this.#acknowledged = message.batch;
        this.#heard();
      },
      close: () => {
        throw new Error(`the collector closed the line of the ${kind}`);
      },
    });
    this.#end.message({
      type: 'hello',
      protocol: PROTOCOL_VERSION,
      uid: `bench-${kind}`,
      kind,
      url: 'http://127.0.0.1/',
      startedAt: 1_700_000_000_000,
    });
  }

  send(batch: Batch): void {
    this.#end.message(batch);
  }

  async acknowledged(batch: number): Promise<void> {
    while (this.#acknowledged < batch) {
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }
}

/** The collector, and how much it has been told. */
class Ingest {
  readonly #collector: Collector;
  readonly #sides: readonly [Reporting, Reporting];
  #batches = 0;

  private constructor(collector: Collector) {
    this.#collector = collector;
    this.#sides = [
      new Reporting(collector, 'content-script', 'content_child'),
      new Reporting(collector, 'background', 'addon_child'),
    ];
  }

  static async start(): Promise<Ingest> {
    const collector = await startCollector({
      database: keepOpen(),
      tell: () => undefined,
      needed: () => undefined,
      installed: () => Promise.resolve({ name: 'Port traffic', installType: 'development' }),
      places: { enter: () => ({ left: () => Promise.resolve({}) }) },
      estimate: () => navigator.storage.estimate(),
    });
    collector.admit(EXTENSION, 'allowed');
    return new Ingest(collector);
  }

  limit(limits: RetentionLimits): Promise<void> {
    return this.#collector.limit(limits);
  }

  /** Events stored now. */
  get events(): number {
    const storage = this.#collector.storage();
    return storage.type === 'storage' ? storage.holds.events : NaN;
  }

  /** @returns microseconds a message took, from report to commit, both its ends */
  async add(messages: number): Promise<number> {
    const count = messages / BATCH_EVENTS;
    const first = this.#batches;
    const batches = Array.from({ length: count }, (_, n) =>
      (['posted', 'delivered'] as const).map((type) =>
        batchOf(type, first + n + 1, (first + n) * BATCH_EVENTS),
      ),
    );
    const start = performance.now();
    for (const [n, both] of batches.entries()) {
      const number = first + n + 1;
      for (const [side, batch] of both.entries()) {
        const reporting = this.#sides[side] as Reporting;
        await reporting.acknowledged(number - UNACKED);
        reporting.send(batch);
      }
    }
    this.#batches += count;
    for (const side of this.#sides) await side.acknowledged(this.#batches);
    return ((performance.now() - start) / messages) * 1_000;
  }
}

let ingest: Ingest | null = null;

/** See {@link Ingest.add}, for each of `chunks` times `messages`. */
async function add(chunks: number, messages: number): Promise<number[]> {
  ingest ??= await Ingest.start();
  const micros: number[] = [];
  for (let n = 0; n < chunks; n += 1) micros.push(await ingest.add(messages));
  return micros;
}

async function limit(limits: RetentionLimits): Promise<void> {
  ingest ??= await Ingest.start();
  await ingest.limit(limits);
}

/** Microseconds of the main thread for one event, by what is done. */
export interface Stages {
  readonly guard: number;
  readonly richPayloads: number;
  readonly redaction: number;
  readonly build: number;
  readonly put: number;
}

/**
 * Times each stage by itself, over so many messages that a clock of 1 ms is enough. Called before anything is added:
 * its database is gone afterwards.
 */
async function stages(messages: number): Promise<Stages> {
  const database = await openDatabase();
  const batches = Array.from({ length: messages / BATCH_EVENTS }, (_, n) =>
    (['posted', 'delivered'] as const).map((type) => batchOf(type, n + 1, n * BATCH_EVENTS)),
  ).flat();
  const took = (work: () => void): number => {
    const start = performance.now();
    work();
    return ((performance.now() - start) / (messages * 2)) * 1_000;
  };
  const redactor = redactorOf({ key: 'redaction', on: true, keys: REDACTED_KEYS });
  let events: PortholeEvent[][] = [];
  let segments: ReturnType<typeof buildSegment>[] = [];
  const commits: Promise<unknown>[] = [];
  const figures: Stages = {
    guard: took(() => {
      events = batches.map((batch) => readEvents(readBatch(batch)) as PortholeEvent[]);
    }),
    richPayloads: took(() => {
      for (const [n, batch] of batches.entries()) payloadWithValues(batch, events[n] ?? []);
    }),
    redaction: took(() => {
      for (const [n, { payload }] of batches.entries()) {
        if (redactor !== null) redactBatch(redactor, events[n] ?? [], payload);
      }
    }),
    build: took(() => {
      segments = [];
      for (let n = 0; n < batches.length; n += 2) {
        segments.push(
          buildSegment(
            [n, n + 1].map((index) => ({
              context: `${EXTENSION}\n${index % 2}`,
              events: events[index] ?? [],
              payload: batches[index]?.payload ?? '',
            })),
          ),
        );
      }
    }),
    put: took(() => {
      for (const { segment, outline } of segments) {
        const stored = { segment: { recording: 1, ...segment }, extension: EXTENSION, outline };
        commits.push(commitSegments(database, [stored], []));
      }
    }),
  };
  await Promise.all(commits);
  database.close();
  await eraseDatabase();
  return figures;
}

const bench = { add, limit, stages };

declare global {
  interface Window {
    ingestBench?: typeof bench;
  }
}

window.ingestBench = bench;
