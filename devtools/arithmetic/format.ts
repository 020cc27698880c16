/** Numbers as people read them: sizes, times, latencies. */

import { printClock, timeOfDay } from '../../src/model/query/clock.js';

/** @returns a size in powers of 1000, three significant digits: `21 B`, `1.23 kB`, `50 MB` */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  // 999.5 would round to 1000 and stay in the smaller unit.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
  return `${Number(value.toFixed(digits))} ${units[unit]}`;
}

/**
 * @param ms milliseconds between a post and its delivery. The browser's clock ticks about once a
 *   millisecond and each process has its own, so a small negative value means "at once".
 * @returns `<1 ms`, `12 ms`, `1.25 s`, `2 min 5 s`; '' for null
 */
export function formatLatency(ms: number | null): string {
  if (ms === null) return '';
  if (ms < 0.95) return '<1 ms';
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_995) return `${Number((ms / 1000).toFixed(2))} s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/**
 * @param at epoch milliseconds
 * @returns local wall-clock time, `14:03:12.345`
 */
export function formatTime(at: number): string {
  return printClock(timeOfDay(at));
}

/**
 * @param ms milliseconds since the recording began
 * @returns e.g. `+3.042 s`
 */
export function formatOffset(ms: number): string {
  return `${ms < 0 ? '−' : '+'}${(Math.abs(ms) / 1000).toFixed(3)} s`;
}

/** @returns the time by the clock, or (`elapsed`) since the recording began */
export function formatMoment(
  { at, since }: { readonly at: number; readonly since: number },
  elapsed: boolean,
): string {
  return elapsed ? formatOffset(since) : formatTime(at);
}

/**
 * @param at epoch milliseconds
 * @returns local date and time, `2026-01-31 14:03:12`
 */
export function formatDate(at: number): string {
  const date = new Date(at);
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${formatTime(at).slice(0, 8)}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
