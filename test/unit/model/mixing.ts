/** Folds simulated streams in any order, and tells all that the model then says. */

import fc from 'fast-check';
import { Model, traceLines, type Changes } from '../../../src/model/index.js';
import type { StoredContext } from '../../../src/protocol/index.js';
import { segmentOf, type Fact } from './fixture.js';

/** How the streams are cut and mixed, and when the contexts become known. */
export interface Mix {
  /** For each turn: whose stream, how many events, whether the segment ends, whether to settle. */
  readonly turns: readonly {
    readonly who: number;
    readonly count: number;
    readonly cut: boolean;
    readonly settle: boolean;
  }[];
  readonly contextsFirst: boolean;
}

export const mixes = (): fc.Arbitrary<Mix> =>
  fc.record({
    turns: fc.array(
      fc.record({
        who: fc.nat(20),
        count: fc.integer({ min: 1, max: 9 }),
        cut: fc.boolean(),
        settle: fc.boolean(),
      }),
      { maxLength: 60 },
    ),
    contextsFirst: fc.boolean(),
  });

/** What a simulation reports. */
interface Streams {
  readonly contexts: readonly StoredContext[];
  /** What each context reports, in its order. */
  readonly streams: readonly (readonly Fact[])[];
}

/** @param settled called with what each settling on the way changed, and at the end */
export function foldMixed(
  { contexts, streams }: Streams,
  mix: Mix,
  settled: (model: Model, changes: Changes) => void = () => undefined,
  model = new Model(),
): Model {
  if (mix.contextsFirst) model.addContexts(contexts);
  const left = streams.filter((stream) => stream.length > 0).map((stream) => [...stream]);
  let segment: Fact[] = [];
  let id = 1;
  const flush = (): void => {
    if (segment.length > 0) model.addSegment(segmentOf(id++, segment));
    segment = [];
  };
  for (const turn of mix.turns) {
    const stream = left[turn.who % Math.max(1, left.length)];
    segment.push(...(stream?.splice(0, turn.count) ?? []));
    if (turn.cut) flush();
    if (turn.settle) settled(model, model.settle());
  }
  for (const stream of left) segment.push(...stream);
  flush();
  if (!mix.contextsFirst) model.addContexts(contexts);
  settled(model, model.settle());
  return model;
}

/** Everything a model says, with payload texts in the place of references into segments. */
export function everything(model: Model): unknown {
  const byKey = (a: { key: string }, b: { key: string }): number => (a.key < b.key ? -1 : 1);
  const contexts = [...model.contexts.values()].sort(byKey);
  const rows = [...model.rows].map((row) =>
    row.kind === 'message'
      ? { ...row, message: { ...row.message, payload: model.payloadText(row.message.payload) } }
      : row.kind === 'request'
        ? { ...row, request: row.request.key }
        : row,
  );
  return structuredClone({
    contexts,
    connections: [...model.connections.values()].sort(byKey),
    connectionsOf: contexts.map(({ key }) => model.connectionsOf(key).map((found) => found.key)),
    requestsOf: contexts.map(({ key }) =>
      [...model.requestsOf(key)].map((found) => found.key).sort(),
    ),
    rows,
    totals: model.totals,
    trace: [...traceLines(model, { recordedAt: 1000, browser: 'firefox/0', porthole: '0' })],
  });
}

/** As text in order, so that a difference reads well. */
export function listed(sets: readonly (readonly string[])[]): string[] {
  return sets.map((names) => [...names].sort().join(' + ').replaceAll('demo@example\n', '')).sort();
}
