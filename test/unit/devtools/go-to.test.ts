import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatOffset, formatTime } from '../../../devtools/arithmetic/format.js';
import { readDestination } from '../../../devtools/arithmetic/go-to.js';

const START = new Date(2026, 4, 3, 22, 15, 30, 250).getTime();

test.each([
  ['1', { to: 'row', index: 0 }],
  ['0', { to: 'row', index: 0 }],
  ['1,000,000', { to: 'row', index: 999_999 }],
  [' #12 ', { to: 'row', index: 11 }],
  ['50%', { to: 'part', part: 0.5 }],
  ['12.5 %', { to: 'part', part: 0.125 }],
  ['300%', { to: 'part', part: 1 }],
  ['+12.5s', { to: 'time', at: START + 12_500 }],
  ['+3.042 s', { to: 'time', at: START + 3_042 }],
  ['+7', { to: 'time', at: START + 7_000 }],
  ['250ms', { to: 'time', at: START + 250 }],
  ['2min', { to: 'time', at: START + 120_000 }],
  ['+1:30', { to: 'time', at: START + 90_000 }],
  ['+1:02:03.5', { to: 'time', at: START + 3_723_500 }],
  ['22:15:31.250', { to: 'time', at: START + 1_000 }],
  ['22:20', { to: 'time', at: new Date(2026, 4, 3, 22, 20).getTime() }],
  ['22:15', { to: 'time', at: new Date(2026, 4, 3, 22, 15).getTime() }],
  ['00:10:00', { to: 'time', at: new Date(2026, 4, 4, 0, 10).getTime() }],
])('%s', (text, wanted) => {
  expect(readDestination(text, START)).toEqual(wanted);
});

test.each(['', 'abc', '-5', '25:00', '12:60', '12:30:60', '+1:30ms', '12.5', '%', '1:2'])(
  '«%s» is nowhere',
  (text) => {
    expect(readDestination(text, START)).toBeNull();
  },
);

test('every time that the table shows is found', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20 * 3_600_000 }), (since) => {
      const found = { to: 'time', at: START + since };
      expect(readDestination(formatTime(START + since), START)).toEqual(found);
      expect(readDestination(formatOffset(since), START)).toEqual(found);
    }),
  );
});
