/**
 * A stretch of a chart that is marked with the keyboard. It goes by the chart's buckets, and is kept as times: what is
 * marked stays so while rows come in and the buckets become others.
 */

import type { Statistics } from '../view-protocol.js';

type Chart = Pick<Statistics, 'from' | 'bucketMs' | 'messages'>;

/** Two buckets, epoch milliseconds, both included. */
export interface Marking {
  /** Where it was begun: a bucket's start. */
  readonly anchor: number;
  /** Where the keys have led: a bucket's start. */
  readonly at: number;
  readonly bucketMs: number;
}

/** Buckets that Page Up and Page Down go. */
const PAGE = 10;

/**
 * @param key as in `KeyboardEvent.key`
 * @param extend whether the stretch becomes longer; else it begins anew
 * @returns null when the key does not move
 */
export function stepped(
  marking: Marking | null,
  key: string,
  extend: boolean,
  { from, bucketMs, messages }: Chart,
): Marking | null {
  const last = messages.length - 1;
  const before = marking === null ? null : Math.floor((marking.at - from) / bucketMs);
  const targets = new Map([
    ['ArrowRight', (before ?? -1) + 1],
    ['ArrowLeft', before === null ? last : before - 1],
    ['PageDown', (before ?? -1) + PAGE],
    ['PageUp', before === null ? last : before - PAGE],
    ['Home', 0],
    ['End', last],
  ]);
  const target = targets.get(key);
  if (target === undefined || last < 0) return null;
  const at = from + Math.min(Math.max(0, target), last) * bucketMs;
  return { anchor: extend && marking !== null ? marking.anchor : at, at, bucketMs };
}

/** @returns the stretch in epoch milliseconds, both included */
export function marked({ anchor, at, bucketMs }: Marking): {
  readonly from: number;
  readonly to: number;
} {
  return { from: Math.min(anchor, at), to: Math.max(anchor, at) + bucketMs - 1 };
}
