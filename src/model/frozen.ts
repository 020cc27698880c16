/**
 * Which post a delivery is, at an endpoint whose page was in the back/forward cache. What arrives there
 * meanwhile, Firefox drops without a word to anybody: after each thaw the n-th delivery is no longer the
 * n-th post but a later one, by as many posts as were dropped.
 *
 * That number is found from what came after the thaw: of the posts that were made by then, the latest with
 * which everything delivered until the next freeze says the same, and nothing is delivered before it is
 * posted. The latest, because messages travel in milliseconds.
 */

import { postOf, upperBound, type DeliveryFact, type Port, type PostFact } from './facts.js';
import { CLOCK_SKEW_MS } from './openers.js';

/** Posts tried for the first delivery after a thaw. */
const LOOK_BACK = 1000;

/**
 * @param port where they were delivered; it was frozen {@link Port.pauses}.length times
 * @param sender whose posts they are
 * @returns for each thaw, how many posts were dropped until then
 */
export function droppedUntil(
  port: Port,
  sender: Port,
  same: (post: PostFact, delivery: DeliveryFact) => boolean,
): number[] {
  let dropped = 0;
  return port.pauses.map((from, index) => {
    const run = port.deliveries.slice(from, port.pauses[index + 1]);
    dropped = droppedBefore(run, dropped, sender, same);
    return dropped;
  });
}

function droppedBefore(
  run: readonly DeliveryFact[],
  before: number,
  sender: Port,
  same: (post: PostFact, delivery: DeliveryFact) => boolean,
): number {
  const first = run[0]?.delivery;
  if (first === undefined) return before;
  const { posts } = sender;
  const end = upperBound(posts, first.at + CLOCK_SKEW_MS, (post) => post.at);
  for (let index = end - 1; index >= Math.max(0, end - LOOK_BACK); index -= 1) {
    const dropped = (posts[index] as PostFact).seq - first.seq;
    if (dropped < before) break;
    const fits = run.every((fact) => {
      const { seq, at } = fact.delivery;
      const post = postOf(sender, seq + dropped);
      // What is not reported yet contradicts nothing.
      return post === undefined || (post.at <= at + CLOCK_SKEW_MS && same(post, fact));
    });
    if (fits) return dropped;
  }
  return before;
}
