/** A small sketch of many durations: counts in buckets a fifth wide, from which values can also be taken out again. */

/** Buckets for each doubling. */
const STEPS = 4;

/** 0 ms, then up to 2^22 ms, more than an hour. */
const BUCKETS = 1 + STEPS * 22;

/** Values under this are one bucket: clocks are no finer. */
const FINEST = 1;

/** @returns the bucket of a duration in milliseconds */
export function bucketOf(ms: number): number {
  if (!(ms >= FINEST)) return 0;
  return Math.min(BUCKETS - 1, 1 + Math.floor(STEPS * Math.log2(ms)));
}

/** @returns the upper bound of a bucket, in milliseconds */
export function limitOf(bucket: number): number {
  return bucket === 0 ? FINEST : 2 ** (bucket / STEPS);
}

export class Histogram {
  readonly #counts = new Uint32Array(BUCKETS);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** @param by 1, or -1 to take one out that was added before */
  add(bucket: number, by: 1 | -1): void {
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + by;
    this.#size += by;
  }

  /** @returns the bucket that holds the median; 0 when empty */
  median(): number {
    return middleOf(this.#counts, this.#size);
  }

  /** @returns the median distance of values from their median, in buckets */
  deviation(): number {
    const median = this.median();
    const distances = new Uint32Array(BUCKETS);
    this.#counts.forEach((count, bucket) => {
      const distance = Math.abs(bucket - median);
      distances[distance] = (distances[distance] ?? 0) + count;
    });
    return middleOf(distances, this.#size);
  }

  /** @returns how many values lie in buckets above this one */
  above(bucket: number): number {
    let sum = 0;
    for (let each = bucket + 1; each < BUCKETS; each += 1) sum += this.#counts[each] ?? 0;
    return sum;
  }
}

function middleOf(counts: Uint32Array, size: number): number {
  let seen = 0;
  for (let bucket = 0; bucket < counts.length; bucket += 1) {
    seen += counts[bucket] ?? 0;
    if (2 * seen >= size) return bucket;
  }
  return 0;
}
