/** Columns of numbers hold what arrays would, however the numbers come. */

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  NONE,
  RunColumn,
  SmallColumn,
  Uint32Column,
  Uint8Column,
  UsualColumn,
} from '../../../src/model/columns.js';

/** Indexes in a few chunks, close to each other and to the edges of chunks. */
const indexes = () =>
  fc.oneof(
    fc.nat({ max: 80 }),
    fc.integer({ min: 16_380, max: 16_390 }),
    fc.integer({ min: 49_150, max: 49_155 }),
  );

const numbers = () =>
  fc.oneof(
    fc.nat({ max: 300 }),
    fc.integer({ min: 65_530, max: 65_540 }),
    fc.constantFrom(0, NONE - 1, NONE),
  );

const writes = () => fc.array(fc.tuple(indexes(), numbers()), { maxLength: 200 });

describe.each([
  ['Uint8Column', () => new Uint8Column(), (value: number) => value & 0xff],
  ['SmallColumn', () => new SmallColumn(), (value: number) => value],
  ['Uint32Column', () => new Uint32Column(), (value: number) => value],
] as const)('%s', (_, make, held) => {
  it('has what was set last, and 0 where nothing was', () => {
    fc.assert(
      fc.property(writes(), (written) => {
        const column = make();
        const plain = new Map<number, number>();
        for (const [index, value] of written) {
          column.grow(index + 1);
          column.set(index, held(value));
          plain.set(index, held(value));
        }
        for (const index of [0, 1, 80, 16_383, 16_384, 49_151, 49_152, ...plain.keys()]) {
          if (index < column.capacity) expect(column.get(index)).toBe(plain.get(index) ?? 0);
        }
      }),
    );
  });
});

describe('UsualColumn', () => {
  it('has what was set last, and what is usual where nothing was', () => {
    fc.assert(
      fc.property(writes(), numbers(), (written, usual) => {
        const column = new UsualColumn(usual);
        const plain = new Map(written);
        for (const [index, value] of written) column.set(index, value);
        for (const index of [0, 81, 16_383, 49_156, 200_000, ...plain.keys()]) {
          expect(column.get(index)).toBe(plain.get(index) ?? usual);
        }
      }),
    );
  });
});

describe('RunColumn', () => {
  it('has the number that was pushed last at or before an index, in whatever order it is read', () => {
    const runs = fc.array(fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 3 })), { minLength: 1 });
    fc.assert(
      fc.property(runs, fc.array(fc.nat(), { maxLength: 100 }), (steps, reads) => {
        const column = new RunColumn();
        const plain: number[] = [];
        for (const [length, value] of steps) {
          column.push(plain.length, value);
          plain.push(...Array.from({ length: length + 1 }, () => value));
        }
        for (const read of [...reads, ...plain.keys()]) {
          const index = read % plain.length;
          expect(column.get(index)).toBe(plain[index]);
        }
      }),
    );
  });
});
