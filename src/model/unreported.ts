/**
 * What a context that ended without a word did not report any more. Its own numbers stop early; those of the
 * other ends of its connections go on, and tell how much is not known.
 */

import type { Connection } from './types.js';

interface Unreported {
  /** Posts it did not report. What they said is known from their delivery. */
  readonly posts: number;
  /** Messages posted to it after the last that it reported: whether they reached it, nobody knows. */
  readonly arrivals: number;
}

/**
 * @param context key of the context
 * @param connections those with an end in it
 */
export function unreportedBy(context: string, connections: Iterable<Connection>): Unreported {
  let posts = 0;
  let arrivals = 0;
  for (const { opener, acceptors } of connections) {
    // Of several acceptors, the opener's numbers do not say whose posts it was delivered.
    const [acceptor, another] = acceptors;
    if (opener === null || acceptor === undefined || another !== undefined) continue;
    const [own, other] = opener.context === context ? [opener, acceptor] : [acceptor, opener];
    if (own.context !== context) continue;
    posts += beyond(other.delivered, own.posted);
    arrivals += beyond(other.posted, own.delivered);
  }
  return { posts, arrivals };
}

function beyond(theirs: number, own: number): number {
  return Math.max(0, theirs - own);
}
