/** Sums up what the suites say they have counted: see `test/support/counts.ts`, which writes the file. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.mjs';

export const COUNTS_FILE = join(root, '.cache', 'reports', 'counts.ndjson');

/**
 * @param {string} text the file's
 * @returns {string[]} one line for each suite, as `witness: 12 ports, 345 events compared, 0 missing`, in the order
 *   in which suites and names were first reported
 */
export function countLines(text) {
  /** @type {Map<string, Map<string, number>>} */
  const suites = new Map();
  for (const line of text.split('\n')) {
    if (line === '') continue;
    /** @type {{ suite: string, counts: Record<string, number> }} */
    const { suite, counts } = JSON.parse(line);
    const sums = suites.get(suite) ?? new Map();
    suites.set(suite, sums);
    for (const [name, count] of Object.entries(counts)) {
      sums.set(name, (sums.get(name) ?? 0) + count);
    }
  }
  return [...suites].map(
    ([suite, sums]) =>
      `${suite}: ${[...sums].map(([name, sum]) => `${sum.toLocaleString('en')} ${name}`).join(', ')}`,
  );
}

/** @returns {string[]} the lines of what was counted since the file was removed; none without it */
export function countedLines() {
  try {
    return countLines(readFileSync(COUNTS_FILE, 'utf8'));
  } catch {
    return [];
  }
}
