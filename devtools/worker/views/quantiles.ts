/** Quantiles of many numbers, exact. */

import type { Quantiles } from '../../view-protocol.js';

/** Numbers that are gathered one by one, eight bytes each. */
export class Gathered {
  #values = new Float64Array(256);
  #count = 0;

  add(value: number): void {
    if (this.#count === this.#values.length) {
      const longer = new Float64Array(2 * this.#count);
      longer.set(this.#values);
      this.#values = longer;
    }
    this.#values[this.#count] = value;
    this.#count += 1;
  }

  each(take: (value: number) => void): void {
    for (let index = 0; index < this.#count; index += 1) take(this.#values[index] as number);
  }

  /** @returns the nearest-rank quantiles; null when there are no numbers */
  quantiles(): Quantiles | null {
    const count = this.#count;
    if (count === 0) return null;
    const sorted = this.#values.subarray(0, count).sort();
    const at = (part: number): number => sorted[Math.ceil(part * count) - 1] as number;
    return { count, p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
  }
}
