/** The views beside the table: what they say of a drawn recording. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Views } from '../../../devtools/worker/views/index.js';
import { Gathered } from '../../../devtools/worker/views/quantiles.js';
import { niceBucket } from '../../../devtools/worker/views/statistics.js';
import type { ViewAnswer, ViewAsk } from '../../../devtools/view-protocol.js';
import type { Model } from '../../../src/model/index.js';
import { draw, fold } from '../model/fixture.js';

const model = fold(
  draw(`
    context cs content-script tab=1 frame=0 contextId=7 url=https://shop.example/cart
    context bg background
    100 cs opens 1 "basket"
    101 bg accepts 1 "basket" from cs
    110 cs posts 1 {"type":"add"}
    113 bg gets 1 {"type":"add"}
    120 cs posts 1 {"type":"add"}
    121 bg gets 1 listeners=0 {"type":"add"}
    130 bg posts 1 {"type":"total"}
    137 cs gets 1 {"type":"total"}
    140 cs asks 1 {"type":"sum"}
    141 bg hears 1 from cs listeners=1 {"type":"sum"}
    141 bg returns 1 1 promise
    149 bg answers 1 1 promise {"sum":7}
    150 cs replied 1 {"sum":7}
    160 cs opens 2 "nobody"
    161 cs closed 2 "Could not establish connection. Receiving end does not exist."
    170 cs frozen
    190 bg closes 1
  `),
);

const all = (of: Model): number[] => Array.from({ length: of.rows.length }, (_, index) => index);
const visible = { model, indexes: all(model) };
const ask = <Name extends ViewAsk['view']>(
  wanted: Extract<ViewAsk, { view: Name }>,
  rows = visible,
): Extract<ViewAnswer, { view: Name }> =>
  new Views().answer(rows, wanted, 1) as Extract<ViewAnswer, { view: Name }>;

test('statistics: rates, quantiles, the busiest, ports open', () => {
  const said = ask({ view: 'statistics', buckets: 10 });
  expect(said.total).toEqual({ messages: 4, bytes: 14 + 14 + 16 + 14 + 9 });
  expect(said.messages.reduce((sum, count) => sum + count, 0)).toBe(4);
  expect(said.bytes.reduce((sum, count) => sum + count, 0)).toBe(said.total.bytes);
  expect(said.latency).toEqual({ count: 4, p50: 3, p90: 10, p99: 10, max: 10 });
  expect(said.types.map(({ name, messages }) => [name, messages])).toEqual([
    ['add', 2],
    ['sum', 1],
    ['total', 1],
  ]);
  expect(said.connections).toMatchObject([
    { name: 'basket', messages: 3 },
    { name: null, messages: 1, latency: 10 },
  ]);
  expect(Math.max(...said.open)).toBe(1);
  expect(said.open.at(-1)).toBe(0);
});

test('statistics of nothing', () => {
  const said = ask({ view: 'statistics', buckets: 10 }, { model, indexes: [] });
  expect(said).toMatchObject({ messages: [], latency: null, size: null, connections: [] });
});

test('the map: who talks to whom, and what of it went wrong', () => {
  const { nodes, edges, more } = ask({ view: 'map', most: 10 });
  expect(nodes).toEqual([
    { label: 'background', kind: 'extension', contexts: 1, messages: 4 },
    { label: 'content-script shop.example/cart', kind: 'script', contexts: 1, messages: 4 },
  ]);
  expect(edges).toEqual([
    { from: 0, to: 1, messages: 1, bytes: 16, troubled: 0 },
    { from: 1, to: 0, messages: 3, bytes: 51, troubled: 1 },
  ]);
  expect(more).toBe(0);
  expect(ask({ view: 'map', most: 1 })).toMatchObject({ more: 1, edges: [] });
});

test('the sequence goes on until the last message has arrived', () => {
  const indexes = all(model).filter((index) => model.rows.timeAt(index) === 110);
  const said = ask({ view: 'sequence', window: null, most: 100 }, { model, indexes });
  expect(said.whole).toEqual({ from: 110, to: 113 });
  expect(said.arrows.map(({ at, end }) => [at, end])).toEqual([[110, 113]]);
});

test('the sequence: lanes, arrows with their arrival, replies, lifetimes, marks', () => {
  const said = ask({ view: 'sequence', window: null, most: 100 });
  expect(said.whole).toEqual({ from: 0, to: 190 });
  expect(said.lanes.map(({ label }) => label)).toEqual([
    'content-script shop.example/cart',
    'background',
  ]);
  expect(said.arrows.map(({ from, to, at, end, label }) => [from, to, at, end, label])).toEqual([
    [0, 1, 110, 113, 'add'],
    [0, 1, 120, 121, 'add'],
    [1, 0, 130, 137, 'total'],
    [0, 1, 140, 141, 'sum'],
    [1, 0, 150, 150, 'sum'],
  ]);
  expect(said.arrows.map(({ troubled }) => troubled)).toEqual([false, true, false, false, false]);
  expect(said.spans).toEqual([
    { name: 'basket', from: 0, to: 1, at: 100, end: 190, failed: false },
    { name: 'nobody', from: 0, to: null, at: 160, end: 161, failed: true },
  ]);
  expect(said.marks).toContainEqual({ lane: 0, at: 170, what: 'frozen' });
});

test('the sequence of a stretch has what is in it, and the ports that are open then', () => {
  const window = { from: 125, to: 140 };
  const said = ask({ view: 'sequence', window, most: 100 });
  expect(said.arrows.map(({ at }) => at)).toEqual([130, 140, 150]);
  expect(said.spans).toHaveLength(1);
  expect(said.marks).toEqual([]);
});

test('where there are too many arrows, those of one moment and pair of lanes are counted together', () => {
  const said = ask({ view: 'sequence', window: null, most: 1 });
  expect(said.arrows.reduce((sum, { count }) => sum + count, 0)).toBe(4);
  expect(said.arrows.every(({ from, to }) => from !== to)).toBe(true);
});

test('quantiles are exact', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ noNaN: true, min: 0, max: 1e9 }), { minLength: 1 }), (all) => {
      const gathered = new Gathered();
      for (const value of all) gathered.add(value);
      const sorted = all.toSorted((a, b) => a - b);
      const rank = (part: number) => sorted[Math.ceil(part * sorted.length) - 1];
      expect(gathered.quantiles()).toEqual({
        count: all.length,
        p50: rank(0.5),
        p90: rank(0.9),
        p99: rank(0.99),
        max: sorted.at(-1),
      });
    }),
  );
});

test('stretches of time have lengths that read well', () => {
  expect([0, 0.4, 3, 51, 4_000, 1e7].map(niceBucket)).toEqual([1, 1, 5, 100, 5_000, 10_800_000]);
});

test('the conversation: who speaks, after how long a silence, and whether it is one connection', () => {
  const said = ask({ view: 'follow', first: 0, end: 100, selected: null });
  expect(said.count).toBe(model.rows.length);
  expect(said.isMixed).toBe(true);
  const spoken = said.turns.filter(({ side }) => side !== 'nobody');
  expect(spoken.map(({ side, gap, row }) => [side, gap, row.messageType])).toEqual([
    ['opener', 10, 'add'],
    ['opener', 10, 'add'],
    ['acceptor', 10, 'total'],
    ['opener', 10, 'sum'],
  ]);
  const selected = spoken[0]?.row.key ?? null;
  const alone = ask({ view: 'follow', first: 2, end: 4, selected });
  expect(alone.selected?.name).toBe('basket');
  expect(alone.turns).toHaveLength(2);
});
