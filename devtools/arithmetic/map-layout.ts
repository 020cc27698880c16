/** Where the map's nodes stand: scripts of pages at the left, extension pages in the middle, the rest at the right. */

import type { MapNode } from '../view-protocol.js';

/** CSS pixels. */
export const MAP_NODE = { width: 176, height: 38 } as const;

const GAP = { x: 110, y: 16 } as const;
const MARGIN = 12;

const COLUMNS: Record<MapNode['kind'], number> = { script: 0, extension: 1, outside: 2 };

/** @returns a place for each node, its upper left corner; columns that nobody stands in take no room */
export function layoutMap(kinds: readonly MapNode['kind'][]): {
  readonly width: number;
  readonly height: number;
  readonly places: readonly { readonly x: number; readonly y: number }[];
} {
  const used = [...new Set(kinds.map((kind) => COLUMNS[kind]))].sort((a, b) => a - b);
  const heights = used.map((column) => kinds.filter((kind) => COLUMNS[kind] === column).length);
  const tallest = Math.max(1, ...heights);
  const step = MAP_NODE.height + GAP.y;
  const next = heights.map((count) => (tallest - count) / 2);
  const places = kinds.map((kind) => {
    const column = used.indexOf(COLUMNS[kind]);
    const row = next[column] ?? 0;
    next[column] = row + 1;
    return { x: MARGIN + column * (MAP_NODE.width + GAP.x), y: MARGIN + row * step };
  });
  return {
    // Room for what leads from a node of the last column to another one there.
    width: MARGIN + used.length * (MAP_NODE.width + GAP.x) - GAP.x + 56,
    height: 2 * MARGIN + tallest * step - GAP.y,
    places,
  };
}
