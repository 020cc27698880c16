/** What outlives the messages around it. */

import type { PortholeEvent } from '../protocol/index.js';

/** The events without which later ones of the same ports could not be understood. */
export const OUTLINE: ReadonlySet<PortholeEvent[0]> = new Set<PortholeEvent[0]>([
  'opened',
  'accepted',
  'disconnected',
  'site',
  'lifecycle',
  'gap',
]);
