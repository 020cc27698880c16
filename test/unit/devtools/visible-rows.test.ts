import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VisibleRows, type Stages } from '../../../devtools/worker/visible-rows.js';
import type { ColumnFilter } from '../../../src/model/query/index.js';
import type { Connection, Row } from '../../../src/model/types.js';

const row = (at: number): Row => ({
  kind: 'gap',
  at,
  context: 'c',
  events: at,
  reason: 'buffer-full',
});

/** A model with these rows, whose only connection is the given one. */
function modelOf(rows: readonly Row[], connection?: Connection) {
  const model = {
    rows: {
      get length() {
        return rows.length;
      },
      at: (index: number) => rows[index],
      kindAt: (index: number) => (rows[index] as Row).kind,
      connectionAt: (index: number) => (rows[index]?.kind === 'opened' ? 0 : -1),
    },
    connectionAt: () => connection,
  };
  return model as unknown as Parameters<VisibleRows['update']>[0];
}

/** Rows whose time the test passes; it stops before the first one that is not known. */
function timed(
  rows: readonly Row[],
  test: (at: number) => boolean,
  isKnown: (index: number) => boolean = () => true,
): ColumnFilter & { readonly asked: number[] } {
  const asked: number[] = [];
  return {
    asked,
    readsText: true,
    refresh: () => undefined,
    narrow(from, stands) {
      for (let n = 0; n < stands.length; n += 1) {
        if (stands[n] === 0) continue;
        if (!isKnown(from + n)) return n;
        asked.push(from + n);
        if (!test(rows[from + n]?.at ?? NaN)) stands[n] = 0;
      }
      return stands.length;
    },
  };
}

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
      const passes = (at: number) => at % modulus === 0;
      const rows: Row[] = [];
      const model = modelOf(rows);
      const stages = { scope: null, selection: null, filter: timed(rows, passes), reloads: [] };
      visible.setStages(stages);
      for (const { at, query } of inserted) {
        let index = rows.length;
        while (index > 0 && (rows[index - 1]?.at ?? 0) > at) index -= 1;
        rows.splice(index, 0, row(at));
        if (query) visible.setStages(stages);
        visible.update(model, index);
        const expected = rows.flatMap((each, place) => (passes(each.at) ? [place] : []));
        expect([...visible.indexes]).toEqual(expected);
        expect(visible.counts.byFilter).toBe(rows.length - expected.length);
      }
    }),
  );
});

test('a connection that comes into scope later brings its earlier rows', () => {
  const visible = new VisibleRows();
  visible.setStages({ scope: inside(1), selection: null, filter: null, reloads: [] });
  const rows: Row[] = [{ kind: 'opened', at: 1, connection: 'k' }];
  const connection = { messages: 5 };
  const model = modelOf(rows, connection as Connection);
  visible.update(model, 0);
  expect([...visible.indexes]).toEqual([]);
  expect(visible.counts.byScope).toBe(1);
  rows.push(row(2));
  connection.messages = 0;
  visible.update(model, 1);
  expect([...visible.indexes]).toEqual([0, 1]);
  expect(visible.counts.byScope).toBe(0);
});

test('stops when its time is over, goes on when called again, and a new query begins anew', () => {
  const visible = new VisibleRows();
  const rows = Array.from({ length: 500 }, (_, at) => row(at));
  const model = modelOf(rows);
  const query = (modulus: number): Stages => ({
    scope: null,
    selection: null,
    reloads: [],
    filter: timed(rows, (at) => at % modulus === 0),
  });
  visible.setStages(query(2));
  expect(visible.update(model, 0, -1)).toBe(false);
  expect(visible.looked).toBeGreaterThan(0);
  expect(visible.looked).toBeLessThan(rows.length);
  expect(visible.count).toBeGreaterThan(0);
  visible.setStages(query(100));
  expect(visible.looked).toBe(0);
  rows.push(row(500));
  expect(visible.update(model, 500)).toBe(true);
  expect([...visible.indexes]).toEqual([0, 100, 200, 300, 400, 500]);
});

test('stops before a row whose text is not at hand, and takes it up when it is', () => {
  const visible = new VisibleRows();
  const rows = Array.from({ length: 10 }, (_, at) => row(at));
  let known = 4;
  const filter = timed(
    rows,
    (at) => at % 2 === 0,
    (index) => index < known,
  );
  visible.setStages({ scope: null, selection: null, reloads: [], filter });
  expect(visible.update(modelOf(rows), 0)).toBe(false);
  expect([visible.looked, ...visible.indexes]).toEqual([4, 0, 2]);
  known = 10;
  expect(visible.update(modelOf(rows), 10)).toBe(true);
  expect([...visible.indexes]).toEqual([0, 2, 4, 6, 8]);
});

test('the filter is asked about rows that scope and selection let through, and each row counts once', () => {
  const visible = new VisibleRows();
  const connection = { messages: 5 } as Connection;
  const rows: Row[] = [
    { kind: 'opened', at: 0, connection: 'k' },
    ...Array.from({ length: 3_000 }, (_, n) => row(n + 1)),
    { kind: 'closed', at: 3_001, connection: 'k' },
  ];
  const filter = timed(rows, (at) => at % 3 === 0);
  const scope = { ...inside(1), context: () => true };
  visible.setStages({ scope, selection: inside(9), filter, reloads: [] });
  expect(visible.update(modelOf(rows, connection), 0)).toBe(true);
  expect(filter.asked).toEqual(Array.from({ length: 3_000 }, (_, n) => n + 1));
  expect(visible.counts).toEqual({
    messages: 0,
    byScope: 2,
    bySelection: 0,
    byFilter: 2_000,
    byReload: 0,
  });
  expect(visible.count).toBe(1_000);
});
