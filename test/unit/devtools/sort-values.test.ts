import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sortValues } from '../../../devtools/worker/sort-values.js';
import { viewRow } from '../../../devtools/worker/row-view.js';
import { foldMixed, mixes } from '../model/mixing.js';
import { requestSteps, simulateRequests } from '../model/request-simulator.js';
import { simulate, steps } from '../model/simulator.js';
import type { Model } from '../../../src/model/index.js';

/** Rows are ranked by what their cells show. */
function agree(model: Model): void {
  const values = (column: Parameters<typeof sortValues>[0]) => {
    const valueOf = sortValues(column, model);
    return [...model.rows].map((_, index) => valueOf(index));
  };
  const views = [...model.rows].map((row) => viewRow(row, model, 0));
  expect(values('size')).toEqual(views.map(({ bytes }) => bytes));
  expect(values('latency')).toEqual(
    views.map(({ latency }) => (latency === null ? null : latency * 100)),
  );
  expect(values('listeners')).toEqual(views.map(({ listeners }) => listeners));
  for (const column of ['api', 'extension', 'tab'] as const) {
    expect(values(column)).toEqual(views.map((view) => view[column] || null));
  }
  expect(values('type').map((value) => value ?? '')).toEqual(
    views.map(({ messageType }) => messageType),
  );
  expect(values('connection').map((value) => value ?? '')).toEqual(
    views.map(({ connection }) => connection),
  );
  expect(values('ends')).toEqual(
    views.map(({ from, to }) =>
      from === null && to === null ? null : `${from?.label ?? ''} → ${to?.label ?? ''}`,
    ),
  );
}

test('of ports', () => {
  fc.assert(
    fc.property(steps(), mixes(), (scenario, mix) => {
      agree(foldMixed(simulate(scenario, { lossy: 'everything', unique: false }), mix));
    }),
    { numRuns: 100 },
  );
});

test('of one-off messages', () => {
  fc.assert(
    fc.property(requestSteps(), mixes(), (scenario, mix) => {
      agree(foldMixed(simulateRequests(scenario, { lossy: true, unique: false }), mix));
    }),
    { numRuns: 60 },
  );
});
