import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  afterLoss,
  afterMove,
  afterResize,
  afterReveal,
  afterScroll,
  isAtNewest,
  isInView,
  isScaled,
  MAX_TRACK_PX,
  maxOffset,
  maxScroll,
  offsetOf,
  pageRows,
  scrollOf,
  seenAt,
  slotsFor,
  trackHeight,
  windowAt,
  type Geometry,
  type Slots,
} from '../../../devtools/arithmetic/windowing.js';

/** Firefox lays out nothing of an element taller than this. */
const FIREFOX_LIMIT = 17_895_697;

const geometries: fc.Arbitrary<Geometry> = fc.record({
  count: fc.oneof(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: 10_000_000 })),
  rowHeight: fc.integer({ min: 16, max: 40 }),
  viewport: fc.integer({ min: 0, max: 3000 }),
});

const filled = geometries.filter(({ count, viewport }) => count > 0 && viewport > 0);

const MILLIONS: Geometry = { count: 10_000_000, rowHeight: 20, viewport: 613 };

/** Whether row `index` is drawn whole inside the viewport at `offset`. */
function isWhole(index: number, offset: number, geometry: Geometry): boolean {
  const { first, end, shift } = windowAt(offset, geometry, 3);
  if (index < first || index >= end) return false;
  const top = shift + (index - first) * geometry.rowHeight;
  return top >= -1e-6 && top + geometry.rowHeight <= geometry.viewport + 1e-6;
}

describe('windowing', () => {
  test('the track never reaches the height at which Firefox draws nothing', () => {
    fc.assert(
      fc.property(geometries, (geometry) => {
        expect(trackHeight(geometry)).toBeLessThan(FIREFOX_LIMIT / 2);
      }),
    );
  });

  test('every row of ten millions can be brought into view whole', () => {
    fc.assert(
      fc.property(filled, fc.double({ min: 0, max: 1, noNaN: true }), (geometry, share) => {
        fc.pre(geometry.viewport >= geometry.rowHeight);
        const index = Math.min(geometry.count - 1, Math.floor(share * geometry.count));
        for (const start of [0, maxOffset(geometry), maxOffset(geometry) * 0.37]) {
          const { offset } = afterReveal({ offset: start, follow: false }, index, geometry);
          expect(isWhole(index, offset, geometry)).toBe(true);
        }
      }),
    );
  });

  test('scrolled to its end, the list shows its last row at the very edge', () => {
    fc.assert(
      fc.property(filled, fc.double({ min: 0, max: 1, noNaN: true }), (geometry, rounding) => {
        const offset = offsetOf(maxScroll(geometry) - rounding, geometry);
        expect(offset).toBe(maxOffset(geometry));
        const { first, end, shift } = windowAt(offset, geometry, 5);
        expect(end).toBe(geometry.count);
        const bottom = shift + (end - first) * geometry.rowHeight;
        if (maxOffset(geometry) > 0) expect(bottom).toBeCloseTo(geometry.viewport, 6);
      }),
    );
  });

  test('further down the scrollbar is never further up the list', () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(filled, share, share, (geometry, a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)].map((part) =>
          offsetOf(part * maxScroll(geometry), geometry),
        ) as [number, number];
        expect(low).toBeLessThanOrEqual(high);
      }),
    );
  });

  test('an offset survives the way over scrollTop, exactly where the list is not scaled', () => {
    fc.assert(
      fc.property(filled, fc.double({ min: 0, max: 1, noNaN: true }), (geometry, share) => {
        const offset = Math.round(share * maxOffset(geometry));
        const back = offsetOf(scrollOf(offset, geometry), geometry);
        const pixel = isScaled(geometry) ? maxOffset(geometry) / maxScroll(geometry) : 1;
        expect(Math.abs(back - offset)).toBeLessThanOrEqual(pixel + 1e-6);
      }),
    );
  });

  test('a window holds what is in view and little more', () => {
    fc.assert(
      fc.property(filled, fc.double({ min: -1, max: 2, noNaN: true }), (geometry, share) => {
        const { first, end, shift } = windowAt(share * maxOffset(geometry), geometry, 4);
        expect(first).toBeGreaterThanOrEqual(0);
        expect(end).toBeLessThanOrEqual(geometry.count);
        expect(end - first).toBeLessThanOrEqual(geometry.viewport / geometry.rowHeight + 2 + 8);
        expect(shift).toBeLessThanOrEqual(0);
        const covered = Math.min(geometry.viewport, geometry.count * geometry.rowHeight);
        expect(shift + (end - first) * geometry.rowHeight).toBeGreaterThanOrEqual(covered - 1e-6);
      }),
    );
  });

  test('an empty list and an unmeasured one draw nothing and do not throw', () => {
    expect(windowAt(0, { count: 0, rowHeight: 20, viewport: 500 }, 8)).toEqual({
      first: 0,
      end: 0,
      shift: 0,
    });
    expect(scrollOf(10, { count: 5, rowHeight: 20, viewport: 0 })).toBe(10);
    expect(pageRows({ count: 5, rowHeight: 20, viewport: 0 })).toBe(1);
  });

  test('a wheel moves a scaled list by rows, not by the track’s pixels', () => {
    expect(isScaled(MILLIONS)).toBe(true);
    let position = { offset: 0, follow: false };
    const seen = new Set<number>();
    for (let turn = 0; turn < 100; turn += 1) {
      const { first, end } = windowAt(position.offset, MILLIONS, 0);
      for (let index = first; index < end; index += 1) seen.add(index);
      position = afterMove(position, 60, MILLIONS);
    }
    expect(position.offset).toBe(6000);
    expect([...seen].sort((a, b) => a - b)).toEqual(
      Array.from({ length: seen.size }, (_, index) => index),
    );
  });
});

describe('following the newest row', () => {
  const geometry: Geometry = { count: 1000, rowHeight: 20, viewport: 400, newest: 'end' };
  const more = { ...geometry, count: 1010 };
  const atEnd = { offset: maxOffset(geometry), follow: true };

  test('rows that are added keep a following list at its end', () => {
    expect(afterResize(atEnd, more)).toEqual({ offset: maxOffset(more), follow: true });
    const many = { ...geometry, count: MAX_TRACK_PX };
    expect(isAtNewest(afterResize(atEnd, many).offset, many)).toBe(true);
  });

  test('scrolling up lets go, and added rows then move nothing', () => {
    const up = afterScroll(atEnd, maxScroll(geometry) - 60, geometry);
    expect(up).toEqual({ offset: maxOffset(geometry) - 60, follow: false });
    expect(afterResize(up, more)).toBe(up);
  });

  test('scrolling back to the end takes hold again', () => {
    const up = afterScroll(atEnd, 100, geometry);
    expect(afterScroll(up, maxScroll(geometry), geometry).follow).toBe(true);
  });

  test('a scroll event that only repeats what was set changes nothing', () => {
    for (const each of [geometry, MILLIONS]) {
      const position = { offset: maxOffset(each) * 0.5, follow: false };
      expect(afterScroll(position, Math.round(scrollOf(position.offset, each)), each)).toBe(
        position,
      );
    }
  });

  test('selecting a row above lets go; the last row takes hold', () => {
    expect(afterReveal(atEnd, 990, geometry).follow).toBe(false);
    expect(afterReveal({ offset: 0, follow: false }, 999, geometry)).toEqual(atEnd);
  });

  test('a wheel upwards lets go at once, also within the last row', () => {
    expect(afterMove(atEnd, -1, geometry).follow).toBe(false);
    expect(afterMove(atEnd, 1, geometry)).toEqual(atEnd);
  });

  test('where the newest rows come first, a list sticks to its start', () => {
    const upwards: Geometry = { ...geometry, newest: 'start' };
    const atStart = { offset: 0, follow: true };
    expect(afterResize(atStart, { ...upwards, count: 5000 })).toBe(atStart);
    expect(afterLoss(atStart, -100, upwards).offset).toBe(2000);
    expect(afterResize(afterLoss(atStart, -100, upwards), upwards)).toEqual(atStart);
    expect(afterMove(atStart, 1, upwards).follow).toBe(false);
    expect(afterMove({ offset: 30, follow: false }, -30, upwards)).toEqual(atStart);
    expect(afterReveal({ offset: 90, follow: false }, 0, upwards)).toEqual(atStart);
  });

  test('where new rows come anywhere, nothing is followed', () => {
    const { newest: _, ...anywhere } = geometry;
    expect(afterResize(atEnd, { ...anywhere, count: 2000 })).toEqual({ ...atEnd, follow: false });
    expect(afterScroll({ offset: 0, follow: false }, maxScroll(geometry), anywhere).follow).toBe(
      false,
    );
  });

  test('a row that is looked for comes to the middle, unless it is in view', () => {
    const here = { offset: 4000, follow: false };
    expect(afterReveal(here, 205, geometry, true).offset).toBe(4000);
    expect(afterReveal(here, 500, geometry, true).offset).toBe(500 * 20 + 10 - 200);
    expect(afterReveal(here, 999, geometry, true)).toEqual(atEnd);
  });

  test('the rows that can be seen whole', () => {
    expect(seenAt(4000, geometry)).toEqual({ first: 200, end: 220 });
    expect(seenAt(4005, geometry)).toEqual({ first: 201, end: 220 });
    expect(seenAt(0, { count: 3, rowHeight: 20, viewport: 400 })).toEqual({ first: 0, end: 3 });
    expect(seenAt(0, { count: 3, rowHeight: 20, viewport: 7 })).toEqual({ first: 0, end: 1 });
  });

  test('fewer rows (a filter) leave the list inside itself', () => {
    const few = { ...geometry, count: 3 };
    expect(afterResize({ offset: 5000, follow: false }, few)).toEqual({ offset: 0, follow: false });
    expect(isInView(2, 0, few)).toBe(true);
    expect(isInView(20, 0, geometry)).toBe(false);
  });
});

test('rows that go from the top leave those in view where they are', () => {
  const geometry = { count: 900, rowHeight: 20, viewport: 400 };
  const position = { offset: 8_005, follow: false };
  const moved = afterLoss(position, 100, geometry);
  expect(windowAt(moved.offset, geometry, 0)).toEqual({
    first: windowAt(position.offset, { ...geometry, count: 1_000 }, 0).first - 100,
    end: windowAt(position.offset, { ...geometry, count: 1_000 }, 0).end - 100,
    shift: windowAt(position.offset, geometry, 0).shift,
  });
  expect(afterLoss(position, 0, geometry)).toBe(position);
  expect(afterLoss({ offset: 100, follow: false }, 100, geometry).offset).toBe(0);
});

describe('slots', () => {
  const windows = fc.array(
    fc.record({ first: fc.integer({ min: 0, max: 200 }), rows: fc.integer({ min: 0, max: 60 }) }),
    { minLength: 1, maxLength: 20 },
  );

  test('every row drawn has an element of its own, and keeps it when at least half of the rows stay', () => {
    fc.assert(
      fc.property(windows, (moves) => {
        let slots: Slots = { first: 0, numbers: [] };
        for (const { first, rows } of moves) {
          const next = slotsFor(slots, first, first + rows);
          expect(next.first).toBe(first);
          expect(next.numbers).toHaveLength(rows);
          expect(new Set(next.numbers).size).toBe(rows);
          const stay = slots.numbers.flatMap((before, n) => {
            const now = next.numbers[slots.first + n - first];
            return now === undefined ? [] : [{ before, now }];
          });
          if (stay.length >= rows / 2) {
            for (const { before, now } of stay) expect(now).toBe(before);
          } else {
            const reused = slots.numbers.slice(0, rows);
            expect(next.numbers.slice(0, reused.length)).toEqual(reused);
          }
          slots = next;
        }
      }),
    );
  });

  test('no element is made anew while one is left over', () => {
    fc.assert(
      fc.property(windows, (moves) => {
        let slots: Slots = { first: 0, numbers: [] };
        for (const { first, rows } of moves) {
          const next = slotsFor(slots, first, first + rows);
          const made = next.numbers.filter((number) => !slots.numbers.includes(number));
          expect(made).toHaveLength(Math.max(0, rows - slots.numbers.length));
          slots = next;
        }
      }),
    );
  });

  test('a window that shares no row with the one before leaves the elements in their order', () => {
    const scrolled = slotsFor({ first: 10, numbers: [0, 1, 2, 3] }, 12, 16);
    expect(scrolled).toEqual({ first: 12, numbers: [2, 3, 0, 1] });
    expect(slotsFor(scrolled, 700, 704)).toEqual({ first: 700, numbers: [2, 3, 0, 1] });
    expect(slotsFor(scrolled, 0, 3)).toEqual({ first: 0, numbers: [2, 3, 0] });
    expect(slotsFor(scrolled, 10, 15)).toEqual({ first: 10, numbers: [1, 4, 2, 3, 0] });
  });

  test('nor does one that shares less than half of its rows', () => {
    expect(slotsFor({ first: 10, numbers: [0, 1, 2, 3] }, 13, 17).numbers).toEqual([0, 1, 2, 3]);
    expect(slotsFor({ first: 10, numbers: [0, 1, 2, 3] }, 12, 16).numbers).toEqual([2, 3, 0, 1]);
  });
});
