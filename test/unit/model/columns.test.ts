/** What the columns say is what the objects say, for every scenario and however it was folded. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageLatency } from '../../../src/model/standing.js';
import { Model, rowKey, type Message, type Row, type Texts } from '../../../src/model/index.js';
import { byOwnClocks, clocks } from './clocks.js';
import { foldMixed, mixes } from './mixing.js';
import { requestSteps, simulateRequests } from './request-simulator.js';
import { simulate, steps } from './simulator.js';

const LOSSY = { lossy: 'everything', unique: false } as const;

/** What the columns say of a message, put together as far as they go. */
function columnsOf(model: Model, id: number): unknown {
  const { messages } = model;
  const contextOf = (index: number) => (index < 0 ? null : model.contextKeyAt(index));
  return {
    key: messages.key(id),
    connection: model.connectionAt(messages.connection(id))?.key,
    toward: messages.toward(id),
    seq: messages.seq(id),
    from: contextOf(messages.sender(id)),
    postedAt: messages.postedAt(id),
    deliveredAt: messages.deliveredAt(id),
    latency: messages.latency(id),
    receivers: Array.from({ length: messages.deliveries(id) }, (_, n) =>
      contextOf(messages.receiver(id, n)),
    ),
    listeners: messages.listeners(id),
    payload: messages.payload(id),
    bytes: messages.bytes(id),
    form: messages.form(id),
    messageType: messages.typeText(messages.type(id)),
    hasType: messages.type(id) !== 0,
    isRefused: messages.isRefused(id),
    error: messages.error(id),
    stack: messages.stack(id),
  };
}

function objectOf(message: Message): unknown {
  const { key, connection, toward, seq, from, deliveries, payload, messageType } = message;
  const { error, stack, postedAt } = message;
  return {
    key,
    connection,
    toward,
    seq,
    from,
    postedAt: postedAt ?? NaN,
    deliveredAt: deliveries[0]?.at ?? NaN,
    latency: messageLatency(message) ?? NaN,
    receivers: deliveries.map(({ context }) => context),
    listeners: deliveries.reduce((sum, { listeners }) => sum + listeners, 0),
    payload,
    bytes: payload.bytes,
    form: payload.form,
    messageType,
    hasType: messageType !== null,
    isRefused: error !== null,
    error,
    stack,
  };
}

function connectionOf(row: Row): string | null {
  if (row.kind === 'message') return row.message.connection;
  return row.kind === 'opened' || row.kind === 'closed' ? row.connection : null;
}

/** Has no text at hand at any time. */
const NO_TEXTS: Texts = { put: () => undefined, get: () => undefined, clear: () => undefined };

/** Asserts that all ways to read the model say the same. */
function expectAgreement(model: Model): void {
  const { rows, messages } = model;
  const ids = new Set<number>();
  const all = [...rows];
  expect(all).toHaveLength(rows.length);
  all.forEach((row, index) => {
    expect(rows.at(index)).toEqual(row);
    expect([rows.timeAt(index), rows.kindAt(index)]).toEqual([row.at, row.kind]);
    expect(model.connectionAt(rows.connectionAt(index))?.key ?? null).toBe(connectionOf(row));
    const first = rows.indexAt(row.at);
    expect([rows.timeAt(first), all[first - 1]?.at === row.at]).toEqual([row.at, false]);
    const found = all[model.rowIndex(rowKey(row))];
    expect(found && rowKey(found)).toBe(rowKey(row));
    const id = rows.messageAt(index);
    expect(id >= 0).toBe(row.kind === 'message');
    if (row.kind !== 'message') return;
    ids.add(id);
    expect(id).toBeLessThan(messages.length);
    expect(messages.read(id)).toEqual(row.message);
    expect(model.message(row.message.key)).toEqual(row.message);
    expect(columnsOf(model, id)).toEqual(objectOf(row.message));
  });
  expect(ids.size).toBe(model.totals.messages);
  expect([rows.at(rows.length), rows.timeAt(rows.length)]).toEqual([undefined, NaN]);
}

describe('columns', () => {
  it('say what the objects say', () => {
    fc.assert(
      fc.property(steps(), mixes(), fc.option(clocks()), (scenario, mix, own) => {
        const outcome = simulate(scenario, LOSSY);
        expectAgreement(foldMixed(own === null ? outcome : byOwnClocks(outcome, own), mix));
      }),
      { numRuns: 200 },
    );
  });

  it('say the same when no text is held, and there are no previews then', () => {
    fc.assert(
      fc.property(steps(), mixes(), (scenario, mix) => {
        const outcome = simulate(scenario, LOSSY);
        const all = [...foldMixed(outcome, mix).rows];
        const textless = foldMixed(outcome, mix, undefined, new Model(NO_TEXTS));
        expect([...textless.rows]).toEqual(
          all.map((row) =>
            row.kind === 'message' ? { ...row, message: { ...row.message, preview: null } } : row,
          ),
        );
      }),
      { numRuns: 100 },
    );
  });

  it('say the same of one-off messages when no text is held', () => {
    fc.assert(
      fc.property(requestSteps(), mixes(), (scenario, mix) => {
        const outcome = simulateRequests(scenario, { lossy: true, unique: false });
        const told = (model: Model): string[] =>
          [...model.requests.values()].map(({ key, state, winner, settledAt, receipts }) =>
            JSON.stringify({ key, state, winner, settledAt, receipts }),
          );
        const textless = foldMixed(outcome, mix, undefined, new Model(NO_TEXTS));
        expect(told(textless)).toEqual(told(foldMixed(outcome, mix)));
        for (const { preview, payload } of textless.requests.values()) {
          expect(preview).toBe(payload === null ? '' : null);
        }
      }),
      { numRuns: 100 },
    );
  });

  it('say so with one-off messages among the rows', () => {
    fc.assert(
      fc.property(requestSteps(), mixes(), (scenario, mix) => {
        expectAgreement(foldMixed(simulateRequests(scenario, { lossy: true, unique: false }), mix));
      }),
      { numRuns: 100 },
    );
  });
});
