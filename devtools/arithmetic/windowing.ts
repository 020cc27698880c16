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
}

/** Where a list stands, and whether it sticks to its end while rows are added. */
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
 * @param overscan rows to render beyond each edge
 * @returns the rows to render at `offset`
 */
export function windowAt(offset: number, geometry: Geometry, overscan: number): Window {
  const { count, rowHeight, viewport } = geometry;
  const inside = clampOffset(offset, geometry);
  const first = Math.max(0, Math.floor(inside / rowHeight) - overscan);
  const end = Math.min(count, Math.ceil((inside + viewport) / rowHeight) + overscan);
  return { first: Math.min(first, end), end, shift: first * rowHeight - inside };
}

/** @returns the rows that fit the viewport whole; at least 1 */
export function pageRows(geometry: Geometry): number {
  return Math.max(1, Math.floor(geometry.viewport / geometry.rowHeight));
}

/** @returns whether the newest row is in view, give or take half a row */
export function isAtEnd(offset: number, geometry: Geometry): boolean {
  return maxOffset(geometry) - offset <= geometry.rowHeight / 2;
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
  return { offset, follow: isAtEnd(offset, geometry) };
}

/** The person moved the list by `delta` px of rows (a wheel over a scaled list, where 1 px of track is many rows). */
export function afterMove(position: Position, delta: number, geometry: Geometry): Position {
  const offset = clampOffset(position.offset + delta, geometry);
  return { offset, follow: delta >= 0 && isAtEnd(offset, geometry) };
}

/** Rows were added or removed, or the viewport changed its height. */
export function afterResize(position: Position, geometry: Geometry): Position {
  const offset = position.follow ? maxOffset(geometry) : clampOffset(position.offset, geometry);
  return offset === position.offset ? position : { offset, follow: position.follow };
}

/** So many rows have gone from the top; those in view stay there. */
export function afterLoss(position: Position, gone: number, geometry: Geometry): Position {
  if (gone === 0) return position;
  return {
    ...position,
    offset: clampOffset(position.offset - gone * geometry.rowHeight, geometry),
  };
}

/** The smallest move that brings row `index` into view whole. Follows only from the last row. */
export function afterReveal(position: Position, index: number, geometry: Geometry): Position {
  const top = index * geometry.rowHeight;
  const bottom = top + geometry.rowHeight - geometry.viewport;
  const target = top < position.offset ? top : Math.max(position.offset, bottom);
  const offset = clampOffset(target, geometry);
  return { offset, follow: index === geometry.count - 1 && isAtEnd(offset, geometry) };
}
