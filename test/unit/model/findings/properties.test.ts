/** What holds of findings for every scenario, whatever the order in which it was reported. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Traffic } from '../../../../src/model/findings/traffic.js';
import type { Model } from '../../../../src/model/index.js';
import { foldMixed, mixes, type Mix } from '../mixing.js';
import { requestSteps, simulateRequests } from '../request-simulator.js';
import { simulate, steps } from '../simulator.js';
import { Findings, findingsOf } from '../../../../src/model/findings/index.js';

const RUNS = 100;
const NOW = 1e9;

type Simulated = Parameters<typeof foldMixed>[0];

const scenarios = (): fc.Arbitrary<Simulated> =>
  fc.oneof(
    steps().map((scenario) => simulate(scenario, { lossy: 'everything', unique: false })),
    requestSteps().map((scenario) => simulateRequests(scenario, { lossy: true, unique: false })),
  );

/** What is known of each message, gathered while the recording grew. */
function grown(outcome: Simulated, mix: Mix): { model: Model; traffic: Traffic } {
  let traffic: Traffic | null = null;
  const model = foldMixed(outcome, mix, (each, { rowsFrom }) => {
    traffic ??= new Traffic(each);
    traffic.update(each.rows, rowsFrom);
  });
  return { model, traffic: traffic as unknown as Traffic };
}

function told({ streams, moments, newest, length }: Traffic): unknown {
  const all = [...streams].map(({ counts, marks, kind, ...stream }) => ({
    ...stream,
    counts: [...counts].filter(([, count]) => count > 0).sort(),
    marks: [...marks].filter(([, list]) => list.length > 0).sort(),
    kind: { key: kind.key, size: kind.times.size, median: kind.times.median() },
  }));
  const key = (value: unknown): string => JSON.stringify(value);
  return structuredClone({
    streams: all.sort((a, b) => (key(a) < key(b) ? -1 : 1)),
    moments,
    newest,
    length,
  });
}

describe('for every scenario', () => {
  it('any interleaving of the contexts’ streams gives the same findings', () => {
    fc.assert(
      fc.property(scenarios(), mixes(), mixes(), (outcome, one, other) => {
        const left = findingsOf(foldMixed(outcome, one), NOW);
        expect(left).toEqual(findingsOf(foldMixed(outcome, other), NOW));
      }),
      { numRuns: RUNS },
    );
  });

  it('what is gathered while it grows is what is gathered at once', () => {
    fc.assert(
      fc.property(scenarios(), mixes(), (outcome, mix) => {
        const { model, traffic } = grown(outcome, mix);
        const atOnce = new Traffic(model);
        atOnce.update(model.rows, 0);
        expect(told(traffic)).toEqual(told(atOnce));
      }),
      { numRuns: RUNS },
    );
  });

  it('a finding names rows that are there', () => {
    let seen = 0;
    fc.assert(
      fc.property(scenarios(), mixes(), (outcome, mix) => {
        const model = foldMixed(outcome, mix);
        for (const { about } of findingsOf(model, NOW)) {
          for (const { kind, key } of about) {
            seen += 1;
            if (kind === 'message') expect(model.message(key)?.key).toBe(key);
            else if (kind === 'request') expect(model.requests.has(key)).toBe(true);
            else expect(model.connections.has(key)).toBe(true);
          }
        }
      }),
      { numRuns: RUNS },
    );
    expect(seen).toBeGreaterThan(RUNS);
  });

  it('looking at rows in slices makes no difference', () => {
    fc.assert(
      fc.property(scenarios(), mixes(), (outcome, mix) => {
        const model = foldMixed(outcome, mix);
        const sliced = new Findings(model);
        let from = 0;
        while (!sliced.update(model.rows, from, -1)) from = model.rows.length;
        expect(sliced.judge(NOW)).toEqual(findingsOf(model, NOW));
      }),
      { numRuns: 50 },
    );
  });
});
