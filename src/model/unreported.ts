/**
 * What a context that ended without a word did not report any more. Its own numbers stop early; those of the
 * other ends of its connections go on, and tell how much is not known.
 */

import { lowerBound, type ContextFacts, type Port } from './facts.js';

export interface Unreported {
  /** Posts it did not report. What they said is known from their delivery. */
  readonly posts: number;
  /** Messages posted to it after the last that it reported: whether they reached it, nobody knows. */
  readonly arrivals: number;
}

/** @param context one that ended without a word */
export function unreportedBy(context: ContextFacts): Unreported {
  let posts = 0;
  let arrivals = 0;
  for (const { opener, acceptors } of context.links) {
    // Of several acceptors, the opener's numbers do not say whose posts it was delivered.
    const [acceptor, another] = acceptors;
    if (opener === null || acceptor === undefined || another !== undefined) continue;
    const [own, other] = opener.context === context ? [opener, acceptor] : [acceptor, opener];
    // Who told of a port's end told its last numbers.
    if (own.endpoint.closedBy !== null) continue;
    arrivals += arrivalsAt(own, other);
    posts += beyond(other.endpoint.delivered, own.endpoint.posted);
  }
  return { posts, arrivals };
}

/** In the back/forward cache nothing arrives. What came after, the times of the posts tell, not the numbers. */
function arrivalsAt(own: Port, other: Port): number {
  const last = own.context.moments.at(-1);
  if (last === undefined) return beyond(other.endpoint.posted, own.endpoint.delivered);
  if (last.what !== 'thawed') return 0;
  const joined = own.deliveries.at(-1)?.slot?.post?.seq ?? 0;
  const { posts } = other;
  return posts.slice(lowerBound(posts, last.at, (post) => post.at)).filter((p) => p.seq > joined)
    .length;
}

function beyond(theirs: number, own: number): number {
  return Math.max(0, theirs - own);
}
