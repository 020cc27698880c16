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

import { IdList, NONE } from './columns.js';
import { CLOCK_SKEW_MS } from './openers.js';
import type { PortFacts } from './port-facts.js';

/** Posts looked at beyond the next, however many the opener missed. */
const LOOK_AHEAD = 1000;

/** The lists may grow at their ends; `rewind` must be told of the time of a new post before `advance`. */
export class Alignment {
  /** Of each decision: the index of the acceptor, or {@link NONE}. */
  readonly #acceptors = new IdList();
  /** The acceptor's cursor, and posts passed over in all, before the decision. */
  readonly #cursorsBefore = new IdList();
  readonly #skippedBefore = new IdList();
  readonly #cursors: number[];
  #skipped = 0;

  /** @param posts of each acceptor */
  constructor(
    private readonly facts: PortFacts,
    private readonly posts: readonly IdList[],
    private readonly deliveries: IdList,
  ) {
    this.#cursors = posts.map(() => 0);
  }

  /**
   * Takes back the decisions that a post made at `at` could have changed.
   * @returns index of the first delivery without a decision now
   */
  rewind(at: number): number {
    const from = this.facts.after(this.deliveries, at - CLOCK_SKEW_MS - 1);
    while (this.#acceptors.length > from) {
      const last = this.#acceptors.length - 1;
      const acceptor = this.#acceptors.at(last);
      if (acceptor !== NONE) this.#cursors[acceptor] = this.#cursorsBefore.at(last);
      this.#skipped = this.#skippedBefore.at(last);
      this.#acceptors.cut(last);
      this.#cursorsBefore.cut(last);
      this.#skippedBefore.cut(last);
    }
    return this.#acceptors.length;
  }

  /** Decides for all deliveries that have no decision. `decided` is told of each, with its post or {@link NONE}. */
  advance(decided: (delivery: number, post: number) => void): void {
    for (let index = this.#acceptors.length; index < this.deliveries.length; index += 1) {
      const delivery = this.deliveries.at(index);
      const missed = this.facts.seq(delivery) - 1 - index;
      const { acceptor, post } = this.#decide(delivery, Math.max(0, missed - this.#skipped));
      const cursor = this.#cursors[acceptor] ?? 0;
      this.#acceptors.push(acceptor);
      this.#cursorsBefore.push(cursor);
      this.#skippedBefore.push(this.#skipped);
      if (acceptor === NONE) {
        decided(delivery, NONE);
        continue;
      }
      this.#skipped += post - cursor;
      this.#cursors[acceptor] = post + 1;
      decided(delivery, (this.posts[acceptor] as IdList).at(post));
    }
  }

  #decide(delivery: number, mayPass: number): { readonly acceptor: number; readonly post: number } {
    const { facts } = this;
    const latest = facts.at(delivery) + CLOCK_SKEW_MS;
    let best = { acceptor: NONE, post: 0 };
    let bestPassed = Math.min(mayPass, LOOK_AHEAD);
    let bestAt = Infinity;
    this.posts.forEach((posts, acceptor) => {
      const cursor = this.#cursors[acceptor] as number;
      for (let passed = 0; passed <= bestPassed; passed += 1) {
        const post = posts.at(cursor + passed);
        if (post === NONE) return;
        const at = facts.at(post);
        if (at > latest) return;
        if (!facts.samePayload(post, delivery)) continue;
        if (passed < bestPassed || at < bestAt) {
          best = { acceptor, post: cursor + passed };
          bestPassed = passed;
          bestAt = at;
        }
        return;
      }
    });
    return best;
  }
}
