/** The totals at the end of `npm test`. */
import { expect, it } from 'vitest';
import { countLines } from '../../../scripts/counts.mjs';

it('sums up each suite under its names, in the order of their first report', () => {
  const reports = [
    { suite: 'witness', counts: { ports: 2, missing: 0 } },
    { suite: 'chaos', counts: { 'faults survived': 50 } },
    { suite: 'witness', counts: { ports: 1_234, requests: 5, missing: 1 } },
  ];
  expect(countLines(reports.map((each) => `${JSON.stringify(each)}\n`).join(''))).toEqual([
    'witness: 1,236 ports, 1 missing, 5 requests',
    'chaos: 50 faults survived',
  ]);
  expect(countLines('')).toEqual([]);
});
