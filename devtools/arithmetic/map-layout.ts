/**
 * Where the map's nodes stand: scripts of pages at the left, extension pages in the middle, the rest at the right; and
 * how the lines between them go.
 */

import type { MapNode } from '../view-protocol.js';

/** CSS pixels. */
const HEIGHT = 52;
const WIDTH = { least: 104, most: 176 } as const;
const GAP = { least: 44, most: 110, y: 16 } as const;
const MARGIN = 12;

/** Room at the right, for what leads from a node of the last column to another one there. */
const BESIDE = 56;

const COLUMNS: Record<MapNode['kind'], number> = { script: 0, extension: 1, outside: 2 };

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface MapLayout {
  readonly width: number;
  readonly height: number;
  /** Size of each node. */
  readonly node: { readonly width: number; readonly height: number };
  /** From one column to the next. */
  readonly gap: number;
  /** Upper left corners of the nodes. */
  readonly places: readonly Point[];
}

/**
 * Columns that nobody stands in take no room.
 *
 * @param room CSS pixels from side to side; where they do not suffice, nodes and what is between them become narrower,
 *   down to what can be read
 */
export function layoutMap(kinds: readonly MapNode['kind'][], room: number): MapLayout {
  const used = [...new Set(kinds.map((kind) => COLUMNS[kind]))].sort((a, b) => a - b);
  const heights = used.map((column) => kinds.filter((kind) => COLUMNS[kind] === column).length);
  const tallest = Math.max(1, ...heights);
  const gaps = Math.max(0, used.length - 1);
  const widthWith = (node: number, gap: number): number =>
    MARGIN + used.length * node + gaps * gap + BESIDE;
  const [least, most] = [widthWith(WIDTH.least, GAP.least), widthWith(WIDTH.most, GAP.most)];
  const share = Math.min(1, Math.max(0, (room - least) / Math.max(1, most - least)));
  const between = (from: number, to: number): number => Math.floor(from + share * (to - from));
  const node = { width: between(WIDTH.least, WIDTH.most), height: HEIGHT };
  const gap = between(GAP.least, GAP.most);
  const step = HEIGHT + GAP.y;
  const next = heights.map((count) => (tallest - count) / 2);
  const places = kinds.map((kind) => {
    const column = used.indexOf(COLUMNS[kind]);
    const row = next[column] ?? 0;
    next[column] = row + 1;
    return { x: MARGIN + column * (node.width + gap), y: MARGIN + row * step };
  });
  return {
    width: widthWith(node.width, gap),
    height: 2 * MARGIN + tallest * step - GAP.y,
    node,
    gap,
    places,
  };
}

/** Two control points and the end of a cubic curve, which begins where the one before it ends. */
type Curve = readonly [Point, Point, Point];

export interface EdgePoints {
  readonly start: Point;
  readonly curves: readonly Curve[];
  /** The middle of the words at the line. */
  readonly label: Point;
}

/** Between a line and a node that it passes, CSS pixels. */
const CLEAR = 5;

/** Between the line there and the line back where both pass between two nodes. */
const APART = 4;

/** From the line to the base of its words, CSS pixels. */
const WORDS_BELOW = 4;

/** How far out a line goes that ends in the column where it began, as a part of the room between columns. */
const OUT = 1.2;

/**
 * A line leaves at one side and comes in at the facing one; there and back lie beside each other. It passes above, below
 * or between the nodes of a column that it crosses, never behind one.
 *
 * @param from,to which of the layout's places
 */
export function edgePoints(from: number, to: number, layout: MapLayout): EdgePoints {
  const { node, places } = layout;
  const [a, b] = [places[from] as Point, places[to] as Point];
  const right = b.x >= a.x;
  const between = places.filter(({ x }) => x > Math.min(a.x, b.x) && x < Math.max(a.x, b.x));
  // Lines to the next column, and to the one after that, begin and end apart as well.
  const part = between.length === 0 ? 0.35 : 0.15;
  const side = ({ y }: Point): number => y + node.height * (right ? part : 1 - part);
  if (a.x === b.x) {
    const start = { x: a.x + node.width, y: side(a) };
    const end = { x: start.x, y: side(b) + (from === to ? node.height / 4 : 0) };
    const x = start.x + Math.min(60, OUT * layout.gap);
    return withLabel(start, [{ x, y: start.y }, { x, y: end.y }, end]);
  }
  const start = { x: a.x + (right ? node.width : 0), y: side(a) };
  const end = { x: b.x + (right ? 0 : node.width), y: side(b) };
  if (between.length === 0) return withLabel(start, bent(start, end));
  const y = laneAt((start.y + end.y) / 2, between, layout, right);
  const { x } = between[0] as Point;
  const [into, out] = right ? [x, x + node.width] : [x + node.width, x];
  const curves = [
    bent(start, { x: into, y }),
    bent({ x: into, y }, { x: out, y }),
    bent({ x: out, y }, end),
  ] as const;
  // Where it leaves are the words of those that go to the column it crosses.
  const label = pointOn({ x: out, y }, curves[2], 0.6);
  return { start, curves, label: { x: label.x, y: label.y + WORDS_BELOW } };
}

function bent(from: Point, to: Point): Curve {
  const x = (from.x + to.x) / 2;
  return [{ x, y: from.y }, { x, y: to.y }, to];
}

/** @returns where a line crosses a column, as near to `wanted` as nodes let it */
function laneAt(
  wanted: number,
  column: readonly Point[],
  { node, height }: MapLayout,
  right: boolean,
): number {
  const tops = column.map(({ y }) => y).sort((a, b) => a - b);
  const lows = [CLEAR, ...tops.map((top) => top + node.height + CLEAR)];
  const highs = [...tops.map((top) => top - CLEAR), height - CLEAR];
  const lanes = lows.map((low, index) => {
    const high = highs[index] as number;
    return right
      ? Math.max(low, Math.min(wanted, high - APART))
      : Math.min(high, Math.max(wanted, low + APART));
  });
  return lanes.reduce((best, lane) =>
    Math.abs(lane - wanted) < Math.abs(best - wanted) ? lane : best,
  );
}

/** The words stand where the line leaves, before it meets those that come from elsewhere. */
function withLabel(start: Point, curve: Curve): EdgePoints {
  const { x, y } = pointOn(start, curve, 0.28);
  return { start, curves: [curve], label: { x, y: y + WORDS_BELOW } };
}

/**
 * @param part from 0 to 1
 * @returns the point of the curve there
 */
export function pointOn(start: Point, [one, two, end]: Curve, part: number): Point {
  const along = (axis: 'x' | 'y'): number =>
    (1 - part) ** 3 * start[axis] +
    3 * (1 - part) ** 2 * part * one[axis] +
    3 * (1 - part) * part ** 2 * two[axis] +
    part ** 3 * end[axis];
  return { x: along('x'), y: along('y') };
}
