/** Rows sorted by time, in whatever runs they come. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sortByTime } from '../../../src/model/time-order.js';

/** Times of rows: several ports' in a row, each in order; few enough to be the same now and then. */
const runs = fc
  .array(fc.array(fc.nat({ max: 50 }), { maxLength: 30 }), { maxLength: 12 })
  .map((times) => times.flatMap((run) => run.toSorted((a, b) => a - b)));

const anyhow = fc.array(fc.nat({ max: 50 }), { maxLength: 200 });

it('is what any other sort makes of it, whether rows come in runs or not', () => {
  fc.assert(
    fc.property(fc.oneof(runs, anyhow), (times) => {
      const ids = [...times.keys()];
      const at = (id: number): number => times[id] as number;
      const highestFirst = (a: number, b: number): number => b - a;
      const sorted = sortByTime(ids, at, highestFirst);
      expect([...sorted]).toEqual(ids.toSorted((a, b) => at(a) - at(b) || highestFirst(a, b)));
    }),
  );
});

it('asks for the order of rows at the same time only', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.nat({ max: 10_000 })), (times) => {
      const never = (): number => expect.fail('no two are at the same time');
      const at = (id: number): number => times[id] as number;
      const sorted = sortByTime([...times.keys()], at, never);
      expect([...sorted].map(at)).toEqual(times.toSorted((a, b) => a - b));
    }),
  );
});
