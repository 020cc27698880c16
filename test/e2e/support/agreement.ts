/** The one sentence that most tests of recordings end with: Porthole has what the witness saw. */
import { expect } from 'vitest';
import { report } from '../../support/counts.js';
import { faults, type Comparison } from './compare.js';

/** The counts that go into the totals of `npm test`. */
export function numbers(comparison: Comparison): Record<string, number> {
  return {
    ports: comparison.ports,
    requests: comparison.requests,
    'events compared': comparison.events,
    missing: comparison.missing.length,
    extra: comparison.extra.length,
    'out of order': comparison.disordered.length,
    mispaired: comparison.mispaired.length,
  };
}

/** @returns one line for the output, and how much contexts could not report in their last moment */
export function tally(comparison: Comparison): string {
  const counts = Object.entries(numbers(comparison)).map(
    ([what, count]) => `${String(count)} ${what}`,
  );
  const { contexts, posts, deliveries, oneOff, inferred } = comparison.lastWords;
  return (
    counts.join(', ') +
    (contexts === 0
      ? ''
      : `; ${String(contexts)} contexts could not report their last ${String(posts)} posts ` +
        `(${String(inferred)} shown from their delivery), ${String(deliveries)} deliveries and ` +
        `${String(oneOff)} events of one-off messages`)
  );
}

/**
 * Fails unless Porthole and the witness agree on all that the session's extensions have said.
 *
 * @returns the comparison, which stands in the totals of `npm test` then
 */
export async function expectAgreement(session: {
  agreement(): Promise<Comparison>;
}): Promise<Comparison> {
  const comparison = await session.agreement();
  console.log(`witness: ${tally(comparison)}`);
  report('witness', numbers(comparison));
  expect(faults(comparison)).toEqual([]);
  return comparison;
}
