/** What the table keeps between two listings of the worker: rows, what has not been seen, the order. */
import { expect, test } from 'vitest';
import { newestIn, nextSort } from '../../../devtools/arithmetic/sorting.js';
import { unseenAfter, unseenCount, type Seen } from '../../../devtools/arithmetic/unseen.js';
import { HeldRows } from '../../../devtools/state/held-rows.js';
import { BY_TIME, type Listing, type RowView } from '../../../devtools/worker-protocol.js';

function row(key: string): RowView {
  return {
    key,
    kind: 'message',
    at: 1,
    since: 0,
    direction: 'out',
    from: { kind: 'background', rest: '', label: 'background' },
    to: null,
    connection: '',
    port: null,
    api: '',
    extension: '',
    tab: '',
    listeners: null,
    previous: null,
    messageType: '',
    answerTo: null,
    bytes: 1,
    latency: null,
    preview: key,
    outcome: '',
    flag: null,
  };
}

function listing(changes: Partial<Listing>): Listing {
  return {
    arrangement: 1,
    sort: BY_TIME,
    visible: 100,
    gone: 0,
    standing: 100,
    selected: null,
    from: 0,
    rows: [],
    ...changes,
  };
}

const keys = (held: HeldRows, from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => held.state.rowAt(from + n)?.key ?? '-').join('');

test('rows that stand are kept, others go; what looks the same stays the same object', () => {
  const held = new HeldRows();
  held.take(listing({ rows: [row('a'), row('b'), row('c')] }));
  const first = held.state.rowAt(0);
  const before = held.state;
  expect(held.take(listing({ rows: [row('a')] }))).toBe(before);
  held.take(listing({ standing: 2, visible: 101 }));
  expect(keys(held, 0, 3)).toBe('ab-');
  held.take(listing({ standing: 0, from: 1, rows: [row('x')] }));
  expect(keys(held, 0, 3)).toBe('-x-');
  held.take(listing({ standing: 100, rows: [row('a')] }));
  expect(held.state.rowAt(0)).not.toBe(first);
  held.take(listing({ arrangement: 2, from: 1, rows: [row('y')] }));
  expect(keys(held, 0, 3)).toBe('-y-');
});

test('a row that has changed is another object, and the others are not', () => {
  const held = new HeldRows();
  held.take(listing({ rows: [row('a'), row('b')] }));
  const [a, b] = [held.state.rowAt(0), held.state.rowAt(1)];
  held.take(listing({ standing: 0, rows: [row('a'), { ...row('b'), latency: 3 }] }));
  expect(held.state.rowAt(0)).toBe(a);
  expect(held.state.rowAt(1)).not.toBe(b);
});

test('only so many are kept, those around the last ones told', () => {
  const held = new HeldRows();
  for (let from = 0; from < 5_000; from += 100) {
    const rows = Array.from({ length: 100 }, (_, n) => row(`${from + n}`));
    held.take(listing({ visible: 5_000, standing: 5_000, from, rows }));
  }
  expect(held.state.rowAt(4_999)?.key).toBe('4999');
  expect(held.state.rowAt(4_600)?.key).toBe('4600');
  expect(held.state.rowAt(3_000)).toBeUndefined();
});

const SEEN: Seen = {
  arrangement: 1,
  gone: 0,
  count: 100,
  newest: 'end',
  follows: true,
  first: 80,
  end: 100,
};

test('rows are new that have come since the person let go, and were not scrolled to', () => {
  let unseen = unseenAfter({ arrangement: 0, gone: 0, mark: 0 }, SEEN);
  const step = (changes: Partial<Seen>): number => {
    const now = { ...SEEN, follows: false, first: 10, end: 30, ...changes };
    unseen = unseenAfter(unseen, now);
    return unseenCount(unseen, now);
  };
  expect(step({})).toBe(0);
  expect(step({ count: 130 })).toBe(30);
  expect(step({ count: 130, first: 90, end: 110 })).toBe(20);
  expect(step({ count: 125, gone: 5 })).toBe(20);
  expect(step({ count: 50, arrangement: 2 })).toBe(0);
  expect(step({ count: 60, arrangement: 2, follows: true })).toBe(0);
});

test('with the newest first, they are new above', () => {
  const start: Seen = { ...SEEN, newest: 'start', first: 0, end: 20 };
  let unseen = unseenAfter({ arrangement: 0, gone: 0, mark: 0 }, start);
  const up = { ...start, follows: false, first: 40, end: 60, gone: -30, count: 130 };
  unseen = unseenAfter(unseen, up);
  expect(unseenCount(unseen, up)).toBe(30);
  const nearer = { ...up, first: 12 };
  expect(unseenCount(unseenAfter(unseen, nearer), nearer)).toBe(12);
});

test('clicks on a header: one way, the other, back to time', () => {
  const first = nextSort(BY_TIME, 'size');
  expect(first).toEqual({ column: 'size', descending: true });
  expect(nextSort(first, 'type')).toEqual({ column: 'type', descending: false });
  const second = nextSort(first, 'size');
  expect(second).toEqual({ column: 'size', descending: false });
  expect(nextSort(second, 'size')).toEqual(BY_TIME);
  const newestFirst = nextSort(BY_TIME, 'time');
  expect(newestIn(newestFirst)).toBe('start');
  expect(nextSort(newestFirst, 'time')).toEqual(BY_TIME);
  expect([newestIn(BY_TIME), newestIn(first)]).toEqual(['end', null]);
});
