/** Where the map's nodes stand: scripts of pages at the left, extension pages in the middle, the rest at the right. */

import type { MapNode } from '../view-protocol.js';

/** CSS pixels. */
const HEIGHT = 52;
const WIDTH = { least: 104, most: 176 } as const;
const GAP = { least: 44, most: 110, y: 16 } as const;
const MARGIN = 12;

/** Room at the right, for what leads from a node of the last column to another one there. */
const BESIDE = 56;

const COLUMNS: Record<MapNode['kind'], number> = { script: 0, extension: 1, outside: 2 };

export interface MapLayout {
  readonly width: number;
  readonly height: number;
  /** Size of each node. */
  readonly node: { readonly width: number; readonly height: number };
  /** Upper left corners of the nodes. */
  readonly places: readonly { readonly x: number; readonly y: number }[];
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
    places,
  };
}
