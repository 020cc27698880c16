import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  soundSpans,
  withRedaction,
  type RedactedSpan,
  type StoredRecording,
} from '../../../src/protocol/index.js';

const settings = fc.array(
  fc.record({
    after: fc.integer({ min: 0, max: 5 }),
    on: fc.boolean(),
    keys: fc.constantFrom(['password'], ['token'], ['password', 'token']),
  }),
  { maxLength: 30 },
);

test('at each time, the spans say what was set then', () => {
  fc.assert(
    fc.property(settings, (all) => {
      let spans: readonly RedactedSpan[] = [];
      let now = 0;
      const truth = new Map<number, readonly string[] | null>();
      let current: readonly string[] | null = null;
      for (const { after, on, keys } of all) {
        for (const end = now + after; now < end; now += 1) truth.set(now, current);
        spans = withRedaction(spans, { on, keys }, now);
        current = on ? keys : null;
      }
      truth.set(now, current);
      for (const [at, keys] of truth) {
        const there = spans.filter(({ from, until }) => from <= at && at < (until ?? Infinity));
        expect(there.map((span) => span.keys)).toEqual(keys === null ? [] : [keys]);
      }
      expect(spans.every(({ from, until }) => until === null || from < until)).toBe(true);
    }),
  );
});

test('what is set again changes nothing', () => {
  const spans = withRedaction([], { on: true, keys: ['pin'] }, 5);
  expect(withRedaction(spans, { on: true, keys: ['pin'] }, 9)).toBe(spans);
  expect(withRedaction([], { on: false, keys: ['pin'] }, 9)).toEqual([]);
});

test('spans that are damaged are left out', () => {
  const span = { keys: ['pin'], from: 1, until: null };
  const redacted = [span, null, { ...span, keys: [4] }, { ...span, from: 'x' }, { keys: [] }];
  expect(soundSpans({ redacted } as unknown as StoredRecording)).toEqual([span]);
  expect(soundSpans({ redacted: 7 } as unknown as StoredRecording)).toEqual([]);
  expect(soundSpans(undefined)).toEqual([]);
});
