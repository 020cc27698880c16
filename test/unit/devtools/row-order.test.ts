import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RowOrder, type SortValue } from '../../../devtools/worker/row-order.js';
import type { SortColumn } from '../../../devtools/worker-protocol.js';

/** What sorting all of them anew gives. */
function reference(values: readonly SortValue[], indexes: readonly number[], descending: boolean) {
  const collator = new Intl.Collator('en', { numeric: true });
  const compare = (a: SortValue, b: SortValue): number => {
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    const order =
      typeof a === 'string' && typeof b === 'string'
        ? collator.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0)
        : Number(a) - Number(b);
    return descending ? -order : order;
  };
  return [...indexes].sort((a, b) => compare(values[a] ?? null, values[b] ?? null) || a - b);
}

const texts: fc.Arbitrary<string | number> = fc.oneof(
  fc.constantFrom('a', 'b', 'B', 'row 9', 'row 10', 'é', ''),
  fc.string(),
);
const numbers: fc.Arbitrary<string | number> = fc.oneof(fc.nat(9), fc.nat(4_000_000_000));

test.each([
  ['numbers', 'size', numbers],
  ['texts', 'type', texts],
] as const)(
  '%s: however rows come and change, they are as sorted anew',
  (_, column: SortColumn, value) => {
    const step = fc.record({
      from: fc.nat(40),
      values: fc.array(fc.tuple(fc.option(value), fc.boolean()), { maxLength: 12 }),
    });
    fc.assert(
      fc.property(fc.boolean(), fc.array(step, { maxLength: 8 }), (descending, steps) => {
        const rows: { value: SortValue; visible: boolean }[] = [];
        const order = new RowOrder({ column, descending }, (index) => rows[index]?.value ?? null);
        for (const { from, values } of steps) {
          const first = Math.min(from, rows.length);
          rows.splice(first, Math.min(3, rows.length - first));
          rows.splice(first, 0, ...values.map(([each, visible]) => ({ value: each, visible })));
          const visible = rows.flatMap((row, index) => (row.visible ? [index] : []));
          order.update(Uint32Array.from(visible), first);
          const wanted = reference(
            rows.map((row) => row.value),
            visible,
            descending,
          );
          const got = Array.from({ length: order.count }, (__, position) => order.at(position));
          expect(got).toEqual(wanted);
          for (const [position, index] of wanted.entries()) {
            expect(order.positionOf(index)).toBe(position);
          }
        }
      }),
    );
  },
);

test('a hidden row has the place where it would come', () => {
  const values = ['a', 'c', 'b'];
  const order = new RowOrder({ column: 'type', descending: false }, (index) => values[index] ?? '');
  order.update(Uint32Array.of(0, 1), 0);
  expect(order.positionOf(2)).toBe(1);
});
