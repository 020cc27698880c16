/** Times of events, on clocks that are put forward and back. */

import { afterEach, beforeEach, expect, it, vi } from 'vitest';

let wall: number;
let monotonic: number;

beforeEach(() => {
  wall = 1_000_000;
  monotonic = 500;
  vi.spyOn(Date, 'now').mockImplementation(() => wall);
  vi.stubGlobal('performance', { timeOrigin: 7, now: () => monotonic });
});

afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

/** @returns the clock of a context that starts now */
async function startContext(): Promise<() => number> {
  vi.resetModules();
  return (await import('../../../src/instrumentation/originals.js')).epochNow;
}

function pass(ms: number): void {
  wall += ms;
  monotonic += ms;
}

it('agree between contexts that started before and after the clock was put forward', async () => {
  const old = await startContext();
  pass(10);
  expect(old()).toBe(1_000_010);
  wall += 3_600_000;
  const young = await startContext();
  expect(old()).toBe(young());
  pass(10);
  expect(old()).toBe(young());
});

it('agree after the computer has slept', async () => {
  const old = await startContext();
  // A monotonic clock stands still meanwhile.
  wall += 8 * 3_600_000;
  const young = await startContext();
  expect(old()).toBe(young());
});

it('never go back', async () => {
  const now = await startContext();
  let last = now();
  for (const step of [1, -3_600_000, 5, 7_200_000, -20, 3, -1, 0]) {
    wall += step;
    pass(1);
    expect(now()).toBeGreaterThan(last);
    last = now();
  }
});

it('take no notice of how coarse the wall clock is', async () => {
  const now = await startContext();
  const from = now();
  for (let ms = 1; ms < 50; ms += 1) {
    monotonic += 1;
    wall = 1_000_000 + Math.floor(ms / 4) * 4;
    expect(now()).toBe(from + ms);
  }
});
