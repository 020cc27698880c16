/**
 * Whatever happens to the line: what the collector ends up with is every event once and in order, with a gap
 * of the exact size wherever events are missing.
 */

import fc from 'fast-check';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { PROTOCOL_VERSION, type Hello } from '../../../src/protocol/index.js';
import { FakeCollector } from './fake-collector.js';
import { FakeLine } from './fake-transport.js';

const HELLO: Hello = {
  type: 'hello',
  protocol: PROTOCOL_VERSION,
  uid: 'u',
  kind: 'page',
  url: '',
  startedAt: 0,
};

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.doUnmock('../../../src/protocol/constants.js');
});

type Step =
  | { do: 'happen'; times: number; chars: number }
  | { do: 'settle'; steps: number }
  | { do: 'pass'; ms: number }
  | { do: 'leave' | 'cut' | 'freeze' | 'thaw' | 'lender' | 'clear' | 'pause' | 'resume' }
  | { do: 'reach'; reach: 'present' | 'absent' | 'invalid' }
  | { do: 'prompt' | 'mute'; on: boolean };

const reach = fc.constantFrom('present' as const, 'absent' as const, 'invalid' as const);

const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('happen' as const),
      times: fc.integer({ min: 1, max: 9 }),
      chars: fc.constantFrom(0, 0, 3, 40),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('settle' as const),
      steps: fc.constantFrom(1, 2, 5, 99),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.constantFrom(10, 60, 300, 2_500, 10_000),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constantFrom('cut' as const, 'lender' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('freeze' as const, 'thaw' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('reach' as const),
      reach,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('prompt' as const), on: fc.boolean() }),
  },
);

const withPauses = fc.oneof(
  { weight: 9, arbitrary: step },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constantFrom('clear' as const, 'pause' as const, 'resume' as const),
    }),
  },
);

const withMutes = fc.oneof(
  { weight: 30, arbitrary: step },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('mute' as const), on: fc.boolean() }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant('leave' as const) }) },
);

const manySteps = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.array(arbitrary, { maxLength: 60, size: 'max' });

/** Small bounds, so that a few events overflow. */
function bound(): void {
  vi.doMock('../../../src/protocol/constants.js', async (original) => ({
    ...(await original<object>()),
    EVENT_FACTOR: 1,
    BATCH_CHARS: 100,
    UNACKED_CHARS: 600,
  }));
}

interface Outcome {
  readonly collector: FakeCollector;
  readonly happened: number;
}

async function run(
  borrowed: boolean,
  initially: FakeLine['reach'],
  steps: readonly Step[],
): Promise<Outcome> {
  const collector = new FakeCollector();
  const line = new FakeLine(collector, borrowed);
  line.reach = initially;
  vi.resetModules();
  const reporter = await import('../../../src/instrumentation/reporter.js');
  let happened = 0;
  const happen = (chars: number): void => {
    happened += 1;
    const text = 'x'.repeat(chars);
    if (!reporter.wanted(1, 1, happened)) return;
    reporter.record(`"posted",1,${happened},0`, { form: 'json', bytes: 0, text });
  };
  const all: readonly Step[] = [
    ...steps,
    // In the end all is well, for long enough.
    { do: 'thaw' },
    { do: 'resume' },
    { do: 'prompt', on: true },
    { do: 'reach', reach: 'present' },
    ...Array.from({ length: 5 }, (): Step[] => [
      { do: 'settle', steps: 999 },
      { do: 'pass', ms: 4_000 },
      { do: 'lender' },
    ]).flat(),
    { do: 'happen', times: 1, chars: 0 },
    { do: 'lender' },
    { do: 'settle', steps: 999 },
    { do: 'pass', ms: 100 },
    { do: 'settle', steps: 999 },
    { do: 'happen', times: 1, chars: 0 },
    { do: 'pass', ms: 100 },
    { do: 'settle', steps: 999 },
  ];
  let frozen = false;
  reporter.start(line.transport, HELLO, () => undefined);
  for (const entry of all) {
    switch (entry.do) {
      case 'happen':
        if (frozen) break;
        for (let i = 0; i < entry.times; i += 1) happen(entry.chars);
        break;
      case 'settle':
        // A frozen page hears nothing.
        if (!frozen) line.settle(entry.steps);
        break;
      case 'pass':
        vi.advanceTimersByTime(entry.ms);
        break;
      case 'leave':
        if (!frozen) reporter.leave();
        break;
      case 'cut':
        line.cut();
        break;
      case 'freeze':
        reporter.freeze();
        frozen = true;
        break;
      case 'thaw':
        if (frozen) reporter.thaw();
        frozen = false;
        break;
      case 'lender':
        if (!frozen) reporter.lenderAwake();
        break;
      case 'reach':
        line.reach = entry.reach;
        if (entry.reach !== 'present') line.cut();
        break;
      case 'prompt':
        collector.prompt = entry.on;
        if (entry.on) collector.acknowledge();
        break;
      case 'mute':
        collector.mute(entry.on ? [-1, 1] : [-1]);
        break;
      case 'clear':
        collector.clear();
        break;
      case 'pause':
        collector.pause(true);
        break;
      case 'resume':
        if (!collector.on) collector.pause(false);
        break;
    }
  }
  reporter.stop();
  return { collector, happened };
}

/** Stored numbers in order; gaps as `-events`. */
function said(collector: FakeCollector, recording?: number): number[] {
  return collector
    .events(recording)
    .map((event) => (event[0] === 'gap' ? -event[2] : (event[3] as number)));
}

it.each([false, true])(
  'each event arrives once and in order, or is in a gap (borrowed: %s)',
  async (borrowed) => {
    bound();
    await fc.assert(
      fc.asyncProperty(reach, fc.array(step, { maxLength: 60 }), async (initially, steps) => {
        const { collector, happened } = await run(borrowed, initially, steps as Step[]);
        let next = 1;
        for (const n of said(collector)) {
          if (n < 0) next -= n;
          else {
            expect(n).toBe(next);
            next += 1;
          }
        }
        expect(next - 1).toBe(happened);
        expect(collector.complaints).toEqual([]);
      }),
      { numRuns: 600 },
    );
  },
  60_000,
);

it.each([false, true])(
  'pauses and new recordings neither repeat nor reorder nor invent (borrowed: %s)',
  async (borrowed) => {
    bound();
    await fc.assert(
      fc.asyncProperty(reach, fc.array(withPauses, { maxLength: 60 }), async (initially, steps) => {
        const { collector, happened } = await run(borrowed, initially, steps as Step[]);
        let last = 0;
        for (let recording = 1; recording <= collector.recording; recording += 1) {
          let counted = 0;
          for (const n of said(collector, recording)) {
            if (n < 0) counted -= n;
            else {
              expect(n).toBeGreaterThan(last + counted);
              last = n;
              counted = 0;
            }
          }
        }
        expect(last).toBe(happened);
        expect(collector.complaints).toEqual([]);
        for (const { event, text } of collector.stored) {
          if (event[0] === 'posted') expect(text).toHaveLength(event[8]);
        }
      }),
      { numRuns: 600 },
    );
  },
  60_000,
);

it.each([false, true])(
  'each event is told once, or counted once, or in a gap, however often it is muted (borrowed: %s)',
  async (borrowed) => {
    bound();
    let counts = 0;
    await fc.assert(
      fc.asyncProperty(reach, manySteps(withMutes), async (initially, steps) => {
        const { collector, happened } = await run(borrowed, initially, [
          { do: 'mute', on: true },
          ...(steps as Step[]),
        ]);
        const told = said(collector).filter((n) => n > 0);
        expect(told).toEqual([...told].sort((a, b) => a - b));
        const counted = collector.counted.flatMap(([, , , last, events]) =>
          Array.from({ length: events }, (_, index) => last - index),
        );
        counts += counted.length;
        const known = [...told, ...counted];
        expect(new Set(known).size).toBe(known.length);
        const missing = said(collector).reduce((sum, n) => sum + Math.max(0, -n), 0);
        expect(known.length + missing).toBe(happened);
        expect(collector.complaints).toEqual([]);
      }),
      { numRuns: 600 },
    );
    expect(counts).toBeGreaterThan(1_000);
  },
  60_000,
);
