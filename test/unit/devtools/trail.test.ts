import { expect, test } from 'vitest';
import {
  trailEnd,
  trailFrom,
  trailMoved,
  trailTo,
  type Trail,
} from '../../../devtools/arithmetic/trail.js';

const through = (...offsets: readonly number[]): Trail =>
  offsets.reduce<Trail>((trail, offset) => trailTo(trail, offset), []);

const offsets = (trail: Trail): readonly number[] => trail.map(({ offset }) => offset);

const known =
  (...places: readonly number[]) =>
  (offset: number): boolean =>
    places.includes(offset);

test('rows that are at hand are drawn at once', () => {
  expect(offsets(trailFrom(through(0, 100), known(0, 100)))).toEqual([100]);
});

test('while those of a new place are not, those of the last place stay', () => {
  const trail = trailFrom(through(0, 100, 200), known(0));
  expect(offsets(trail)).toEqual([0, 100, 200]);
  expect(offsets(trailFrom(trailTo(trail, 300), known(0, 200)))).toEqual([200, 300]);
});

test('where no rows are at hand, the list draws where it stands', () => {
  expect(offsets(trailFrom(through(0, 100, 200), known()))).toEqual([200]);
  expect(offsets(trailFrom(through(0), known()))).toEqual([0]);
});

test('a list that waits for too long draws where it stands', () => {
  expect(offsets(trailEnd(through(0, 100, 200)))).toEqual([200]);
});

test('to stay is no move, to come back is one', () => {
  const trail = through(0, 100);
  expect(trailTo(trail, 100)).toBe(trail);
  expect(offsets(trailFrom(trailTo(trail, 0), known(0)))).toEqual([0]);
});

test('what is drawn moves with rows that go from the top', () => {
  expect(offsets(trailMoved(through(100, 200), -40))).toEqual([60, 160]);
});

test('of a long way it keeps what is drawn, what is waited for, and where it stands', () => {
  const trail = through(...Array.from({ length: 1_000 }, (_, n) => n));
  expect(trail.length).toBeLessThan(100);
  expect(offsets(trail).slice(0, 2)).toEqual([0, 1]);
  expect(offsets(trail).at(-1)).toBe(999);
  expect(trail[1]).toBe(trailTo(trail, 1_000)[1]);
});
