/** The keys of the query language: what can stand before a colon, and what after it. */

import type * as Texts from '../../texts/index.js';

export type Unit = 'bytes' | 'milliseconds' | 'seconds' | 'clock' | 'none';

export type KeyInfo =
  | { readonly holds: 'text'; readonly about: Texts.TextKey }
  | { readonly holds: 'number'; readonly unit: Unit; readonly about: Texts.TextKey }
  | {
      readonly holds: 'word';
      readonly words: Readonly<Record<string, Texts.TextKey>>;
      readonly about: Texts.TextKey;
    };

/** In the order in which completion offers them. */
export const KEYS = {
  is: {
    holds: 'word',
    about: 'query_is',
    words: {
      error: 'query_is_error',
      undelivered: 'query_is_undelivered',
      unheard: 'query_is_unheard',
      slow: 'query_is_slow',
      waiting: 'query_is_waiting',
      unanswered: 'query_is_unanswered',
      replied: 'query_is_replied',
      refused: 'query_is_refused',
      failed: 'query_is_failed',
      message: 'query_is_message',
      request: 'query_is_request',
      connection: 'query_is_connection',
      lifecycle: 'query_is_lifecycle',
      gap: 'query_is_gap',
      finding: 'query_is_finding',
      open: 'query_is_open',
      closed: 'query_is_closed',
      leaked: 'query_is_leaked',
      native: 'query_is_native',
    },
  },
  type: { holds: 'text', about: 'query_type' },
  name: { holds: 'text', about: 'query_name' },
  port: { holds: 'text', about: 'query_port' },
  from: { holds: 'text', about: 'query_from' },
  to: { holds: 'text', about: 'query_to' },
  ctx: { holds: 'text', about: 'query_ctx' },
  ext: { holds: 'text', about: 'query_ext' },
  api: { holds: 'text', about: 'query_api' },
  size: { holds: 'number', unit: 'bytes', about: 'query_size' },
  latency: { holds: 'number', unit: 'milliseconds', about: 'query_latency' },
  age: { holds: 'number', unit: 'seconds', about: 'query_age' },
  time: { holds: 'number', unit: 'clock', about: 'query_time' },
  dir: {
    holds: 'word',
    about: 'query_dir',
    words: {
      out: 'query_dir_out',
      in: 'query_dir_in',
      request: 'query_dir_request',
    },
  },
  has: {
    holds: 'word',
    about: 'query_has',
    words: {
      type: 'query_has_type',
      payload: 'query_has_payload',
      reply: 'query_has_reply',
      error: 'query_has_error',
      stack: 'query_has_stack',
      latency: 'query_has_latency',
    },
  },
  tab: { holds: 'number', unit: 'none', about: 'query_tab' },
  frame: { holds: 'number', unit: 'none', about: 'query_frame' },
  world: { holds: 'text', about: 'query_world' },
} as const satisfies Readonly<Record<string, KeyInfo>>;

export type Key = keyof typeof KEYS;
export type TextKey = { [K in Key]: (typeof KEYS)[K]['holds'] extends 'text' ? K : never }[Key];
export type NumberKey = { [K in Key]: (typeof KEYS)[K]['holds'] extends 'number' ? K : never }[Key];

/** @returns whether the word is a key */
export function isKey(word: string): word is Key {
  return Object.hasOwn(KEYS, word);
}

/** @returns what is to be said of the key */
export function keyInfo(key: Key): KeyInfo {
  return KEYS[key];
}

/** @returns what stands before a colon in this language: the keys, and the roots of paths */
export function wordsBeforeColons(): readonly string[] {
  return [...Object.keys(KEYS), 'payload', 'reply'];
}

/** What other tools call it, or what one might. */
const MEANT: Readonly<Record<string, string>> = {
  bytes: 'size',
  channel: 'name',
  context: 'ctx',
  duration: 'latency',
  kind: 'is',
  length: 'size',
  method: 'type',
  receiver: 'to',
  sender: 'from',
  source: 'from',
  status: 'is',
  target: 'to',
  url: 'ctx',
};

/** @returns the keys and roots of paths that were probably meant by a word that is none, nearest first; often none */
export function nearestKeys(word: string): readonly string[] {
  const lower = word.toLowerCase();
  const meant = Object.hasOwn(MEANT, lower) ? MEANT[lower] : undefined;
  return wordsBeforeColons().filter(
    (key) =>
      key === meant ||
      key === lower ||
      (key.length >= 4 && isOneSlip(lower, key)) ||
      (lower.length >= 3 && key.length >= 3 && (key.startsWith(lower) || lower.startsWith(key))),
  );
}

/** Whether one letter is other, missing, too many, or has changed places with the next. */
function isOneSlip(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  const [restA, restB] = [a.slice(start), b.slice(start)];
  return (
    restA.slice(1) === restB.slice(1) ||
    restA === restB.slice(1) ||
    restA.slice(1) === restB ||
    (restA.length > 1 &&
      restA[0] === restB[1] &&
      restA[1] === restB[0] &&
      restA.slice(2) === restB.slice(2))
  );
}
