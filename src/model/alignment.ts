/**
 * Says which acceptor posted what an opener with several acceptors was delivered. The opener sees one merge
 * of their sequences and no names, so deliveries are gone through in order and each takes, among the next
 * posts of every acceptor, one that says the same and is not later. Of several, the one that passes over the
 * fewest posts wins, then the earliest, then the acceptor that comes first.
 *
 * Posts are passed over only where the opener's own count says that it was delivered messages nobody
 * captured; otherwise an acceptor's posts are taken strictly in order. A delivery that finds nothing stays
 * alone: its post was lost, or is not reported yet.
 */

import { upperBound } from './facts.js';
import { CLOCK_SKEW_MS } from './openers.js';

/** Posts looked at beyond the next, however many the opener missed. */
const LOOK_AHEAD = 1000;

export interface AlignedPost {
  readonly at: number;
}

export interface AlignedDelivery {
  readonly at: number;
  readonly seq: number;
}

interface Decision {
  /** Index of the acceptor; -1 for none. */
  readonly acceptor: number;
  readonly post: number;
  /** The acceptor's cursor, and posts passed over in all, before this decision. */
  readonly cursor: number;
  readonly skipped: number;
}

/**
 * @typeParam P a post, @typeParam D a delivery. The arrays may grow at their ends; `rewind` must be told of
 * the time of a new post before `advance`.
 */
export class Alignment<P, D> {
  readonly #decisions: Decision[] = [];
  readonly #cursors: number[];
  #skipped = 0;

  constructor(
    private readonly posts: readonly (readonly P[])[],
    private readonly deliveries: readonly D[],
    private readonly postOf: (post: P) => AlignedPost,
    private readonly deliveryOf: (delivery: D) => AlignedDelivery,
    private readonly same: (post: P, delivery: D) => boolean,
  ) {
    this.#cursors = posts.map(() => 0);
  }

  /**
   * Takes back the decisions that a post made at `at` could have changed.
   * @returns index of the first delivery without a decision now
   */
  rewind(at: number): number {
    const from = upperBound(
      this.deliveries,
      at - CLOCK_SKEW_MS - 1,
      (delivery) => this.deliveryOf(delivery).at,
    );
    while (this.#decisions.length > from) {
      const decision = this.#decisions.pop() as Decision;
      if (decision.acceptor >= 0) this.#cursors[decision.acceptor] = decision.cursor;
      this.#skipped = decision.skipped;
    }
    return this.#decisions.length;
  }

  /** Decides for all deliveries that have no decision. `decided` is told of each, with its post if it has one. */
  advance(decided: (delivery: D, post: P | null) => void): void {
    while (this.#decisions.length < this.deliveries.length) {
      const index = this.#decisions.length;
      const delivery = this.deliveries[index] as D;
      const missed = this.deliveryOf(delivery).seq - 1 - index;
      const decision = this.#decide(delivery, Math.max(0, missed - this.#skipped));
      this.#decisions.push(decision);
      if (decision.acceptor < 0) {
        decided(delivery, null);
        continue;
      }
      this.#skipped += decision.post - decision.cursor;
      this.#cursors[decision.acceptor] = decision.post + 1;
      decided(delivery, this.posts[decision.acceptor]?.[decision.post] as P);
    }
  }

  #decide(delivery: D, mayPass: number): Decision {
    const latest = this.deliveryOf(delivery).at + CLOCK_SKEW_MS;
    let best: Decision = { acceptor: -1, post: 0, cursor: 0, skipped: this.#skipped };
    let bestPassed = Math.min(mayPass, LOOK_AHEAD);
    let bestAt = Infinity;
    this.posts.forEach((posts, acceptor) => {
      const cursor = this.#cursors[acceptor] as number;
      for (let passed = 0; passed <= bestPassed; passed += 1) {
        const post = posts[cursor + passed];
        if (post === undefined) return;
        const { at } = this.postOf(post);
        if (at > latest) return;
        if (!this.same(post, delivery)) continue;
        if (passed < bestPassed || at < bestAt) {
          best = { acceptor, post: cursor + passed, cursor, skipped: this.#skipped };
          bestPassed = passed;
          bestAt = at;
        }
        return;
      }
    });
    return best;
  }
}
