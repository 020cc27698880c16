/** What holds for every scenario: see each property's name. The truth comes from the simulator. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Model } from '../../../src/model/index.js';
import { byOwnClocks, clocks } from './clocks.js';
import { segmentOf } from './fixture.js';
import { everything, foldMixed, listed, mixes } from './mixing.js';
import { simulate, steps, type Outcome, type Rules } from './simulator.js';

const RUNS = 400;

/** The names of each message's facts, as {@link Outcome.messages} has them. */
function messagesOf(model: Model): string[][] {
  return [...model.rows].flatMap((row) => {
    if (row.kind !== 'message') return [];
    const { key, postedAt, deliveries } = row.message;
    const names = deliveries.map(({ endpoint, seq }) => `${endpoint}<${seq}`);
    return [postedAt === null ? names : [key, ...names]];
  });
}

function connectionsOf(model: Model): string[][] {
  return [...model.connections.values()].map(({ opener, acceptors }) =>
    [...(opener ? [opener] : []), ...acceptors].map(({ key }) => key),
  );
}

/** Names of the posts, refusals and deliveries that were reported. */
function reported({ streams }: Outcome): string[] {
  const refusals = new Map<string, number>();
  return streams.flat().flatMap(({ context, event }) => {
    const end = `${context}#${event[1]}`;
    if (event[0] === 'posted') return [`${end}>${event[3]}`];
    if (event[0] === 'delivered') return [`${end}<${event[3]}`];
    if (event[0] !== 'refused') return [];
    const count = (refusals.get(end) ?? 0) + 1;
    refusals.set(end, count);
    return [`${end}!${count}`];
  });
}

const LOSSY: Rules = { lossy: 'everything', unique: false };

describe('for every scenario', () => {
  it('any interleaving of the contexts’ streams gives the same result', () => {
    fc.assert(
      fc.property(steps(), mixes(), mixes(), (scenario, one, other) => {
        const outcome = simulate(scenario, LOSSY);
        expect(everything(foldMixed(outcome, one))).toEqual(everything(foldMixed(outcome, other)));
      }),
      { numRuns: RUNS },
    );
  });

  it('every posted, refused and delivered event is in exactly one message, and no other is', () => {
    fc.assert(
      fc.property(steps(), mixes(), (scenario, mix) => {
        const outcome = simulate(scenario, LOSSY);
        const model = foldMixed(outcome, mix);
        expect(messagesOf(model).flat().sort()).toEqual(reported(outcome).sort());
        const deliveries = messagesOf(model)
          .flat()
          .filter((name) => /<\d+$/.test(name)).length;
        expect(model.totals.deliveries).toBe(deliveries);
        expect(model.totals.messages).toBe(messagesOf(model).length);
      }),
      { numRuns: RUNS },
    );
  });

  it('every endpoint is in exactly one connection, and its messages are counted there', () => {
    fc.assert(
      fc.property(steps(), mixes(), (scenario, mix) => {
        const outcome = simulate(scenario, LOSSY);
        const model = foldMixed(outcome, mix);
        const ends = outcome.streams
          .flat()
          .filter(({ event }) => !['gap', 'lifecycle', 'site'].includes(event[0]))
          .map(({ context, event }) => `${context}#${event[1]}`);
        expect(connectionsOf(model).flat().sort()).toEqual([...new Set(ends)].sort());
        for (const { key, messages, bytes } of model.connections.values()) {
          const own = [...model.rows].flatMap((row) =>
            row.kind === 'message' && row.message.connection === key ? [row.message] : [],
          );
          expect(messages).toBe(own.length);
          expect(bytes).toBe(own.reduce((sum, { payload }) => sum + payload.bytes, 0));
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('connections and messages are the simulator’s when nothing is lost', () => {
    fc.assert(
      fc.property(steps(), mixes(), (scenario, mix) => {
        const outcome = simulate(scenario, { lossy: 'nothing', unique: false });
        const model = foldMixed(outcome, mix);
        expect(listed(connectionsOf(model))).toEqual(listed(outcome.connections));
        expect(listed(messagesOf(model))).toEqual(listed(outcome.messages));
      }),
      { numRuns: RUNS },
    );
  });

  it('they are also when posts and deliveries are lost, if no two messages say the same', () => {
    fc.assert(
      fc.property(steps(), mixes(), (scenario, mix) => {
        const outcome = simulate(scenario, { lossy: 'messages', unique: true });
        const model = foldMixed(outcome, mix);
        expect(listed(connectionsOf(model))).toEqual(listed(outcome.connections));
        expect(listed(messagesOf(model))).toEqual(listed(outcome.messages));
      }),
      { numRuns: RUNS },
    );
  });

  it('rows are in order of time, and settling names the first that changed', () => {
    fc.assert(
      fc.property(steps(), mixes(), (scenario, mix) => {
        const outcome = simulate(scenario, LOSSY);
        const model = new Model();
        model.addContexts(outcome.contexts);
        const left = outcome.streams.filter((stream) => stream.length > 0).map((s) => [...s]);
        let id = 1;
        for (const turn of mix.turns) {
          const facts = left[turn.who % Math.max(1, left.length)]?.splice(0, turn.count) ?? [];
          if (facts.length === 0) continue;
          const before = structuredClone([...model.rows]);
          model.addSegment(segmentOf(id++, facts));
          const { rowsFrom } = model.settle();
          expect([...model.rows].slice(0, rowsFrom)).toEqual(before.slice(0, rowsFrom));
          const times = [...model.rows].map(({ at }) => at);
          expect(times).toEqual([...times].sort((a, b) => a - b));
        }
      }),
      { numRuns: RUNS / 2 },
    );
  });

  it('when clocks disagree, nothing is lost or invented, and the order of reports says nothing', () => {
    fc.assert(
      fc.property(steps(), clocks(), mixes(), mixes(), (scenario, all, one, other) => {
        const outcome = byOwnClocks(simulate(scenario, LOSSY), all);
        const model = foldMixed(outcome, one);
        expect(messagesOf(model).flat().sort()).toEqual(reported(outcome).sort());
        expect(everything(model)).toEqual(everything(foldMixed(outcome, other)));
      }),
      { numRuns: RUNS },
    );
  });

  it('when clocks disagree, what has one opener and one acceptor is joined as it was sent', () => {
    fc.assert(
      fc.property(steps(), clocks(), mixes(), (scenario, all, mix) => {
        const outcome = byOwnClocks(simulate(scenario, { lossy: 'nothing', unique: false }), all);
        const model = foldMixed(outcome, mix);
        const messages = new Set(listed(outcome.messages));
        for (const { key, opener, acceptors } of model.connections.values()) {
          if (opener === null || acceptors.length !== 1) continue;
          const ends = [opener.key, ...acceptors.map((end) => end.key)];
          if (!listed(outcome.connections).includes(listed([ends])[0] as string)) continue;
          const own = [...model.rows].flatMap((row) =>
            row.kind === 'message' && row.message.connection === key ? [row.message.key] : [],
          );
          const all = messagesOf(model).filter((names) => own.includes(names[0] as string));
          for (const line of listed(all)) expect(messages).toContain(line);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('when clocks disagree, no end is joined with another opener than its own', () => {
    fc.assert(
      fc.property(steps(), clocks(), mixes(), (scenario, all, mix) => {
        const steady = scenario.filter((step) => step.do !== 'listen');
        const outcome = byOwnClocks(simulate(steady, { lossy: 'nothing', unique: false }), all);
        const model = foldMixed(outcome, mix);
        const truth = new Map(
          outcome.connections.flatMap(([opener, ...ends]) => ends.map((end) => [end, opener])),
        );
        for (const { opener, acceptors } of model.connections.values()) {
          if (opener === null) continue;
          for (const { key } of acceptors) expect(opener.key).toBe(truth.get(key));
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('when clocks disagree, connections are the simulator’s where one context listens', () => {
    fc.assert(
      fc.property(steps(), clocks(), mixes(), (scenario, all, mix) => {
        const one = scenario.filter((step) => step.do !== 'listen');
        const alone = { do: 'listen', page: 1, on: false, wait: 1, delay: 1 } as const;
        const rules = { lossy: 'nothing', unique: false } as const;
        const outcome = byOwnClocks(simulate([alone, ...one], rules), all);
        const model = foldMixed(outcome, mix);
        const single = (ends: readonly string[]): boolean => ends.length <= 2;
        expect(listed(connectionsOf(model).filter(single))).toEqual(
          listed(outcome.connections.filter(single)),
        );
      }),
      { numRuns: RUNS },
    );
  });
});
