import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatTime } from '../../../devtools/arithmetic/format.js';
import { marked, stepped, type Marking } from '../../../devtools/arithmetic/marking.js';
import { withStretch } from '../../../devtools/arithmetic/time-term.js';
import { compileFilter } from '../../../src/model/query/index.js';
import { timeOfDay } from '../../../src/model/query/clock.js';
import { Model } from '../../../src/model/index.js';

const NOON = new Date(2026, 10, 25, 12, 0, 0).getTime();
const MINUTE = 60_000;
const NOON_TO_ONE = 'time:12:00:00.000..12:01:00.000';
const add = (query: string): string => withStretch(query, NOON, NOON + MINUTE);

test.each([
  ['', NOON_TO_ONE],
  ['type:add', `type:add ${NOON_TO_ONE}`],
  ['a OR b', `(a OR b) ${NOON_TO_ONE}`],
  ['time:11:00..13:00', NOON_TO_ONE],
  ['type:add time:11:00..13:00 is:error', `type:add is:error ${NOON_TO_ONE}`],
  ['-time:12:00', `-time:12:00 ${NOON_TO_ONE}`],
  ['(time:12:00)', `(time:12:00) ${NOON_TO_ONE}`],
  ['a OR time:12:00', `(a OR time:12:00) ${NOON_TO_ONE}`],
  [`a ${NOON_TO_ONE}`, `a ${NOON_TO_ONE}`],
])('a stretch of time is added to %s', (query, wanted) => {
  expect(add(query)).toBe(wanted);
  expect(add(add(query))).toBe(wanted);
});

test('over midnight it becomes what is before and what is after', () => {
  const midnight = new Date(2026, 10, 26).getTime();
  expect(withStretch('a', midnight - 1000, midnight + 1000)).toBe(
    'a (time:>=23:59:59.000 OR time:<=00:00:01.000)',
  );
});

test('the filter passes exactly the rows of the stretch', () => {
  const model = new Model();
  const within = fc.integer({ min: 0, max: 86_399_999 });
  fc.assert(
    fc.property(within, within, within, (start, length, at) => {
      const from = NOON + start;
      const to = from + length;
      const { passes, errors } = compileFilter(withStretch('', from, to), model, 0);
      expect(errors).toEqual([]);
      for (const time of [from, to, from - 1, to + 1, from + at]) {
        const row = { kind: 'lifecycle', at: time, context: 'c', what: 'started' } as const;
        // Times of day come again.
        const inside = [time, time + 86_400_000, time - 86_400_000].some(
          (each) => each >= from && each <= to,
        );
        if (length < 86_399_998) expect(passes?.(row), formatTime(time)).toBe(inside);
      }
    }),
  );
});

test('a time of day is what the table shows', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 2 ** 41 }), (at) => {
      const date = new Date(at);
      const wanted =
        ((date.getHours() * 60 + date.getMinutes()) * 60 + date.getSeconds()) * 1000 +
        date.getMilliseconds();
      expect(timeOfDay(at)).toBe(wanted);
    }),
  );
});

test('arrows move, and with Shift mark a stretch', () => {
  const chart = { from: 1_000, bucketMs: 50, messages: Array.from({ length: 20 }, () => 1) };
  const press = (marking: Marking | null, ...keys: string[]): Marking | null =>
    keys.reduce<Marking | null>((now, key) => {
      const shift = key.startsWith('+');
      return stepped(now, shift ? key.slice(1) : key, shift, chart) ?? now;
    }, marking);
  const stretch = (...keys: string[]) => marked(press(null, ...keys) as Marking);
  expect(stretch('ArrowRight')).toEqual({ from: 1_000, to: 1_049 });
  expect(stretch('ArrowLeft')).toEqual({ from: 1_950, to: 1_999 });
  const some = ['Home', 'PageDown', '+ArrowRight', '+ArrowRight'];
  expect(stretch(...some)).toEqual({ from: 1_500, to: 1_649 });
  expect(stretch(...some, '+Home')).toEqual({ from: 1_000, to: 1_549 });
  expect(stretch(...some, 'End', 'ArrowRight')).toEqual({ from: 1_950, to: 1_999 });
  expect(stepped(null, 'x', false, chart)).toBe(null);
  expect(stepped(null, 'ArrowRight', false, { ...chart, messages: [] })).toBe(null);
  // Other buckets: what was marked stays, and the next step goes by the new ones.
  const wider = { ...chart, from: 0, bucketMs: 200 };
  const more = stepped(press(null, ...some), 'ArrowRight', true, wider) as Marking;
  expect(marked(more)).toEqual({ from: 1_500, to: 1_999 });
});
