/**
 * What a context that ended without a word did not report any more. Its own numbers stop early; those of the
 * other ends of its connections go on, and tell how much is not known.
 */

import { NONE, partition } from './columns.js';
import type { ContextFacts, Port } from './facts.js';
import type { Slots } from './slots.js';

export interface Unreported {
  /** Posts it did not report. What they said is known from their delivery. */
  readonly posts: number;
  /** Messages posted to it after the last that it reported: whether they reached it, nobody knows. */
  readonly arrivals: number;
}

/** @param context one that ended without a word */
export function unreportedBy(context: ContextFacts, slots: Slots): Unreported {
  let posts = 0;
  let arrivals = 0;
  for (const { opener, acceptors } of context.links) {
    // Of several acceptors, the opener's numbers do not say whose posts it was delivered.
    const [acceptor, another] = acceptors;
    if (opener === null || acceptor === undefined || another !== undefined) continue;
    const [own, other] = opener.context === context ? [opener, acceptor] : [acceptor, opener];
    // Who told of a port's end told its last numbers.
    if (own.endpoint.closedBy !== null) continue;
    arrivals += arrivalsAt(own, other, slots);
    posts += beyond(other.endpoint.delivered, own.endpoint.posted);
  }
  return { posts, arrivals };
}

/** In the back/forward cache nothing arrives. What came after, the times of the posts tell, not the numbers. */
function arrivalsAt(own: Port, other: Port, slots: Slots): number {
  const last = own.context.moments.at(-1);
  if (last === undefined) return beyond(other.endpoint.posted, own.endpoint.delivered);
  if (last.what !== 'thawed') return 0;
  const { posts } = other;
  const { facts } = slots;
  const joined = lastJoined(own, slots);
  const after = partition(posts.length, (index) => facts.at(posts.at(index)) < last.at);
  const beyondJoined = partition(posts.length, (index) => facts.seq(posts.at(index)) <= joined);
  return posts.length - Math.max(after, beyondJoined);
}

/** @returns the seq of the post that was delivered last; 0 when that is not known */
function lastJoined({ deliveries }: Port, slots: Slots): number {
  const message = deliveries.length === 0 ? NONE : slots.facts.message(deliveries.last);
  const post = message === NONE ? NONE : slots.post(message);
  return post === NONE ? 0 : slots.facts.seq(post);
}

function beyond(theirs: number, own: number): number {
  return Math.max(0, theirs - own);
}
