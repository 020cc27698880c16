/** A stretch of a chart that is marked with the keyboard, by the chart's buckets. */

import type { Statistics } from '../view-protocol.js';

export interface Marking {
  /** Where it was begun. */
  readonly anchor: number;
  /** Where the keys have led. */
  readonly at: number;
}

/** Buckets that Page Up and Page Down go. */
const PAGE = 10;

/**
 * @param key as in `KeyboardEvent.key`
 * @param extend whether the stretch becomes longer; else it begins anew
 * @param count of buckets
 * @returns null when the key does not move
 */
export function stepped(
  marking: Marking | null,
  key: string,
  extend: boolean,
  count: number,
): Marking | null {
  const last = count - 1;
  const from = marking?.at ?? -1;
  const targets = new Map([
    ['ArrowRight', from + 1],
    ['ArrowLeft', marking === null ? last : from - 1],
    ['PageDown', from + PAGE],
    ['PageUp', marking === null ? last : from - PAGE],
    ['Home', 0],
    ['End', last],
  ]);
  const target = targets.get(key);
  if (target === undefined || count === 0) return null;
  const at = Math.min(Math.max(0, target), last);
  return { anchor: extend && marking !== null ? marking.anchor : at, at };
}

/** @returns the stretch in epoch milliseconds, both included */
export function marked(
  { anchor, at }: Marking,
  { from, bucketMs }: Pick<Statistics, 'from' | 'bucketMs'>,
): { readonly from: number; readonly to: number } {
  return {
    from: from + Math.min(anchor, at) * bucketMs,
    to: from + (Math.max(anchor, at) + 1) * bucketMs - 1,
  };
}
