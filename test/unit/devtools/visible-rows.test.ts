import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VisibleRows, type Stages } from '../../../devtools/worker/visible-rows.js';
import type { Connection, Row } from '../../../src/model/types.js';

const row = (at: number): Row => ({
  kind: 'gap',
  at,
  context: 'c',
  events: at,
  reason: 'buffer-full',
});

const inside = (limit: number) => ({
  context: () => true,
  extension: () => true,
  request: () => true,
  connection: (connection: Connection) => connection.messages < limit,
});

test('however rows come in, what is visible equals a look at all of them', () => {
  const steps = fc.array(fc.record({ at: fc.integer({ min: 0, max: 300 }), query: fc.boolean() }), {
    maxLength: 60,
  });
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 5 }), (inserted, modulus) => {
      const visible = new VisibleRows();
      const passes = (each: Row) => each.at % modulus === 0;
      visible.setStages({ scope: null, selection: null, filter: passes });
      const rows: Row[] = [];
      for (const { at, query } of inserted) {
        let index = rows.length;
        while (index > 0 && (rows[index - 1]?.at ?? 0) > at) index -= 1;
        rows.splice(index, 0, row(at));
        if (query) visible.setStages({ scope: null, selection: null, filter: passes });
        visible.update(rows, new Map(), index);
        const expected = rows.flatMap((each, place) => (passes(each) ? [place] : []));
        expect(visible.indexes).toEqual(expected);
        expect(visible.counts.byFilter).toBe(rows.length - expected.length);
      }
    }),
  );
});

test('a connection that comes into scope later brings its earlier rows', () => {
  const stages: Stages = { scope: inside(1), selection: null, filter: null };
  const visible = new VisibleRows();
  visible.setStages(stages);
  const opened: Row = { kind: 'opened', at: 1, connection: 'k' };
  const connection = (messages: number) => new Map([['k', { messages } as Connection]]);
  visible.update([opened], connection(5), 0);
  expect(visible.indexes).toEqual([]);
  expect(visible.counts.byScope).toBe(1);
  visible.update([opened, row(2)], connection(0), 1);
  expect(visible.indexes).toEqual([0, 1]);
  expect(visible.counts.byScope).toBe(0);
});

test('stops when its time is over, goes on when called again, and a new query begins anew', () => {
  const visible = new VisibleRows();
  const rows = Array.from({ length: 500 }, (_, at) => row(at));
  const query = (modulus: number): Stages => ({
    scope: null,
    selection: null,
    filter: ({ at }) => at % modulus === 0,
  });
  visible.setStages(query(2));
  expect(visible.update(rows, new Map(), 0, -1)).toBe(false);
  expect(visible.looked).toBeGreaterThan(0);
  expect(visible.looked).toBeLessThan(rows.length);
  expect(visible.indexes.length).toBeGreaterThan(0);
  visible.setStages(query(100));
  expect(visible.looked).toBe(0);
  rows.push(row(500));
  expect(visible.update(rows, new Map(), 500)).toBe(true);
  expect(visible.indexes).toEqual([0, 100, 200, 300, 400, 500]);
});
