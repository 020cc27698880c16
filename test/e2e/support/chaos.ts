/** What the chaos tests have in common: how often, and what they print. */
import { expect } from 'vitest';
import { report } from '../../support/counts.js';
import { numbers, tally } from './agreement.js';
import { faults, type Comparison } from './compare.js';
import type { Session } from './session.js';

/** `npm run test:soak` sets it: the same tests, ten times as much of everything. */
const SCALE = process.env['PORTHOLE_SOAK'] === undefined ? 1 : 10;

/** @returns how often to do what the short form does `count` times */
export function times(count: number): number {
  return count * SCALE;
}

/** @returns milliseconds for a test whose short form may take `ms` */
export function within(ms: number): number {
  return ms * SCALE;
}

/**
 * Fails unless Porthole and the witness agree on everything.
 *
 * @param what the faults that were survived, in the plural
 * @returns the comparison
 */
export async function expectNothingLost(
  session: Session,
  count: number,
  what: string,
): Promise<Comparison> {
  const comparison = await session.agreement();
  console.log(`chaos: ${String(count)} faults survived (${what}): ${tally(comparison)}`);
  report('chaos', { 'faults survived': count, ...numbers(comparison) });
  expect(faults(comparison)).toEqual([]);
  return comparison;
}
