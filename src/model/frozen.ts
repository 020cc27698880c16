/**
 * Which post a delivery is, at an endpoint whose page was in the back/forward cache. What arrives there
 * meanwhile, Firefox drops without a word to anybody: after each thaw the n-th delivery is no longer the
 * n-th post but a later one, by as many posts as were dropped.
 *
 * That number is found from what came after the thaw: of the posts that were made by then, the latest with
 * which everything delivered until the next freeze says the same, and nothing is delivered before it is
 * posted. The latest, because messages travel in milliseconds.
 *
 * What was compared is not compared again: facts do not change, so a post that did not fit never will.
 */

import { NONE, type IdList } from './columns.js';
import type { Port } from './facts.js';
import { CLOCK_SKEW_MS } from './openers.js';
import type { PortFacts } from './port-facts.js';

/** Posts tried for the first delivery after a thaw. */
const LOOK_BACK = 1000;

/** What was delivered from a thaw to the next freeze; all numbers are indexes in the port's deliveries. */
interface Run {
  /** Posts that were made before its first delivery: the end of those that are tried. */
  end: number;
  /** Index of the post that is tried for its first delivery. */
  candidate: number;
  /** Deliveries before this fit the candidate. */
  checked: number;
  dropped: number;
  /** Deliveries before this were told their post, or that theirs was lost. */
  joined: number;
  /** Deliveries before this were told something. */
  told: number;
}

export class Thaws {
  readonly #runs: Run[] = [];
  readonly #deliveries: IdList;
  readonly #posts: IdList | null;

  /**
   * @param port where they were delivered
   * @param sender whose posts they are; null when it is not known
   */
  constructor(
    private readonly facts: PortFacts,
    private readonly port: Port,
    sender: Port | null,
  ) {
    this.#deliveries = port.deliveries;
    this.#posts = sender?.posts ?? null;
  }

  /**
   * Finds the posts of what was delivered since the first thaw, as far as more may be known than last time.
   *
   * @param decided is told of deliveries with their post, or {@link NONE}
   */
  settle(decided: (delivery: number, post: number) => void): void {
    const { pauses } = this.port;
    let dropped = 0;
    for (const [index, from] of pauses.entries()) {
      const to = pauses[index + 1] ?? this.#deliveries.length;
      const run = (this.#runs[index] ??= runFrom(from));
      dropped = this.#droppedBefore(run, from, to, dropped);
      if (dropped !== run.dropped) {
        run.dropped = dropped;
        run.joined = run.told = from;
      }
      this.#tell(run, to, decided);
    }
  }

  #tell(run: Run, to: number, decided: (delivery: number, post: number) => void): void {
    const { facts } = this;
    const posts = this.#posts;
    const last = this.#lastPost();
    for (; run.joined < to; run.joined += 1) {
      const delivery = this.#deliveries.at(run.joined);
      const seq = facts.seq(delivery) + run.dropped;
      if (seq > last || posts === null) break;
      decided(delivery, facts.withSeq(posts, seq));
    }
    for (run.told = Math.max(run.told, run.joined); run.told < to; run.told += 1) {
      decided(this.#deliveries.at(run.told), NONE);
    }
  }

  #droppedBefore(run: Run, from: number, to: number, before: number): number {
    const posts = this.#posts;
    if (posts === null) return 0;
    if (from >= to) return before;
    const { facts } = this;
    const first = this.#deliveries.at(from);
    const end = facts.after(posts, facts.at(first) + CLOCK_SKEW_MS);
    if (end !== run.end) {
      run.end = end;
      run.candidate = end - 1;
      run.checked = from;
    }
    while (run.candidate >= Math.max(0, end - LOOK_BACK)) {
      const dropped = facts.seq(posts.at(run.candidate)) - facts.seq(first);
      if (dropped < before) break;
      if (this.#fits(run, to, dropped)) return dropped;
      run.candidate -= 1;
      run.checked = from;
    }
    return before;
  }

  #fits(run: Run, to: number, dropped: number): boolean {
    const { facts } = this;
    const last = this.#lastPost();
    for (; run.checked < to; run.checked += 1) {
      const delivery = this.#deliveries.at(run.checked);
      const seq = facts.seq(delivery) + dropped;
      // What is not reported yet contradicts nothing.
      if (seq > last) return true;
      const post = facts.withSeq(this.#posts as IdList, seq);
      if (post === NONE) continue;
      if (facts.at(post) > facts.at(delivery) + CLOCK_SKEW_MS) return false;
      if (!facts.samePayload(post, delivery)) return false;
    }
    return true;
  }

  /** @returns the seq of the last post that was reported */
  #lastPost(): number {
    const last = this.#posts?.last ?? NONE;
    return last === NONE ? 0 : this.facts.seq(last);
  }
}

function runFrom(from: number): Run {
  return { end: -1, candidate: -1, checked: from, dropped: 0, joined: from, told: from };
}
