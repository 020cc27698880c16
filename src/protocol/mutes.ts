/** Mute rules: queries for events that are not recorded. They outlive recordings. */

export interface MuteRule {
  /** Tells it from the others. */
  readonly id: number;
  /** In the query language, with the terms that `model/muting.ts` allows. */
  readonly query: string;
  readonly on: boolean;
}

/** Rules there may be, and characters in the query of each. */
export const MUTE_RULES_MAX = 100;
export const MUTE_QUERY_CHARS = 2_000;

/** A rule as it is kept and told. */
export interface CountedMuteRule extends MuteRule {
  /** Events that it has kept out since it was made. */
  readonly kept: number;
}

/** Record of the `meta` store. */
export interface StoredMutes {
  readonly key: 'mutes';
  readonly rules: readonly CountedMuteRule[];
}
