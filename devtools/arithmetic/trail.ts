/**
 * What a list draws while the rows of the place that it was scrolled to are on their way: those of the last place
 * whose rows are at hand, in their stead, for a frame or two. Pure arithmetic.
 */

/** Places that are remembered. */
const MOST_PLACES = 32;

/** One that a list was scrolled to; another object each time. */
export interface Place {
  /** See windowing.ts. */
  readonly offset: number;
}

/** The place whose rows are drawn, and those that the list has been at since; it stands at the last one. */
export type Trail = readonly Place[];

/** The list has come to `offset`, or is still there. */
export function trailTo(trail: Trail, offset: number): Trail {
  if (trail.at(-1)?.offset === offset) return trail;
  // The place after the one that is drawn tells for how long it has been waited.
  return [...(trail.length < MOST_PLACES ? trail : trail.toSpliced(2, 1)), { offset }];
}

/** All that is drawn has moved by so many pixels. */
export function trailMoved(trail: Trail, by: number): Trail {
  return by === 0 ? trail : trail.map(({ offset }) => ({ offset: offset + by }));
}

/**
 * @param isKnown whether all rows that are in view at an offset are at hand
 * @returns the trail from the latest place on whose rows are at hand; when there is none, where the list stands
 */
export function trailFrom(trail: Trail, isKnown: (offset: number) => boolean): Trail {
  return trail.slice(trail.findLastIndex(({ offset }) => isKnown(offset)));
}

/** @returns the list waits no more, and draws what it has of where it stands */
export function trailEnd(trail: Trail): Trail {
  return trail.slice(-1);
}
