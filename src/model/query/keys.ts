/** The keys of the query language: what can stand before a colon, and what after it. */

export type Unit = 'bytes' | 'milliseconds' | 'seconds' | 'clock' | 'none';

export type KeyInfo =
  | { readonly holds: 'text'; readonly about: string }
  | { readonly holds: 'number'; readonly unit: Unit; readonly about: string }
  | {
      readonly holds: 'word';
      readonly words: Readonly<Record<string, string>>;
      readonly about: string;
    };

/** In the order in which completion offers them. */
export const KEYS = {
  is: {
    holds: 'word',
    about: 'what became of it',
    words: {
      error: 'refused, failed, rejected, or closed with an error',
      undelivered: 'posted, and not seen to arrive',
      unheard: 'arrived where nobody listened',
      slow: 'a message that took over 100 ms, a request over 1 s',
      waiting: 'a request without reply or error',
      unanswered: 'a request that no listener answered',
      replied: 'a request that was answered',
      refused: 'postMessage threw',
      failed: 'a connection or request that failed',
      message: 'posted on a port',
      request: 'a one-shot message',
      connection: 'a port that opened or closed',
      lifecycle: 'a context that began, froze or ended',
      gap: 'events that are missing',
      finding: 'a finding is about it',
      open: 'its connection is open',
      closed: 'its connection is closed',
      native: 'to or from a native application',
    },
  },
  type: { holds: 'text', about: 'message type' },
  name: { holds: 'text', about: 'name of the port' },
  port: { holds: 'text', about: 'name of the port, as name:' },
  from: { holds: 'text', about: 'sender' },
  to: { holds: 'text', about: 'receiver' },
  ctx: { holds: 'text', about: 'context at either end' },
  ext: { holds: 'text', about: 'extension, by name or id' },
  api: { holds: 'text', about: 'API that was called or that received' },
  size: { holds: 'number', unit: 'bytes', about: 'payload size: >1k' },
  latency: { holds: 'number', unit: 'milliseconds', about: 'to delivery or reply: >50ms' },
  age: { holds: 'number', unit: 'seconds', about: 'how long ago: <10s' },
  time: { holds: 'number', unit: 'clock', about: 'time of day: 14:03, 14:03:10..14:03:12.5' },
  dir: {
    holds: 'word',
    about: 'direction',
    words: {
      out: 'from the opener of the port',
      in: 'to the opener of the port',
      request: 'there and back',
    },
  },
  has: {
    holds: 'word',
    about: 'what is known of it',
    words: {
      type: 'a message type',
      payload: 'a payload that can be read',
      reply: 'a reply',
      error: 'the text of an error',
      stack: 'a call site',
      latency: 'a latency',
    },
  },
  tab: { holds: 'number', unit: 'none', about: 'tab at either end, by number' },
  frame: { holds: 'number', unit: 'none', about: 'frame at either end, by number' },
  world: { holds: 'text', about: 'user script world' },
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

/** @returns the key that was probably meant; null when none is close */
export function nearestKey(word: string): Key | null {
  const lower = word.toLowerCase();
  const near = (key: string): boolean => key.length >= 4 && isOneSlip(lower, key);
  return (Object.keys(KEYS) as Key[]).find(near) ?? null;
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
