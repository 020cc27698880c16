/** Why the table is empty, or what must be said above it. One place decides, so that no two views disagree. */

import type { LinkState } from './background-link.js';
import type { Summary } from '../worker-protocol.js';

export type Situation =
  /** The store cannot be read or written. */
  | { readonly kind: 'storage'; readonly message: string }
  /** The background does not answer. */
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'paused' }
  /** No instrumented context has reported yet. */
  | { readonly kind: 'nothing' }
  /** Contexts report, but none has opened a port. */
  | { readonly kind: 'no-ports'; readonly contexts: number }
  /** There are rows, and none passes. */
  | {
      readonly kind: 'filtered';
      readonly byFilter: number;
      readonly bySelection: number;
      readonly byScope: number;
    };

export interface Facts {
  readonly fault: string | null;
  readonly link: LinkState['kind'];
  /** Whether recording is on; null when neither store nor background has said. */
  readonly on: boolean | null;
  readonly summary: Summary | null;
}

/**
 * @returns what there is to say, and whether it takes the table's place (`full`) or stands above it
 *   (`bar`); null when the table speaks for itself
 */
export function situationOf(facts: Facts): {
  readonly place: 'full' | 'bar';
  readonly situation: Situation;
} | null {
  const { fault, link, on, summary } = facts;
  const place = summary !== null && summary.visible > 0 ? 'bar' : 'full';
  if (fault !== null) return { place, situation: { kind: 'storage', message: fault } };
  if (link === 'unreachable') return { place, situation: { kind: 'unreachable' } };
  if (summary === null) return { place, situation: { kind: 'loading' } };
  if (summary.visible === 0 && summary.rows > 0) {
    return {
      place,
      situation: {
        kind: 'filtered',
        byFilter: summary.hiddenByFilter,
        bySelection: summary.hiddenBySelection,
        byScope: summary.hiddenByScope,
      },
    };
  }
  if (summary.visible === 0 && !summary.loaded) return { place, situation: { kind: 'loading' } };
  if (on === false) return { place, situation: { kind: 'paused' } };
  if (summary.contexts === 0 && summary.rows === 0)
    return { place, situation: { kind: 'nothing' } };
  if (summary.connections === 0 && summary.messages === 0) {
    return { place, situation: { kind: 'no-ports', contexts: summary.contexts } };
  }
  return null;
}
