/** Reads what was typed. Errors are commander's, so that they name the option. */
import { InvalidArgumentError } from 'commander';

/** Longer waits overflow the timers of Node. */
const MAX_SECONDS = 24 * 60 * 60;

/** @returns a number of seconds, more than 0 and at most a day */
export function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!/^\d*\.?\d+$/.test(text) || !(seconds > 0 && seconds <= MAX_SECONDS)) {
    throw new InvalidArgumentError(
      `Give a number of seconds, more than 0 and at most ${MAX_SECONDS}.`,
    );
  }
  return seconds;
}

/** Adds one URL to those before. @returns all of them */
export function collectUrl(text: string, before: readonly string[] = []): string[] {
  if (!URL.canParse(text)) {
    throw new InvalidArgumentError('Give a whole address, such as https://example.org/.');
  }
  return [...before, new URL(text).href];
}
