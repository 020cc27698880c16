/**
 * What suites have counted, for the totals at the end of `npm test`: one line of JSON for each report, in a file
 * that `scripts/test.mjs` empties before and sums up after.
 */
import { appendFileSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { COUNTS_FILE } from '../../scripts/counts.mjs';

/** Adds to what is counted under each name in that suite. */
export function report(suite: string, counts: Readonly<Record<string, number>>): void {
  mkdirSync(dirname(COUNTS_FILE), { recursive: true });
  appendFileSync(COUNTS_FILE, `${JSON.stringify({ suite, counts })}\n`);
}
