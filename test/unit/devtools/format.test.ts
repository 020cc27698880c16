import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  formatBytes,
  formatLatency,
  formatOffset,
  formatTime,
} from '../../../devtools/arithmetic/format.js';

test.each([
  [0, '0 B'],
  [21, '21 B'],
  [999, '999 B'],
  [1000, '1 kB'],
  [1234, '1.23 kB'],
  [9_996, '10 kB'],
  [12_345, '12.3 kB'],
  [123_456, '123 kB'],
  [999_499, '999 kB'],
  [999_500, '1 MB'],
  [52_428_800, '52.4 MB'],
  [3.2e12, '3.2 TB'],
])('%d bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test('a size is told to half a percent, in at most seven characters', () => {
  const scale: Record<string, number> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 };
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 9e14 }), (bytes) => {
      const text = formatBytes(bytes);
      const [value = '', unit = ''] = text.split(' ');
      expect(Math.abs(Number(value) * (scale[unit] ?? 0) - bytes)).toBeLessThanOrEqual(bytes / 195);
      expect(text.length).toBeLessThanOrEqual(7);
    }),
  );
});

test.each([
  [null, ''],
  [-3, '<1 ms'],
  [0, '<1 ms'],
  [0.9, '<1 ms'],
  [1.4, '1 ms'],
  [999, '999 ms'],
  [999.6, '1 s'],
  [1250, '1.25 s'],
  [59_994, '59.99 s'],
  [59_999, '1 min 0 s'],
  [125_000, '2 min 5 s'],
])('a latency of %s is "%s"', (ms, text) => {
  expect(formatLatency(ms)).toBe(text);
});

test('times', () => {
  expect(formatTime(new Date(2026, 0, 2, 3, 4, 5, 6).getTime())).toBe('03:04:05.006');
  expect(formatOffset(3042)).toBe('+3.042 s');
  expect(formatOffset(-12)).toBe('−0.012 s');
});
