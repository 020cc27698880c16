/** What holds for every scenario of one-off messages. The truth comes from the simulator. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Model } from '../../../src/model/index.js';
import { byOwnClocks, clocks } from './clocks.js';
import { everything, foldMixed, listed, mixes } from './mixing.js';
import { requestSteps, simulateRequests, type RequestOutcome } from './request-simulator.js';

const RUNS = 400;
const LOSSY = { lossy: true, unique: false };

/** The names of each request's ends, as {@link RequestOutcome.requests} has them. */
function requestsOf(model: Model): string[][] {
  return [...model.rows].flatMap((row) => {
    if (row.kind !== 'request') return [];
    const { key, from, receipts } = row.request;
    const heard = receipts.map((receipt) => receipt.key);
    return [from === null ? heard : [key, ...heard]];
  });
}

/** Names of the calls and arrivals of which anything was reported. */
function reported({ streams }: RequestOutcome): string[] {
  const names = streams.flat().flatMap(({ context, event }) => {
    switch (event[0]) {
      case 'sent':
      case 'replied':
      case 'failed':
        return [`${context}?${event[1]}`];
      case 'received':
      case 'returned':
      case 'answered':
      case 'rejected':
        return [`${context}@${event[1]}`];
      default:
        return [];
    }
  });
  return [...new Set(names)].sort();
}

describe('for every scenario', () => {
  it('any interleaving of the contexts’ streams gives the same result', () => {
    fc.assert(
      fc.property(requestSteps(), mixes(), mixes(), (scenario, one, other) => {
        const outcome = simulateRequests(scenario, LOSSY);
        expect(everything(foldMixed(outcome, one))).toEqual(everything(foldMixed(outcome, other)));
      }),
      { numRuns: RUNS },
    );
  });

  it('every call and every arrival is in exactly one request, and no other is', () => {
    fc.assert(
      fc.property(requestSteps(), mixes(), (scenario, mix) => {
        const outcome = simulateRequests(scenario, LOSSY);
        const model = foldMixed(outcome, mix);
        expect(requestsOf(model).flat().sort()).toEqual(reported(outcome));
        expect(model.totals.requests).toBe(requestsOf(model).length);
        expect([...model.requests.values()].length).toBe(model.totals.requests);
        const bytes = [...model.requests.values()].reduce(
          (sum, { payload, reply }) => sum + (payload?.bytes ?? 0) + (reply?.payload.bytes ?? 0),
          0,
        );
        expect(model.totals.bytes).toBe(bytes);
        for (const { key, requests } of model.contexts.values()) {
          expect([...model.requestsOf(key)].length).toBe(requests);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('requests and winners are the simulator’s when nothing is lost', () => {
    fc.assert(
      fc.property(requestSteps(), mixes(), (scenario, mix) => {
        const outcome = simulateRequests(scenario, { lossy: false, unique: false });
        const model = foldMixed(outcome, mix);
        expect(listed(requestsOf(model))).toEqual(listed(outcome.requests));
        for (const { key, winner } of model.requests.values()) {
          expect(winner?.receipt).toBe(outcome.winners.get(key));
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('they are also when reports are lost, if no two calls say the same', () => {
    fc.assert(
      fc.property(requestSteps(), mixes(), (scenario, mix) => {
        const outcome = simulateRequests(scenario, { lossy: true, unique: true });
        const model = foldMixed(outcome, mix);
        expect(listed(requestsOf(model))).toEqual(listed(outcome.requests));
      }),
      { numRuns: RUNS },
    );
  });

  it('when clocks disagree, nothing is lost or invented, and the order of reports says nothing', () => {
    fc.assert(
      fc.property(requestSteps(), clocks(), mixes(), mixes(), (scenario, all, one, other) => {
        const outcome = byOwnClocks(simulateRequests(scenario, LOSSY), all);
        const model = foldMixed(outcome, one);
        expect(requestsOf(model).flat().sort()).toEqual(reported(outcome));
        expect(everything(model)).toEqual(everything(foldMixed(outcome, other)));
      }),
      { numRuns: RUNS },
    );
  });

  it('when clocks disagree, no arrival is joined with another call than its own, if no two say the same', () => {
    fc.assert(
      fc.property(requestSteps(), clocks(), mixes(), (scenario, all, mix) => {
        const outcome = byOwnClocks(
          simulateRequests(scenario, { lossy: false, unique: true }),
          all,
        );
        const model = foldMixed(outcome, mix);
        const truth = new Map(
          outcome.requests.flatMap(([call, ...arrivals]) => arrivals.map((end) => [end, call])),
        );
        for (const { key, from, receipts } of model.requests.values()) {
          if (from === null) continue;
          for (const receipt of receipts) expect(key).toBe(truth.get(receipt.key));
        }
      }),
      { numRuns: RUNS },
    );
  });
});
