/** Mute rules in the collector: what they keep out, what is counted, and that pairing goes on. */
import { IDBFactory } from 'fake-indexeddb';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { Context } from '../../../src/background/contexts.js';
import { Mutes } from '../../../src/background/mutes.js';
import { Model } from '../../../src/model/index.js';
import { findingsOf } from '../../../src/model/findings/index.js';
import { messageStanding } from '../../../src/model/standing.js';
import {
  parseRun,
  writeRun,
  type CountedEvent,
  type PortholeEvent,
  type ReportedEvent,
  type StoredContext,
  type ToPanel,
} from '../../../src/protocol/index.js';
import { readSegments } from '../../../src/store/reader.js';
import { segmentOf, type Fact } from '../model/fixture.js';
import { simulate, steps, type Outcome } from '../model/simulator.js';
import type { Collector } from '../../../src/background/collector.js';
import { connect, hello, join, setUp, storedEvents, until, type Line } from './harness.js';

/** When it is judged, long after all of it. */
const NOW = 10_000_000;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

const opened = (port: number, name: string): PortholeEvent => [
  'opened',
  port,
  1,
  'runtime.connect',
  name,
  {},
  0,
  0,
  0,
];
const SECRET = '{"type":"beat"}';
const posted = (port: number, seq: number, offset = 0, length = SECRET.length): PortholeEvent => [
  'posted',
  port,
  10 + seq,
  seq,
  0,
  'json',
  length,
  offset,
  length,
];

const kept = (told: readonly ToPanel[]): readonly number[] => {
  const last = told.findLast((message) => message.type === 'mutes');
  return last?.type === 'mutes' ? last.rules.map((rule) => rule.kept) : [];
};

test('what a rule names is not stored; its numbers and how many it was are', async () => {
  const { collector, database, told } = await setUp();
  collector.mute([
    { id: 1, query: 'name:=noisy', on: true },
    { id: 2, query: 'type:=beat', on: false },
  ]);
  const line = join(collector);
  const events = [opened(1, 'noisy'), opened(2, 'calm'), posted(1, 1), posted(2, 1), posted(1, 2)];
  line.batch(1, events, SECRET);
  await line.acked(1);
  expect((await storedEvents(database)).map((event) => event.slice(0, 2))).toEqual([
    ['opened', 1],
    ['opened', 2],
    ['posted', 2],
    ['muted', 1],
  ]);
  expect((await storedEvents(database)).at(-1)).toEqual(['muted', 1, 12, 'posted', [1, 2], 2]);
  await until('the count', () => kept(told)[0] === 2);

  collector.mute([{ id: 2, query: 'type:=beat', on: true }]);
  line.batch(2, [posted(1, 3), posted(2, 2), posted(2, 4)], SECRET);
  await line.acked(2);
  expect((await storedEvents(database)).slice(4)).toEqual([
    ['muted', 1, 13, 'posted', [3, 3], 1],
    ['muted', 2, 14, 'posted', [2, 2, 4, 4], 2],
  ]);
  const segments = await readSegments(database, 0, 10);
  expect(segments.at(-1)?.payload).toBe('');
});

test('rules, counts and names of open ports outlive the page', async () => {
  const first = await setUp();
  first.collector.mute([{ id: 4, query: 'name:noisy', on: true }]);
  const line = join(first.collector);
  line.batch(1, [opened(1, 'noisy'), opened(2, 'calm'), posted(1, 1)], SECRET);
  await line.acked(1);
  await until('the count', () => kept(first.told)[0] === 1);
  const second = await until('the rule', async () => {
    const next = await setUp();
    const view = next.collector.mutes();
    return view.type === 'mutes' && view.rules[0]?.kept === 1 && next;
  });
  const again = join(second.collector);
  again.batch(2, [posted(1, 2), posted(2, 1)], SECRET);
  await again.acked(2);
  expect(
    (await storedEvents(second.database)).slice(-2).map(([type, port]) => [type, port]),
  ).toEqual([
    ['posted', 2],
    ['muted', 1],
  ]);
});

test('a line that closes and comes again finds its ports and calls known', async () => {
  const { collector, database } = await setUp();
  collector.mute([{ id: 1, query: 'name:noisy OR is:request', on: true }]);
  const line = join(collector);
  const call: PortholeEvent = ['sent', 1, 3, 'runtime.sendMessage', {}, 0, 'json', 2, 0, 2];
  line.batch(1, [opened(1, 'noisy'), opened(2, 'calm'), call], '{}');
  await line.acked(1);
  line.end.closed();
  const again = join(collector);
  again.batch(2, [posted(1, 1), posted(2, 1), ['replied', 1, 9, 'json', 2, 0, 2]], SECRET);
  await again.acked(2);
  expect((await storedEvents(database)).map(([type, port]) => [type, port])).toEqual([
    ['opened', 1],
    ['opened', 2],
    ['muted', 0],
    ['posted', 2],
    ['muted', 1],
    ['muted', 0],
  ]);
});

test('what follows a one-off message goes its way, whatever the rules say then', async () => {
  const { collector, database } = await setUp();
  const line = join(collector);
  const sent = (number: number): PortholeEvent => [
    'sent',
    number,
    number,
    'runtime.sendMessage',
    {},
    0,
    'json',
    SECRET.length,
    0,
    SECRET.length,
  ];
  const received: PortholeEvent = [
    'received',
    7,
    1,
    'runtime.onMessage',
    {},
    1,
    'json',
    SECRET.length,
    0,
    SECRET.length,
  ];
  line.batch(1, [sent(1)], SECRET);
  await line.acked(1);
  collector.mute([{ id: 1, query: 'type:beat', on: true }]);
  line.batch(2, [sent(2), received], SECRET);
  await line.acked(2);
  collector.mute([]);
  const replied = (number: number): PortholeEvent => ['replied', number, 9, 'json', 2, 0, 2];
  const rest: PortholeEvent[] = [
    replied(1),
    ['returned', 7, 8, 1, 'promise', null],
    ['answered', 7, 9, 1, 'promise', 'json', 2, 0, 2],
    replied(2),
  ];
  line.batch(3, rest, '{}');
  await line.acked(3);
  expect((await storedEvents(database)).map(([type, number]) => [type, number])).toEqual([
    ['sent', 1],
    ['muted', 0],
    ['replied', 1],
    ['muted', 0],
  ]);
  const model = new Model();
  for (const segment of await readSegments(database, 0, 10)) model.addSegment(segment);
  expect([...model.requests.values()].map(({ state }) => state)).toEqual(['replied']);
  expect(model.totals).toMatchObject({ muted: 5, gaps: 0, lost: 0 });
});

test('a batch for which there is no room is counted once, when it is taken', async () => {
  const { collector, told } = await setUp({ capacity: 400 });
  collector.mute([{ id: 1, query: 'name:noisy', on: true }]);
  const line = join(collector);
  line.batch(1, [opened(1, 'noisy'), posted(1, 1)], SECRET);
  const long = JSON.stringify('x'.repeat(900));
  const last: PortholeEvent[] = [
    posted(1, 2, 0, long.length),
    ['disconnected', 1, 20, 'self', null, 0, 2, 0],
  ];
  line.batch(2, last, long);
  await line.acked(1);
  await until('the line to be closed, for the batch to be sent again', () => line.closed());
  const again = join(collector);
  again.batch(2, last, long);
  await again.acked(2);
  await until('the count', () => kept(told)[0] === 2);
  expect(kept(told)).toEqual([2]);
});

describe('a context that can count by itself', () => {
  const told = (line: Line): unknown[] =>
    line.received
      .filter(({ type }) => type === 'mute')
      .map((message) => 'ways' in message && message.ways);
  const joinAs = (collector: Collector, mutes: boolean): Line => {
    const line = connect(collector);
    line.end.message(hello('context-one', { mutes }));
    return line;
  };

  test('is told of the ways of its ports on which the verdict does not depend on what they say', async () => {
    const { collector } = await setUp();
    collector.mute([
      { id: 1, query: 'name:=noisy dir:out', on: true },
      { id: 2, query: 'type:beat', on: true },
      { id: 3, query: 'name:=off', on: false },
    ]);
    const line = joinAs(collector, true);
    line.batch(1, [opened(1, 'noisy'), opened(2, 'calm'), opened(3, 'off'), opened(4, 'noisy')]);
    await line.acked(1);
    expect(told(line)).toEqual([[1, 4]]);
    collector.mute([{ id: 4, query: 'name:calm OR (name:noisy type:beat)', on: true }]);
    expect(told(line).at(-1)).toEqual([2, -2]);
    // Nothing new for it.
    collector.mute([{ id: 5, query: 'name:calm', on: true }]);
    expect(told(line)).toHaveLength(2);
    line.batch(2, [['disconnected', 2, 20, 'self', null, 0, 0, 0]]);
    await line.acked(2);
    expect(told(line).at(-1)).toEqual([]);
    collector.mute([]);
    expect(told(line)).toHaveLength(3);
  });

  test('is told again on each line, also by the next life of the page', async () => {
    const first = await setUp();
    first.collector.mute([{ id: 1, query: 'name:noisy', on: true }]);
    const line = joinAs(first.collector, true);
    line.batch(1, [opened(1, 'noisy')]);
    await line.acked(1);
    line.end.closed();
    expect(told(joinAs(first.collector, true))).toEqual([[1, -1]]);
    const second = await until('the rule', async () => {
      const next = await setUp();
      const view = next.collector.mutes();
      return view.type === 'mutes' && view.rules.length === 1 && next;
    });
    const again = joinAs(second.collector, true);
    await again.last('mute');
    expect(told(again)).toEqual([[1, -1]]);
  });

  test('older instrumentation hears no word that it does not know, and is muted as it reports', async () => {
    const { collector, database } = await setUp();
    collector.mute([{ id: 1, query: 'name:noisy', on: true }]);
    const line = joinAs(collector, false);
    line.batch(1, [opened(1, 'noisy'), posted(1, 1)], SECRET);
    await line.acked(1);
    expect(told(line)).toEqual([]);
    expect((await storedEvents(database)).at(-1)).toEqual(['muted', 1, 11, 'posted', [1, 1], 1]);
  });

  test('what it has counted is stored as muted, for the rule for which it did', async () => {
    const { collector, database, told: toPanel } = await setUp();
    collector.mute([
      { id: 1, query: 'type:beat', on: true },
      { id: 2, query: 'name:noisy', on: true },
    ]);
    const line = joinAs(collector, true);
    line.batch(1, [opened(1, 'noisy'), posted(1, 1)], SECRET);
    await line.acked(1);
    expect(told(line)).toEqual([[1, -1]]);
    collector.mute([{ id: 2, query: 'name:noisy', on: false }]);
    const counted = (way: number, last: number, events: number): ReportedEvent => [
      'counted',
      way,
      20,
      last,
      events,
    ];
    line.batch(
      2,
      [
        counted(1, 2, 1),
        posted(1, 6),
        ['disconnected', 1, 19, 'self', null, 0, 6, 9],
        counted(1, 5, 3),
        counted(-1, 9, 9),
        // Nobody asked it to; it is its own account that this is in.
        counted(77, 2, 5),
      ],
      SECRET,
    );
    await line.acked(2);
    expect((await storedEvents(database)).slice(2)).toEqual([
      ['posted', 1, 16, 6, 0, 'json', SECRET.length, SECRET],
      ['disconnected', 1, 19, 'self', null, 0, 6, 9],
      ['muted', 1, 20, 'posted', [2, 5], 4],
      ['muted', 1, 20, 'delivered', [1, 9], 9],
      ['muted', 77, 20, 'posted', [1, 2], 5],
    ]);
    await until('the count', () => kept(toPanel)[0] === 13);
  });
});

/** When which context's reports come, with the rule as it then is. */
interface Turn {
  readonly who: number;
  readonly count: number;
  readonly on: boolean;
}

const turns = (size?: 'max'): fc.Arbitrary<Turn[]> =>
  fc.array(
    fc.record({ who: fc.nat(20), count: fc.integer({ min: 1, max: 12 }), on: fc.boolean() }),
    { maxLength: 60, ...(size && { size }) },
  );

const QUERIES = [
  'name:=port1',
  'dir:out',
  'dir:in',
  'size:<24',
  '-name:port1 dir:in',
  'is:message',
];

/**
 * How a context mutes: not at all, as an older instrumentation; from the very message that says so; or, as messages take
 * their time, only in the report after the next.
 */
const SOURCES = ['old', 'prompt', 'late'] as const;

/** A context as the collector knows it, and how it counts what it is told to count only. */
class Source {
  readonly context: Context;
  #ways: readonly number[] = [];
  #next: readonly number[] = [];
  readonly #posted = new Map<number, number>();
  readonly #closed = new Set<number>();
  readonly dropped: PortholeEvent[] = [];

  constructor(stored: StoredContext, how: (typeof SOURCES)[number]) {
    this.context = new Context(stored, false);
    this.context.mutes = how !== 'old';
    this.context.link = {
      send: (message) => {
        if (message.type !== 'mute') return;
        this.#next = message.ways;
        if (how === 'prompt') this.#ways = this.#next;
      },
      close: () => undefined,
    };
  }

  report(events: readonly PortholeEvent[]): ReportedEvent[] {
    const told: ReportedEvent[] = [];
    const counted: CountedEvent[] = [];
    for (const event of events) {
      if (event[0] === 'disconnected') this.#closed.add(event[1]);
      const count = this.#count(event);
      if (count === null) told.push(event);
      else {
        this.dropped.push(event);
        const last = counted.at(-1);
        if (last?.[1] !== count[1] || last[3] !== count[3] - 1) counted.push(count);
        else counted[counted.length - 1] = ['counted', last[1], count[2], count[3], last[4] + 1];
      }
    }
    this.#ways = this.#next;
    return [...told, ...counted];
  }

  /** @returns null: it is told */
  #count(event: PortholeEvent): CountedEvent | null {
    if (event[0] !== 'posted' && event[0] !== 'delivered' && event[0] !== 'refused') return null;
    const [type, port, at, seq] = event;
    const next = (this.#posted.get(port) ?? 0) + 1;
    if (type === 'posted') this.#posted.set(port, next);
    const way = type === 'delivered' ? -port : port;
    if (!this.#ways.includes(way) || this.#closed.has(port)) return null;
    return ['counted', way, at, type === 'delivered' ? seq : next, 1];
  }
}

/** Folds a scenario's reports, batch by batch, while a rule is switched on and off between them. */
function foldMuted(
  { contexts, streams }: Outcome,
  order: readonly Turn[],
  query: string,
  how: (typeof SOURCES)[number],
) {
  const mutes = new Mutes({
    stored: undefined,
    save: () => undefined,
    contexts: () => [...sources.values()].map(({ context }) => context),
    onChange: () => undefined,
  });
  const sources = new Map(contexts.map((stored) => [stored.key, new Source(stored, how)]));
  const model = new Model();
  model.addContexts(contexts);
  const left = streams.map((stream) => [...stream]);
  /** Names of the posts and deliveries that were recorded. */
  const recorded = new Set<string>();
  let id = 1;
  const take = (facts: readonly Fact[]): void => {
    const segment = segmentOf(id++, facts);
    const runs = segment.runs.map((run) => {
      const source = sources.get(run.context) as Source;
      const events = mutes.sift(source.context, source.report(parseRun(run)), segment.payload);
      for (const [type, port, , seq] of events) {
        if (type === 'posted') recorded.add(`${run.context}#${port}>${seq}`);
        if (type === 'delivered') recorded.add(`${run.context}#${port}<${seq}`);
      }
      return { ...run, count: events.length, events: writeRun(events) };
    });
    model.addSegment({ ...segment, runs });
    model.settle();
  };
  for (const { who, count, on } of order) {
    mutes.set([{ id: 1, query, on }]);
    const stream = left.filter((each) => each.length > 0);
    take(stream[who % Math.max(1, stream.length)]?.splice(0, count) ?? []);
  }
  for (const rest of left) take(rest);
  const dropped = [...sources.values()].reduce((sum, source) => sum + source.dropped.length, 0);
  return { model, recorded, kept: mutes.rules[0]?.kept ?? 0, dropped };
}

function messagesOf(model: Model): string[] {
  return [...model.rows]
    .flatMap((row) => {
      if (row.kind !== 'message' || row.message.error !== null) return [];
      const { key, postedAt, deliveries } = row.message;
      const names = deliveries.map(({ endpoint, seq }) => `${endpoint}<${seq}`);
      return [[...(postedAt === null ? [] : [key]), ...names].sort().join(' ')];
    })
    .sort();
}

const queries = fc.constantFrom(...QUERIES);
const sources = fc.constantFrom(...SOURCES);
const SIMPLE = { lossy: 'nothing', unique: true } as const;

describe('however a rule is switched on and off between batches', () => {
  test('what a context counts by itself is what would be kept out as it arrives', () => {
    let counted = 0;
    fc.assert(
      fc.property(steps(), turns('max'), queries, (scenario, order, query) => {
        const outcome = simulate(scenario, SIMPLE);
        const old = foldMuted(outcome, order, query, 'old');
        const { dropped, ...source } = foldMuted(outcome, order, query, 'prompt');
        counted += dropped;
        expect([...source.recorded]).toEqual([...old.recorded]);
        expect(source.kept).toBe(old.kept);
        expect(messagesOf(source.model)).toEqual(messagesOf(old.model));
        expect(source.model.totals).toEqual(old.model.totals);
      }),
      { numRuns: 60 },
    );
    expect(counted).toBeGreaterThan(50);
  });

  test('what is recorded is joined as it was sent', () => {
    let halves = 0;
    fc.assert(
      fc.property(steps(), turns(), queries, sources, (scenario, order, query, how) => {
        const outcome = simulate(scenario, SIMPLE);
        const { model, recorded } = foldMuted(outcome, order, query, how);
        const truth = outcome.messages
          .map((names) => names.filter((name) => recorded.has(name)).sort())
          .filter((names) => names.length > 0);
        halves += truth.filter((names) => names.length === 1).length;
        expect(messagesOf(model)).toEqual(truth.map((names) => names.join(' ')).sort());
      }),
      // As many as leave enough halves to be joined, whatever is drawn.
      { numRuns: 500 },
    );
    expect(halves).toBeGreaterThan(100);
  });

  test('the same by their numbers alone, where one end opened and one accepted', () => {
    fc.assert(
      fc.property(steps(), turns(), queries, sources, (scenario, order, query, how) => {
        const alone = { do: 'listen', page: 1, on: false, wait: 1, delay: 1 } as const;
        const one = scenario.filter((step) => step.do !== 'listen');
        const outcome = simulate([alone, ...one], { lossy: 'nothing', unique: false });
        const { model, recorded } = foldMuted(outcome, order, query, how);
        const truth = outcome.messages
          .map((names) => names.filter((name) => recorded.has(name)).sort())
          .filter((names) => names.length > 0);
        expect(messagesOf(model)).toEqual(truth.map((names) => names.join(' ')).sort());
      }),
      { numRuns: 100 },
    );
  });

  test('every event is recorded or counted, and none of them is a gap or missing', () => {
    fc.assert(
      fc.property(steps(), turns(), queries, sources, (scenario, order, query, how) => {
        const outcome = simulate(scenario, SIMPLE);
        const { model, recorded, kept: count } = foldMuted(outcome, order, query, how);
        const all = outcome.streams
          .flat()
          .filter(({ event }) => /^(posted|delivered)$/.test(event[0]));
        const refused = outcome.streams.flat().filter(({ event }) => event[0] === 'refused').length;
        const shown = [...model.rows].filter(
          (row) => row.kind === 'message' && row.message.error !== null,
        ).length;
        expect(recorded.size + count).toBe(all.length + refused - shown);
        expect(model.totals).toMatchObject({ muted: count, gaps: 0, lost: 0, unreported: 0 });
        const sum = [...model.connections.values()].reduce((total, { muted }) => total + muted, 0);
        expect(sum).toBe(count);
      }),
      { numRuns: 100 },
    );
  });

  test('no post counts as undelivered that arrived, and nothing is found that would not be found without the rule', () => {
    fc.assert(
      fc.property(steps(), turns(), queries, sources, (scenario, order, query, how) => {
        const outcome = simulate(scenario, SIMPLE);
        const { model } = foldMuted(outcome, order, query, how);
        const arrived = new Set(
          outcome.messages.flatMap((names) => (names.length > 1 ? [names[0]] : [])),
        );
        for (const row of model.rows) {
          if (row.kind !== 'message' || !arrived.has(row.message.key)) continue;
          const connection = model.connections.get(row.message.connection);
          expect(messageStanding(row.message, connection)).not.toBe('undelivered');
        }
        const without = foldMuted(outcome, [], query, how).model;
        const found = new Set(findingsOf(without, NOW).map(({ key }) => key));
        for (const { key } of findingsOf(model, NOW)) expect(found).toContain(key);
      }),
      { numRuns: 100 },
    );
  });
});
