/**
 * Sorts rows by time, quickly where they come as rows do: port by port, those of one port in order. Runs that are in
 * order already are merged two and two, so that a row is compared a few times; a sort that knows nothing of runs
 * compares it a dozen times.
 */

/** Rows, and beside each when it is. */
interface Timed {
  readonly ids: Uint32Array;
  readonly times: Float64Array;
}

/**
 * @param ids of rows, in any order
 * @param at when a row is
 * @param compareLike order of two rows that are at the same time
 * @returns the same ids in order
 */
export function sortByTime(
  ids: readonly number[],
  at: (id: number) => number,
  compareLike: (a: number, b: number) => number,
): Uint32Array {
  let rows: Timed = { ids: new Uint32Array(ids), times: new Float64Array(ids.length) };
  for (let n = 0; n < ids.length; n += 1) rows.times[n] = at(ids[n] as number);
  const isOrdered = (a: number, b: number, { ids, times }: Timed): boolean => {
    const by = (times[a] as number) - (times[b] as number);
    return by < 0 || (by === 0 && compareLike(ids[a] as number, ids[b] as number) <= 0);
  };

  let bounds = [0];
  for (let n = 1; n < ids.length; n += 1) if (!isOrdered(n - 1, n, rows)) bounds.push(n);
  if (bounds.length === 1) return rows.ids;
  bounds.push(ids.length);

  let merged: Timed = { ids: rows.ids.slice(), times: rows.times.slice() };
  while (bounds.length > 2) {
    const wider = [0];
    for (let run = 0; run < bounds.length - 1; run += 2) {
      const middle = bounds[run + 1] as number;
      const end = bounds[run + 2] ?? middle;
      merge(bounds[run] as number, middle, end);
      wider.push(end);
    }
    bounds = wider;
    [rows, merged] = [merged, rows];
  }
  return rows.ids;

  /** Merges `rows` from `from` to `middle` with those from there to `end`, both exclusive. */
  function merge(from: number, middle: number, end: number): void {
    let left = from;
    let right = middle;
    for (let to = from; to < end; to += 1) {
      const isLeft = right >= end || (left < middle && isOrdered(left, right, rows));
      const next = isLeft ? left : right;
      if (isLeft) left += 1;
      else right += 1;
      merged.ids[to] = rows.ids[next] as number;
      merged.times[to] = rows.times[next] as number;
    }
  }
}
