/** Why the table is empty, or what must be said above it. One place decides, so that no two views disagree. */

import type { LinkState } from './background-link.js';
import type { StorageFault } from '../../src/protocol/index.js';
import type { Summary, TraceFacts } from '../worker-protocol.js';

export type Situation =
  /** The store cannot be used. */
  | { readonly kind: 'storage'; readonly fault: StorageFault }
  /** What is recorded now cannot be stored, though it is tried again and again. */
  | { readonly kind: 'unstored'; readonly message: string }
  /** Some records cannot be read; the rest is shown. */
  | { readonly kind: 'damaged'; readonly events: number }
  /** The background does not answer. */
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'loading' }
  | { readonly kind: 'paused' }
  /** No instrumented context has reported yet. */
  | { readonly kind: 'nothing' }
  /** Extensions report, and none may be recorded before the person says so. */
  | { readonly kind: 'waiting' }
  /** Nothing is in the trace that is shown, or nothing of it can be read. */
  | { readonly kind: 'empty-trace'; readonly faults: readonly string[] }
  /** Contexts report, but none has opened a port. */
  | { readonly kind: 'no-ports'; readonly contexts: number }
  /** There are rows, and none passes. */
  | {
      readonly kind: 'filtered';
      readonly byFilter: number;
      readonly bySelection: number;
      readonly byScope: number;
      readonly byReload: number;
    };

/** What the storage has to do with. */
export type StorageTrouble = Extract<Situation, { kind: 'storage' | 'unstored' | 'damaged' }>;
export type OtherSituation = Exclude<Situation, StorageTrouble>;

/** @returns whether it is about the storage */
export function isStorageTrouble(situation: Situation): situation is StorageTrouble {
  const { kind } = situation;
  return kind === 'storage' || kind === 'unstored' || kind === 'damaged';
}

export interface Facts {
  readonly fault: StorageFault | null;
  /** Why nothing can be stored now; null when it can. */
  readonly unstored: string | null;
  /** The person has been told of damaged records and let them be. */
  readonly damageKnown: boolean;
  readonly link: LinkState['kind'];
  /** Whether recording is on; null when neither store nor background has said. */
  readonly on: boolean | null;
  readonly summary: Summary | null;
  /** How many extensions wait for the person's word. */
  readonly waiting: number;
  /** What is shown in the place of the recording; null: nothing. */
  readonly trace: Pick<TraceFacts, 'faults'> | null;
}

/**
 * @returns what there is to say, and whether it takes the table's place (`full`) or stands above it
 *   (`bar`); null when the table speaks for itself
 */
export function situationOf(facts: Facts): {
  readonly place: 'full' | 'bar';
  readonly situation: Situation;
} | null {
  const { fault, unstored, link, on, summary } = facts;
  const place = summary !== null && summary.visible > 0 ? 'bar' : 'full';
  if (fault !== null) return { place, situation: { kind: 'storage', fault } };
  if (link === 'unreachable') return { place, situation: { kind: 'unreachable' } };
  if (unstored !== null) return { place, situation: { kind: 'unstored', message: unstored } };
  if (summary === null) return { place, situation: { kind: 'loading' } };
  if (summary.damaged > 0 && !facts.damageKnown) {
    return { place, situation: { kind: 'damaged', events: summary.damaged } };
  }
  if (summary.visible === 0 && summary.searched < summary.rows) return null;
  if (summary.visible === 0 && summary.rows > 0) {
    return {
      place,
      situation: {
        kind: 'filtered',
        byFilter: summary.hiddenByFilter,
        bySelection: summary.hiddenBySelection,
        byScope: summary.hiddenByScope,
        byReload: summary.hiddenByReload,
      },
    };
  }
  if (summary.visible === 0 && !summary.loaded) return { place, situation: { kind: 'loading' } };
  if (summary.contexts === 0 && summary.rows === 0 && facts.trace !== null) {
    return { place, situation: { kind: 'empty-trace', faults: facts.trace.faults } };
  }
  if (on === false) return { place, situation: { kind: 'paused' } };
  if (summary.contexts === 0 && summary.rows === 0) {
    return { place, situation: { kind: facts.waiting > 0 ? 'waiting' : 'nothing' } };
  }
  if (summary.connections === 0 && summary.messages === 0) {
    return { place, situation: { kind: 'no-ports', contexts: summary.contexts } };
  }
  return null;
}
