/** Times of day, as the table shows them: local time, in milliseconds since midnight. */

const CLOCK = /^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?$/;

/** Clocks are put forward and back at full quarters of an hour. */
const QUARTER = 900_000;

let quarter = NaN;
let quarterBegan = 0;

/**
 * @param at epoch milliseconds
 * @returns whole milliseconds since midnight, by the local clock
 */
export function timeOfDay(at: number): number {
  const current = Math.floor(at / QUARTER);
  if (current !== quarter) {
    const date = new Date(current * QUARTER);
    quarterBegan = (date.getHours() * 60 + date.getMinutes()) * 60_000;
    quarter = current;
  }
  return quarterBegan + Math.floor(at - current * QUARTER);
}

/**
 * @param text `14:03`, `14:03:12`, `14:03:12.345`
 * @returns the first and the last millisecond of what it names; null when it is no time of day
 */
export function readClock(text: string): { readonly first: number; readonly last: number } | null {
  const found = CLOCK.exec(text);
  if (found === null) return null;
  const [, hours, minutes, seconds, fraction] = found;
  if (Number(hours) > 23 || Number(minutes) > 59 || Number(seconds ?? 0) > 59) return null;
  const first =
    (Number(hours) * 60 + Number(minutes)) * 60_000 +
    Number(seconds ?? 0) * 1000 +
    Number((fraction ?? '').padEnd(3, '0'));
  const length = seconds === undefined ? 60_000 : 10 ** (3 - (fraction ?? '').length);
  return { first, last: first + length - 1 };
}

/** @returns `14:03:12.345` */
export function printClock(time: number): string {
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  const seconds = `${two((time / 1000) % 60)}.${String(time % 1000).padStart(3, '0')}`;
  return `${two(time / 3_600_000)}:${two((time / 60_000) % 60)}:${seconds}`;
}
