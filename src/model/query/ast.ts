/** What a query says, after reading: the one form that printing, evaluating and completing share. */

import type { Key } from './keys.js';

export type Node =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Node[] }
  | { readonly kind: 'not'; readonly part: Node }
  /** Free text, looked for everywhere, as it stands. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'regex'; readonly pattern: Pattern }
  | { readonly kind: 'field'; readonly key: Key; readonly test: Test }
  /** A value within the payload, or within the reply. */
  | {
      readonly kind: 'path';
      readonly root: 'payload' | 'reply';
      readonly path: readonly string[];
      readonly test: Test;
    };

/** A regular expression between slashes, as it was written; it has been seen to compile. */
export interface Pattern {
  readonly source: string;
  readonly flags: string;
}

/** What a value must be. Letters' case makes no difference, except in a pattern without `i`. */
export type Test =
  | { readonly how: 'contains' | 'equals'; readonly text: string }
  /** The whole value; `*` is any text, `?` any character. */
  | { readonly how: 'glob'; readonly text: string }
  | { readonly how: 'regex'; readonly pattern: Pattern }
  /** One of the words that the key knows. */
  | { readonly how: 'word'; readonly word: string }
  /** In the key's base unit: bytes, milliseconds (of a time of day, since midnight), or none. A bound that is null is open. */
  | {
      readonly how: 'range';
      readonly low: number | null;
      readonly high: number | null;
      /** Whether the bounds themselves are outside. */
      readonly exclusive: boolean;
    };

/** What is wrong, or may be, with a part of a query; the rest applies all the same. */
export interface QueryError {
  /** A warning's part applies as well: it is looked for as text, which may be what was meant. */
  readonly severity: 'error' | 'warning';
  /** Where, in UTF-16 units; `to` is exclusive. */
  readonly from: number;
  readonly to: number;
  readonly message: string;
}
