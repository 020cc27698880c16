/** Reads what was typed. Errors are commander's, so that they name the option. */
import { InvalidArgumentError } from 'commander';
import { REDACTED_KEYS } from '../protocol/index.js';

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

/** @returns keys, from a list separated by commas */
export function parseKeys(text: string): readonly string[] {
  const keys = text.split(',').map((key) => key.trim());
  if (keys.includes('')) {
    throw new InvalidArgumentError(
      `Give keys separated by commas, such as ${REDACTED_KEYS.join(',')}.`,
    );
  }
  return keys;
}

/** Adds one URL to those before. @returns all of them */
export function collectUrl(text: string, before: readonly string[] = []): string[] {
  if (!URL.canParse(text)) {
    throw new InvalidArgumentError('Give a whole address, such as https://example.org/.');
  }
  return [...before, new URL(text).href];
}
