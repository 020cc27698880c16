/**
 * Which rows of a long list are on the screen. Pure arithmetic, because Firefox lays an element taller than
 * 17,895,697 px out with height 0: beyond {@link MAX_TRACK_PX} the scrolled element (the track) is shorter
 * than the rows it stands for, and the scrollbar's position is a proportion, not a distance.
 *
 * Two lengths: `offset` is a distance in rows' pixels (0 … {@link maxOffset}); `scrollTop` is the
 * element's own (0 … {@link maxScroll}). They are equal until the list outgrows the track.
 */

/** Tallest track, in CSS pixels: under Firefox's limit also at a device pixel ratio of 2. */
export const MAX_TRACK_PX = 8_000_000;

/** `count` rows of `rowHeight` px, of which `viewport` px can be seen. */
export interface Geometry {
  readonly count: number;
  readonly rowHeight: number;
  readonly viewport: number;
  /** Where new rows come, so that a list can stick to them; absent: anywhere. */
  readonly newest?: 'start' | 'end' | undefined;
}

/** Where a list stands, and whether it sticks to the newest rows while rows are added. */
export interface Position {
  readonly offset: number;
  readonly follow: boolean;
}

/** Rows `first` (inclusive) to `end` (exclusive); the first one's top edge is `shift` px below the viewport's. */
export interface Window {
  readonly first: number;
  readonly end: number;
  readonly shift: number;
}

/** @returns height of the scrolled element, in px */
export function trackHeight(geometry: Geometry): number {
  return Math.min(geometry.count * geometry.rowHeight, MAX_TRACK_PX);
}

/** @returns whether the track is shorter than its rows */
export function isScaled(geometry: Geometry): boolean {
  return geometry.count * geometry.rowHeight > MAX_TRACK_PX;
}

/** @returns the offset at which the last row ends at the viewport's end */
export function maxOffset(geometry: Geometry): number {
  return Math.max(0, geometry.count * geometry.rowHeight - geometry.viewport);
}

/** @returns the largest `scrollTop` */
export function maxScroll(geometry: Geometry): number {
  return Math.max(0, trackHeight(geometry) - geometry.viewport);
}

/** @returns `offset`, moved inside the list */
export function clampOffset(offset: number, geometry: Geometry): number {
  return Math.min(Math.max(0, offset), maxOffset(geometry));
}

/** @returns the offset that `scrollTop` stands for; the ends are exact, though browsers round `scrollTop` */
export function offsetOf(scrollTop: number, geometry: Geometry): number {
  const scroll = maxScroll(geometry);
  if (scrollTop <= 0 || scroll === 0) return 0;
  if (scrollTop >= scroll - 1) return maxOffset(geometry);
  return isScaled(geometry)
    ? clampOffset((scrollTop / scroll) * maxOffset(geometry), geometry)
    : scrollTop;
}

/** @returns the `scrollTop` that stands for `offset` */
export function scrollOf(offset: number, geometry: Geometry): number {
  const max = maxOffset(geometry);
  if (max === 0) return 0;
  const inside = clampOffset(offset, geometry);
  return isScaled(geometry) ? (inside / max) * maxScroll(geometry) : inside;
}

/**
 * @param above rows to render beyond the upper edge
 * @param below and beyond the lower one
 * @returns the rows to render at `offset`
 */
export function windowAt(offset: number, geometry: Geometry, above: number, below = above): Window {
  const { count, rowHeight, viewport } = geometry;
  const inside = clampOffset(offset, geometry);
  const first = Math.max(0, Math.floor(inside / rowHeight) - above);
  const end = Math.min(count, Math.ceil((inside + viewport) / rowHeight) + below);
  return { first: Math.min(first, end), end, shift: first * rowHeight - inside };
}

/** Which elements draw rows from `first` on: one number a row, in the rows' order, each by which an element is known. */
export interface Slots {
  readonly first: number;
  readonly numbers: readonly number[];
}

/**
 * Rows drawn before keep their elements. The others take over those of rows that are drawn no more, in the order in
 * which these stand. To put an element elsewhere costs more than to write another row into it, so where fewer than half
 * of the rows stay, every element stays at its place instead.
 *
 * @param end exclusive
 * @returns the elements of rows `first` to `end`
 */
export function slotsFor(before: Slots, first: number, end: number): Slots {
  if (first === before.first && end - first === before.numbers.length) return before;
  const count = Math.max(0, end - first);
  const shared =
    Math.min(end, before.first + before.numbers.length) - Math.max(first, before.first);
  const keeps = shared >= count / 2;
  const free = before.numbers.filter(
    (_, n) => !keeps || before.first + n < first || before.first + n >= end,
  );
  let taken = 0;
  let unused = Math.max(-1, ...before.numbers) + 1;
  const numbers = Array.from({ length: count }, (_, n) => {
    const kept = keeps ? before.numbers[first + n - before.first] : undefined;
    if (kept !== undefined) return kept;
    const freed = free[taken];
    if (freed === undefined) return unused++;
    taken += 1;
    return freed;
  });
  return { first, numbers };
}

/** @returns the rows that fit the viewport whole; at least 1 */
export function pageRows(geometry: Geometry): number {
  return Math.max(1, Math.floor(geometry.viewport / geometry.rowHeight));
}

/** @returns whether the newest row is in view, give or take half a row; never where new rows come anywhere */
export function isAtNewest(offset: number, geometry: Geometry): boolean {
  const { newest, rowHeight } = geometry;
  if (newest === undefined) return false;
  return (newest === 'start' ? offset : maxOffset(geometry) - offset) <= rowHeight / 2;
}

/** @returns the offset at which the newest row is in view */
export function newestOffset(geometry: Geometry): number {
  return geometry.newest === 'start' ? 0 : maxOffset(geometry);
}

/** @returns the rows that can be seen whole; at least the one at the upper edge. `end` is exclusive */
export function seenAt(
  offset: number,
  { count, rowHeight, viewport }: Geometry,
): { readonly first: number; readonly end: number } {
  const first = Math.min(Math.ceil(offset / rowHeight), Math.max(0, count - 1));
  const end = Math.min(count, Math.floor((offset + viewport) / rowHeight));
  return { first, end: Math.max(end, first + 1) };
}

/** @returns whether any part of row `index` can be seen */
export function isInView(index: number, offset: number, geometry: Geometry): boolean {
  const top = index * geometry.rowHeight - offset;
  return top > -geometry.rowHeight && top < geometry.viewport;
}

/** The list's `scrollTop` changed: by the person, or because we set it (then nothing changes). */
export function afterScroll(position: Position, scrollTop: number, geometry: Geometry): Position {
  if (Math.abs(scrollTop - scrollOf(position.offset, geometry)) <= 1) return position;
  const offset = offsetOf(scrollTop, geometry);
  return { offset, follow: isAtNewest(offset, geometry) };
}

/** The person moved the list by `delta` px of rows (a wheel over a scaled list, where 1 px of track is many rows). */
export function afterMove(position: Position, delta: number, geometry: Geometry): Position {
  const offset = clampOffset(position.offset + delta, geometry);
  const away = geometry.newest === 'start' ? delta > 0 : delta < 0;
  return { offset, follow: !away && isAtNewest(offset, geometry) };
}

/** Rows were added or removed, or the viewport changed its height. */
export function afterResize(position: Position, geometry: Geometry): Position {
  const follow = position.follow && geometry.newest !== undefined;
  const offset = follow ? newestOffset(geometry) : clampOffset(position.offset, geometry);
  return offset === position.offset && follow === position.follow ? position : { offset, follow };
}

/** So many rows have gone from the top; those in view stay there. */
export function afterLoss(position: Position, gone: number, geometry: Geometry): Position {
  if (gone === 0) return position;
  return {
    ...position,
    offset: clampOffset(position.offset - gone * geometry.rowHeight, geometry),
  };
}

/**
 * The smallest move that brings row `index` into view whole; or, `centred`, one that brings it to the middle if it is
 * not in view. Follows only from the newest row.
 */
export function afterReveal(
  position: Position,
  index: number,
  geometry: Geometry,
  centred = false,
): Position {
  const { rowHeight, viewport, newest, count } = geometry;
  const top = index * rowHeight;
  const bottom = top + rowHeight - viewport;
  const nearest = top < position.offset ? top : Math.max(position.offset, bottom);
  const target = centred && nearest !== position.offset ? (top + bottom) / 2 : nearest;
  const offset = clampOffset(target, geometry);
  const isNewest = index === (newest === 'start' ? 0 : count - 1);
  return { offset, follow: isNewest && isAtNewest(offset, geometry) };
}
