/**
 * When the panel may be told the next summary. Its page shares one thread with the extensions it watches: what is posted
 * while that thread is behind waits in line, one message a turn, and each drawing makes the line longer. So nothing is
 * posted before the panel has taken what was posted last, and the later it took it, the longer the next one waits. In a
 * flood that is twice a second: Firefox holds back the screen's refresh after each drawing, up to five refreshes, for as
 * long as that thread has not got round to everything else.
 */

/** Milliseconds between summaries at least. */
const LEAST_MS = 100;
/**
 * While what is stored is read, however late the page, which is being set up: nobody reads rows that come as fast as
 * that, and page and worker share the cores.
 */
const LEAST_LOADING_MS = 250;
/** Once all is read, milliseconds at most when the panel has taken the last. */
const MOST_MS = 500;
/** How many times as long as a summary was on its way the next one waits. */
const PART = 10;

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
    const apart = isLoaded
      ? Math.min(MOST_MS, Math.max(LEAST_MS, PART * this.#late))
      : LEAST_LOADING_MS;
    return Math.max(0, this.#postedAt + apart - this.#now());
  }
}
