import { expect, test } from 'vitest';
import { SummaryPace } from '../../../devtools/worker/summary-pace.js';

function setUp() {
  let now = 1_000;
  const pace = new SummaryPace(() => now);
  return {
    pace,
    pass: (ms: number) => {
      now += ms;
    },
  };
}

test('the first summary does not wait', () => {
  expect(setUp().pace.wait(true)).toBe(0);
});

test('a panel that takes summaries at once is told ten a second', () => {
  const { pace, pass } = setUp();
  pace.posted();
  pass(5);
  pace.taken();
  expect(pace.wait(true)).toBe(95);
  pass(95);
  expect(pace.wait(true)).toBe(0);
});

test('while what is stored is read, it is told four a second', () => {
  const { pace, pass } = setUp();
  pace.posted();
  pass(60);
  pace.taken();
  expect(pace.wait(false)).toBe(190);
  pass(190);
  expect(pace.wait(false)).toBe(0);
});

test('the later a panel takes a summary, the longer the next one waits, up to half a second', () => {
  const { pace, pass } = setUp();
  pace.posted();
  pass(30);
  pace.taken();
  expect(pace.wait(true)).toBe(270);
  pass(270);
  pace.posted();
  pass(400);
  pace.taken();
  expect(pace.wait(true)).toBe(100);
});

test('what was posted in a row is all waited for', () => {
  const { pace } = setUp();
  pace.posted();
  pace.posted();
  pace.taken();
  expect(pace.untaken).toBe(1);
  pace.taken();
  expect(pace.untaken).toBe(0);
  // What an earlier session posted is taken later.
  pace.taken();
  expect(pace.untaken).toBe(0);
});
