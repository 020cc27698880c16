/** Waits for a condition, never for a time. */
import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds between two looks: rare, for each takes time from what is measured. */
const LOOK_MS = 50;

/**
 * @param what the condition, for the error
 * @throws Error that tells what was seen last, when the deadline has passed
 */
export async function until<T>(
  what: string,
  look: () => Promise<T>,
  done: (seen: T) => boolean,
  timeoutMs: number,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (done(seen)) return seen;
    if (Date.now() > deadline) {
      throw new Error(`waited ${timeoutMs} ms for ${what}; last seen: ${JSON.stringify(seen)}`);
    }
    await sleep(LOOK_MS);
  }
}
