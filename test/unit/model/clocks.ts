/** Clocks that disagree: each context's own is set forward, lags behind the others, and drifts. */

import fc from 'fast-check';
import type { PortholeEvent, StoredContext } from '../../../src/protocol/index.js';
import type { Fact } from './fixture.js';

/** One context's clock against the simulator's. Contexts follow the wall clock forward only, so it never goes back. */
export interface Clock {
  /** How far it is ahead from the start, in milliseconds; of one that began after the clock was put back, negative. */
  readonly ahead: number;
  /** Its milliseconds for each one of the simulator's. */
  readonly rate: number;
  /** When it is put forward, and by how much. */
  readonly steps: readonly { readonly at: number; readonly by: number }[];
}

const AN_HOUR = 3_600_000;

export const clocks = (): fc.Arbitrary<Clock[]> =>
  fc.array(
    fc.record({
      ahead: fc.oneof(
        fc.constant(0),
        fc.integer({ min: -200, max: 200 }),
        fc.integer({ min: -AN_HOUR, max: AN_HOUR }),
      ),
      rate: fc.constantFrom(1, 1, 0.99, 1.01),
      steps: fc.array(
        fc.record({
          at: fc.integer({ min: 1000, max: 1500 }),
          by: fc.integer({ min: 1, max: AN_HOUR }),
        }),
        { maxLength: 2 },
      ),
    }),
    { minLength: 7, maxLength: 7 },
  );

/** What the clock shows when the simulator's shows `at`. */
function shown({ ahead, rate, steps }: Clock, at: number): number {
  const stepped = steps.reduce((sum, step) => sum + (at >= step.at ? step.by : 0), 0);
  return AN_HOUR + ahead + at * rate + stepped;
}

interface Streams {
  readonly contexts: readonly StoredContext[];
  readonly streams: readonly (readonly Fact[])[];
}

/** @returns the same reports, each context's by its own clock */
export function byOwnClocks<T extends Streams>(outcome: T, all: readonly Clock[]): T {
  const clockOf = new Map(
    outcome.contexts.map(({ key }, index) => [key, all[index % all.length] as Clock]),
  );
  const moved = ({ context, event, payload }: Fact): Fact => {
    const clock = clockOf.get(context) as Clock;
    const index = event[0] === 'gap' || event[0] === 'lifecycle' ? 1 : 2;
    const at = shown(clock, event[index] as number);
    return { context, event: event.with(index, at) as unknown as PortholeEvent, payload };
  };
  return {
    ...outcome,
    contexts: outcome.contexts.map((context) => ({
      ...context,
      startedAt: shown(clockOf.get(context.key) as Clock, context.startedAt),
    })),
    streams: outcome.streams.map((stream) => stream.map(moved)),
  };
}
