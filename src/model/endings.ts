/** Who ended a port, and by what: a pure rule from what its ends said and what became of their contexts. */

import type { ClosedHow } from '../protocol/index.js';
import type { Life } from './lives.js';
import type { Connection } from './types.js';

export interface Ending {
  /** Null when nothing that was reported tells. */
  readonly closedHow: ClosedHow | null;
  /** Key of the context that ended it, by its call or by its own end; null when that is not known. */
  readonly closedIn: string | null;
}

/** What ended within this many milliseconds of the port can have ended it. */
const SAME_TIME_MS = 1_000;
const UNKNOWN: Ending = { closedHow: null, closedIn: null };

/** @returns how the connection ended; nothing is known of one that is open */
export function endingOf(
  { state, closedAt, closedBy, opener, acceptors }: Connection,
  lives: ReadonlyMap<string, Life>,
): Ending {
  if (state === 'open' || closedAt === null) return UNKNOWN;
  if (state === 'failed') return { closedHow: 'no-receiver', closedIn: null };
  if (closedBy !== null) return { closedHow: 'disconnect', closedIn: closedBy };
  let found: Ending = UNKNOWN;
  let foundAt = Infinity;
  for (const end of opener === null ? acceptors : [opener, ...acceptors]) {
    // Who heard of the end in `onDisconnect` was there, so it was not its own.
    if (end.closedBy === 'other') continue;
    const ended = lives.get(end.context)?.end ?? null;
    if (ended === null || ended.at >= foundAt) continue;
    if (Math.abs(ended.at - closedAt) > SAME_TIME_MS && end.closedAt !== ended.at) continue;
    found = { closedHow: ended.how, closedIn: end.context };
    foundAt = ended.at;
  }
  return found;
}
