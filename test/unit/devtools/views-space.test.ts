/** The sequence diagram's and the map's space. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LabelRoom, LINE, within, type LabelBox } from '../../../devtools/arithmetic/label-room.js';
import { edgePoints, layoutMap, pointOn } from '../../../devtools/arithmetic/map-layout.js';
import {
  arrowAt,
  laneX,
  leastWidth,
  markAt,
  nextArrow,
  panned,
  timeOf,
  timeY,
  zoomed,
} from '../../../devtools/arithmetic/sequence-space.js';
import type { Arrow } from '../../../devtools/view-protocol.js';

const WHOLE = { from: 1_000, to: 61_000 };
const stretches = fc
  .tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 1e-4, max: 1, noNaN: true }))
  .map(([start, part]) => {
    const length = Math.max(1, part * (WHOLE.to - WHOLE.from));
    const from = WHOLE.from + start * (WHOLE.to - WHOLE.from - length);
    return { from, to: from + length };
  });

test('however one moves and zooms, the stretch stays in the whole and at least a millisecond long', () => {
  fc.assert(
    fc.property(
      stretches,
      fc.double({ min: -3, max: 3, noNaN: true }),
      fc.double({ min: 1e-6, max: 1e6, noNaN: true }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (stretch, by, factor, part) => {
        const at = stretch.from + part * (stretch.to - stretch.from);
        for (const next of [
          panned(stretch, WHOLE, by),
          panned(stretch, WHOLE, Infinity),
          panned(stretch, WHOLE, -Infinity),
          zoomed(stretch, WHOLE, factor, at),
        ]) {
          expect(next.from).toBeGreaterThanOrEqual(WHOLE.from - 1e-6);
          expect(next.to).toBeLessThanOrEqual(WHOLE.to + 1e-6);
          expect(next.to - next.from).toBeGreaterThan(0.999);
        }
      },
    ),
  );
});

test('the moment under the pointer stays there while zooming, and goes there and back', () => {
  const stretch = { from: 10_000, to: 20_000 };
  const closer = zoomed(stretch, WHOLE, 0.5, 12_000);
  expect(timeY(12_000, 100, closer)).toBeCloseTo(timeY(12_000, 100, stretch));
  expect(timeOf(timeY(12_345, 100, stretch), 100, stretch)).toBeCloseTo(12_345);
});

const arrow = (
  row: number,
  from: number,
  to: number | null,
  at: number,
  isReply = false,
): Arrow => ({
  row,
  from,
  to,
  at,
  end: at + 10,
  label: '',
  count: 1,
  troubled: false,
  isReply,
});

test('a click means the arrow that is close, and none where none is', () => {
  const said = {
    arrows: [arrow(3, 0, 1, 100), arrow(4, 1, 0, 500)],
    lanes: [{}, {}] as never,
    window: { from: 0, to: 1_000 },
  };
  const size = { width: 800, height: 400 };
  const middle = (laneX(0, 2, 800) + laneX(1, 2, 800)) / 2;
  const y = (at: number) => timeY(at, 400, said.window);
  expect(arrowAt(said, size, middle, y(105))?.row).toBe(3);
  expect(arrowAt(said, size, middle, y(505))?.row).toBe(4);
  expect(arrowAt(said, size, middle, y(300))).toBeNull();
});

test('steps go from message to message, past replies, and end at the edge', () => {
  const arrows = [arrow(7, 0, 1, 1), arrow(7, 1, 0, 2, true), arrow(9, 0, 1, 3)];
  expect(nextArrow(arrows, null, 1)?.row).toBe(7);
  expect(nextArrow(arrows, 7, 1)?.row).toBe(9);
  expect(nextArrow(arrows, 9, 1)).toBeNull();
  expect(nextArrow(arrows, 9, -1)?.row).toBe(7);
});

test('no two nodes of the map lie over each other', () => {
  const kinds = fc.array(fc.constantFrom('script', 'extension', 'outside'), { maxLength: 40 });
  fc.assert(
    fc.property(kinds, fc.integer({ min: 0, max: 2_000 }), (all, room) => {
      const { places, width, height, node } = layoutMap(all, room);
      for (const [index, a] of places.entries()) {
        expect(a.x + node.width).toBeLessThanOrEqual(width);
        expect(a.y + node.height).toBeLessThanOrEqual(height);
        for (const b of places.slice(index + 1)) {
          const apart = Math.abs(a.x - b.x) >= node.width || Math.abs(a.y - b.y) >= node.height;
          expect(apart).toBe(true);
        }
      }
    }),
  );
});

test('no line of the map passes behind a node', () => {
  const kind = fc.constantFrom('script', 'extension', 'outside');
  const kinds = fc.array(kind, { minLength: 1, maxLength: 12 });
  const ends = fc.tuple(fc.nat(), fc.nat());
  fc.assert(
    fc.property(kinds, ends, fc.integer({ min: 0, max: 900 }), (all, [one, other], room) => {
      const layout = layoutMap(all, room);
      const { places, node, width, height } = layout;
      const edge = edgePoints(one % all.length, other % all.length, layout);
      let { start } = edge;
      const lost = [];
      for (const curve of edge.curves) {
        for (let part = 0; part <= 1; part += 1 / 64) {
          const { x, y } = pointOn(start, curve, part);
          const isBehind = places.some(
            (at) => x > at.x && x < at.x + node.width && y > at.y && y < at.y + node.height,
          );
          if (isBehind || x > width || y < 0 || y > height) lost.push({ x, y });
        }
        start = curve[2];
      }
      expect(lost).toEqual([]);
    }),
    { numRuns: 1_000 },
  );
});

test('the map is as wide as there is room for, and never so narrow that it cannot be read', () => {
  const kinds = ['script', 'extension', 'outside'] as const;
  const widths = [0, 484, 600, 5_000].map((room) => layoutMap(kinds, room).width);
  expect(widths[1]).toBeLessThanOrEqual(484);
  expect(widths[2]).toBeLessThanOrEqual(600);
  expect(widths[0]).toBe(layoutMap(kinds, 100).width);
  expect(widths[3]).toBe(layoutMap(kinds, 9_000).width);
});

test('no label lies over another, and one is left out only where another is', () => {
  const boxes = fc.array(
    fc
      .tuple(
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 1, max: 90 }),
        fc.integer({ min: 0, max: 200 }),
      )
      .map(([left, width, y]): LabelBox => ({ left, right: left + width, y })),
    { maxLength: 60 },
  );
  const areOver = (a: LabelBox, b: LabelBox): boolean =>
    Math.abs(a.y - b.y) < LINE && a.left < b.right && b.left < a.right;
  fc.assert(
    fc.property(boxes, (wanted) => {
      const room = new LabelRoom();
      const placed = wanted.filter((box) => room.take(box));
      for (const [index, box] of placed.entries()) {
        expect(placed.slice(index + 1).filter((other) => areOver(box, other))).toEqual([]);
      }
      for (const box of wanted.filter((each) => !placed.includes(each))) {
        // Four pixels are kept free between two.
        const wide = { ...box, left: box.left - 4, right: box.right + 4 };
        expect(placed.some((other) => areOver(wide, other))).toBe(true);
      }
    }),
  );
});

test('a label at the edge is moved inside, and what is kept takes room from others', () => {
  expect(within({ left: 190, right: 230, y: 5 }, 84, 200)).toEqual({ left: 160, right: 200, y: 5 });
  expect(within({ left: 60, right: 90, y: 5 }, 84, 200)).toEqual({ left: 84, right: 114, y: 5 });
  const room = new LabelRoom();
  room.force({ left: 0, right: 50, y: 12 });
  expect(room.take({ left: 40, right: 60, y: 14 })).toBe(false);
  expect(room.take({ left: 40, right: 60, y: 12 + LINE })).toBe(true);
});

test('a mark is found near its place on its lane', () => {
  const lanes = Array.from({ length: 2 }, () => ({})) as never;
  const mark = { lane: 1, at: 50, what: 'frozen' };
  const drawing = { marks: [mark], lanes, window: { from: 0, to: 100 } };
  const size = { width: 400, height: 200 };
  const x = laneX(1, 2, 400);
  expect(markAt(drawing, size, x + 5, 100)).toBe(mark);
  expect(markAt(drawing, size, x + 20, 100)).toBeNull();
  expect(leastWidth(10)).toBeGreaterThan(10 * 60);
});
