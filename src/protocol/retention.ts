/**
 * How much of a recording is kept, and the account of it: one entry for each stored segment, and for each
 * extension what was deleted to make room. The store keeps these records, the collector acts by them, the model
 * and the panel tell them.
 */

/** What the whole recording may hold. What one extension may hold of it follows from how many there are. */
export interface RetentionLimits {
  readonly events: number;
  /** As counted in {@link LedgerEntry.bytes}. */
  readonly bytes: number;
  /** Age of a segment; null for any. */
  readonly days: number | null;
}

/** The limits the person has set. Outlives recordings. */
export interface StoredLimits extends RetentionLimits {
  readonly key: 'limits';
}

/**
 * For a laptop: 2,500,000 events are a million messages seen from both ends, which the panel still reads within
 * seconds; 512 MB of text fit beside a browser in 8 GB of memory and are far below the tenth of a disk that
 * Firefox grants; nobody debugs what happened more than a week ago.
 */
export const DEFAULT_LIMITS: RetentionLimits = { events: 2_500_000, bytes: 512_000_000, days: 7 };

/** Smallest and largest limits a person may set. */
export const LIMIT_BOUNDS = {
  events: [10_000, 50_000_000],
  bytes: [5_000_000, 8_000_000_000],
  days: [1, 365],
} as const satisfies Record<keyof RetentionLimits, readonly [number, number]>;

/** One stored segment, without its content: what retention needs to know of it. */
export interface LedgerEntry {
  /** Id of the segment. */
  readonly id: number;
  /** Whose events it holds: a segment never holds those of two extensions. */
  readonly extension: string;
  /** Epoch milliseconds of its commit. */
  readonly at: number;
  readonly events: number;
  /** Characters of its texts, and a flat amount for the record. */
  readonly bytes: number;
  /**
   * What is left of it when its messages are deleted: ports, call sites, lifecycle, gaps. Null when there is
   * nothing of that, and when only that is left already.
   */
  readonly outline: { readonly events: number; readonly bytes: number } | null;
  /** False when only the outline is left. */
  readonly whole: boolean;
}

/**
 * Why something was deleted: the recording held more than the limits, it was older than they allow, or Firefox
 * gave no more room.
 */
export type DropReason = 'limit' | 'age' | 'quota';

/** What was deleted of one extension since the recording began. */
export interface StoredDropped {
  readonly extension: string;
  readonly events: number;
  readonly bytes: number;
  /** Epoch milliseconds of the first deletion. */
  readonly since: number;
  /** Epoch milliseconds: everything deleted was stored no later than this. */
  readonly until: number;
  /** Of the latest deletion. */
  readonly reason: DropReason;
  /** Contexts that are not known any more though some of their events are kept; absent for none. */
  readonly contexts?: number;
}
