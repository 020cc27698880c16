import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  GuardError,
  readEvents,
  readFromPanel,
  readHello,
  readRelayHeader,
  readReport,
  senderFacts,
} from '../../../src/protocol/guards.js';
import type { Batch } from '../../../src/protocol/index.js';
import {
  BATCH,
  FILES,
  FROM_PANEL,
  HELLO,
  mutated,
  nasty,
  RELAY_HEADER,
  WIRE_EVENTS,
} from './frames.js';
import { report } from '../../support/counts.js';

/** Frames a run brings at once: the arbitraries cost more than the guards. */
const FRAMES = 20;
const RUNS = 1_250;
/** Milliseconds of processor time that one frame may take, collecting garbage included. */
const PATIENCE_MS = 1_000;

let frames = 0;
let refused = 0;

/** Passes each frame through the guard: a value that passes again unchanged, or a GuardError of one line. @returns how many were refused */
function fuzzed(read: (frame: never) => unknown, frame: fc.Arbitrary<unknown>): number {
  const before = refused;
  fc.assert(
    fc.property(fc.array(frame, { minLength: FRAMES, maxLength: FRAMES }), (all) => {
      for (const one of all) {
        frames += 1;
        const began = process.cpuUsage();
        try {
          const value = read(one as never);
          expect(read(value as never)).toEqual(value);
        } catch (error) {
          if (!(error instanceof GuardError)) throw error;
          refused += 1;
          expect(error.message).toMatch(/^[^\n]{1,600}$/);
        }
        const { user, system } = process.cpuUsage(began);
        expect((user + system) / 1000).toBeLessThan(PATIENCE_MS);
      }
    }),
    { numRuns: RUNS },
  );
  return refused - before;
}

const events = fc
  .record({
    at: fc.nat(WIRE_EVENTS.length - 1),
    from: fc.constantFrom(...WIRE_EVENTS).chain((event) => mutated(event)),
  })
  .map(({ at, from }) => WIRE_EVENTS.with(at, from as never));

/** What is not JSON does not get into a batch. */
function batchOf(all: unknown): Batch | null {
  try {
    return { ...BATCH, type: 'batch', events: JSON.stringify(all) ?? '' };
  } catch {
    return null;
  }
}

describe('malformed', () => {
  test('hellos', { timeout: 120_000 }, () => {
    expect(fuzzed(readHello, fc.oneof(mutated(HELLO), nasty))).toBeGreaterThan(0);
  });
  test('batches, and pieces of files', { timeout: 120_000 }, () => {
    const one = fc.constantFrom(BATCH, BATCH, ...FILES).chain((message) => mutated(message));
    expect(fuzzed(readReport, fc.oneof(one, nasty))).toBeGreaterThan(0);
  });
  test('relay headers', { timeout: 120_000 }, () => {
    expect(fuzzed(readRelayHeader, fc.oneof(mutated(RELAY_HEADER), nasty))).toBeGreaterThan(0);
  });
  test('panel messages', { timeout: 120_000 }, () => {
    const count = fuzzed(
      readFromPanel,
      fc.oneof(
        fc.constantFrom(...FROM_PANEL).chain((message) => mutated(message)),
        nasty,
      ),
    );
    expect(count).toBeGreaterThan(0);
  });
  test('events', { timeout: 120_000 }, () => {
    const count = fuzzed(
      (all) => {
        const batch = batchOf(all);
        if (batch === null) throw new GuardError('not JSON');
        readEvents(batch);
        return all;
      },
      fc.oneof({ weight: 4, arbitrary: events }, { weight: 1, arbitrary: nasty }),
    );
    expect(count).toBeGreaterThan(0);
  });
  test('senders', () => {
    fc.assert(
      fc.property(
        fc.oneof(mutated({ ...RELAY_HEADER.sender, tab: { id: 3 } }), nasty),
        (sender) => {
          const facts = senderFacts(sender);
          expect(readRelayHeader({ type: 'relayed', sender: facts }).sender).toEqual(facts);
        },
      ),
    );
  });
});

test('there were enough of them, and nothing of it reached a prototype', () => {
  console.log(`guards: ${frames} malformed frames, ${refused} refused, the others valid`);
  report('guards', { 'malformed frames': frames, refused });
  expect(frames).toBeGreaterThanOrEqual(100_000);
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});
