/**
 * When the panel may be told the next summary. Its page shares one thread with the extensions it watches: what is posted
 * while that thread is behind waits in line, one message a turn, and each drawing makes the line longer. So nothing is
 * posted before the panel has taken what was posted last, and the later it took it, the longer the next one waits.
 */

/** Milliseconds between summaries at least. */
const LEAST_MS = 100;
/** And while what is stored is read: nobody reads rows that come as fast as that, and page and worker share the cores. */
const LEAST_LOADING_MS = 250;
/** And at most, once the panel has taken the last. */
const MOST_MS = 500;
/** How many times as long as a summary was on its way the next one waits. */
const PART = 4;

export class SummaryPace {
  readonly #now: () => number;
  #postedAt = -Infinity;
  #late = 0;
  #untaken = 0;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /** Summaries that the panel has not taken yet. */
  get untaken(): number {
    return this.#untaken;
  }

  /** A summary was posted. */
  posted(): void {
    this.#untaken += 1;
    this.#postedAt = this.#now();
  }

  /** The panel has taken one. */
  taken(): void {
    this.#untaken = Math.max(0, this.#untaken - 1);
    this.#late = this.#now() - this.#postedAt;
  }

  /**
   * @param isLoaded whether all that is stored has been read
   * @returns milliseconds that the next one has to wait from now on; not before all are taken
   */
  wait(isLoaded: boolean): number {
    const least = isLoaded ? LEAST_MS : LEAST_LOADING_MS;
    const apart = Math.min(MOST_MS, Math.max(least, PART * this.#late));
    return Math.max(0, this.#postedAt + apart - this.#now());
  }
}
