/** The sequence diagram's space: where lanes and moments are, and what is where. Pure; CSS pixels and epoch milliseconds. */

import type { Arrow, LaneMark, Sequence } from '../view-protocol.js';

export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Width of the times at the left. */
export const AXIS = 84;

/** The closest one can look, in milliseconds. */
const SHORTEST = 1;

/** How far from an arrow a click still means it. */
const REACH = 8;

/** Less than that between two lanes says nothing: the diagram then scrolls sideways. */
const LANE = 64;

/** @returns the width that so many lanes need at least */
export function leastWidth(lanes: number): number {
  return AXIS + lanes * LANE;
}

export function laneX(lane: number, lanes: number, width: number): number {
  return AXIS + ((width - AXIS) * (lane + 0.5)) / Math.max(1, lanes);
}

/** Room above the first moment and below the last, for what is written there. */
const EDGE = 14;

export function timeY(at: number, height: number, { from, to }: Stretch): number {
  return EDGE + ((height - 2 * EDGE) * (at - from)) / Math.max(to - from, Number.MIN_VALUE);
}

export function timeOf(y: number, height: number, { from, to }: Stretch): number {
  return from + ((to - from) * (y - EDGE)) / Math.max(1, height - 2 * EDGE);
}

/** @returns the stretch moved by a part of itself, and not beyond the whole */
export function panned(stretch: Stretch, whole: Stretch, by: number): Stretch {
  const length = stretch.to - stretch.from;
  const moved = stretch.from + (Number.isFinite(by) ? by * length : by);
  const from = Math.min(Math.max(moved, whole.from), Math.max(whole.from, whole.to - length));
  return { from, to: from + length };
}

/** @returns the stretch `factor` times as long; the moment `at` stays where it is, as far as the whole allows */
export function zoomed(stretch: Stretch, whole: Stretch, factor: number, at: number): Stretch {
  const before = stretch.to - stretch.from;
  const most = Math.max(whole.to - whole.from, SHORTEST);
  const length = Math.min(Math.max(before * factor, SHORTEST), most);
  const part = before === 0 ? 0 : (at - stretch.from) / before;
  const from = at - part * length;
  return panned({ from, to: from + length }, whole, 0);
}

/** @returns the arrow after (1) or before (-1) that of the selected row, in order of time; null at the edge */
export function nextArrow(
  arrows: readonly Arrow[],
  selected: number | null,
  by: 1 | -1,
): Arrow | null {
  const own = arrows.filter(({ isReply }) => !isReply).sort((a, b) => a.row - b.row);
  if (selected === null) return (by === 1 ? own[0] : own.at(-1)) ?? null;
  return (
    (by === 1
      ? own.find(({ row }) => row > selected)
      : own.findLast(({ row }) => row < selected)) ?? null
  );
}

/** @returns the arrow that is drawn closest to the point, if it is close */
export function arrowAt(
  { arrows, lanes, window }: Pick<Sequence, 'arrows' | 'lanes' | 'window'>,
  size: { readonly width: number; readonly height: number },
  x: number,
  y: number,
): Arrow | null {
  let best: Arrow | null = null;
  let closest = REACH;
  for (const arrow of arrows) {
    const { startX, startY, endX, endY } = lineOf(arrow, lanes.length, size, window);
    const distance = distanceTo(x, y, startX, startY, endX, endY);
    if (distance >= closest) continue;
    closest = distance;
    best = arrow;
  }
  return best;
}

/** @returns the mark that is drawn closest to the point, if it is close */
export function markAt(
  { marks, lanes, window }: Pick<Sequence, 'marks' | 'lanes' | 'window'>,
  { width, height }: { readonly width: number; readonly height: number },
  x: number,
  y: number,
): LaneMark | null {
  let best: LaneMark | null = null;
  let closest = REACH;
  for (const mark of marks) {
    const [left, top] = [laneX(mark.lane, lanes.length, width), timeY(mark.at, height, window)];
    const distance = Math.hypot(x - left, y - top);
    if (distance >= closest) continue;
    closest = distance;
    best = mark;
  }
  return best;
}

/** Length of the stub of a message that arrived nowhere. */
const STUB = 26;

/** @returns where the arrow begins and ends */
export function lineOf(
  { from, to, at, end }: Arrow,
  lanes: number,
  { width, height }: { readonly width: number; readonly height: number },
  window: Stretch,
): {
  readonly startX: number;
  readonly startY: number;
  readonly endX: number;
  readonly endY: number;
} {
  const startX = laneX(from, lanes, width);
  const startY = timeY(at, height, window);
  const endX = to === null ? startX + STUB : laneX(to, lanes, width);
  return { startX, startY, endX, endY: timeY(Math.max(at, end ?? at), height, window) };
}

function distanceTo(
  x: number,
  y: number,
  startX: number,
  startY: number,
  endX: number,
  endY: number,
): number {
  const [dx, dy] = [endX - startX, endY - startY];
  const square = dx * dx + dy * dy;
  const along = square === 0 ? 0 : ((x - startX) * dx + (y - startY) * dy) / square;
  const part = Math.min(1, Math.max(0, along));
  return Math.hypot(x - startX - part * dx, y - startY - part * dy);
}
