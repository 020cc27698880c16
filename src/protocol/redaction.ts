/**
 * Takes values that must not be kept out of payloads: those under certain keys, whatever they are. Applied when
 * a payload is stored, or when it is written to a trace.
 */

import type { PayloadForm } from './events.js';
import { literal } from './literal.js';
import { RICH_REDUCERS, RichError, RichPlatformObject } from './rich.js';

/** What stands where a value was. */
export const REDACTED = '[redacted by Porthole]';

/** A key is meant when it contains one of these, in whatever case: `accessToken`, `Set-Cookie`. */
export const REDACTED_KEYS: readonly string[] = [
  'password',
  'token',
  'authorization',
  'cookie',
  'secret',
];

/** Keys there may be, and characters in each. */
export const REDACTED_KEYS_MAX = 50;
export const REDACTED_KEY_CHARS = 100;

/** A time in which values were kept from being stored. */
export interface RedactedSpan {
  readonly keys: readonly string[];
  /** Epoch milliseconds. */
  readonly from: number;
  /** Epoch milliseconds; null: it goes on. */
  readonly until: number | null;
}

/**
 * @param spans of one recording, in order of time
 * @param redaction what is redacted from `now` on
 * @returns the spans from now on; the same array when nothing changes
 */
export function withRedaction(
  spans: readonly RedactedSpan[],
  { on, keys }: { readonly on: boolean; readonly keys: readonly string[] },
  now: number,
): readonly RedactedSpan[] {
  const last = spans.at(-1);
  const open = last?.until === null ? last : undefined;
  if (on ? open !== undefined && isSame(open.keys, keys) : open === undefined) return spans;
  const before = open === undefined ? spans : spans.slice(0, -1);
  const ended = open !== undefined && open.from < now ? [{ ...open, until: now }] : [];
  const next = on ? [{ keys, from: now, until: null }] : [];
  return [...before, ...ended, ...next];
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((key, index) => key === b[index]);
}

/** Reads and writes the `rich` form; see `rich.ts`. */
export interface RichCodec {
  readonly parse: (text: string) => unknown;
  readonly stringify: (value: unknown, reducers: typeof RICH_REDUCERS) => string;
}

/** @returns the payload without the values, or null when it has none; a text that cannot be read goes whole */
export type Redactor = (
  form: PayloadForm,
  text: string,
) => { readonly form: PayloadForm; readonly text: string } | null;

/** @returns null when there is no key to look for */
export function createRedactor(keys: readonly string[], rich: RichCodec): Redactor | null {
  const parts = keys.map((key) => key.trim().toLowerCase()).filter((key) => key !== '');
  if (parts.length === 0) return null;
  const isMeant = (key: string): boolean => {
    const lower = key.toLowerCase();
    return parts.some((part) => lower.includes(part));
  };
  // Most payloads name none of the keys, and are not read for it.
  const mayHold = new RegExp(parts.map(literal).join('|'), 'i');
  return (form, text) => {
    if (form === 'unreadable' || !mayHold.test(text)) return null;
    try {
      if (form === 'json') {
        const value: unknown = JSON.parse(text);
        return strip(value, isMeant) ? { form, text: JSON.stringify(value) } : null;
      }
      if (form === 'rich') {
        const value = rich.parse(text);
        return strip(value, isMeant) ? { form, text: rich.stringify(value, REVIVED) } : null;
      }
    } catch {
      // Then nobody can tell where in it the value is.
    }
    return { form: 'unreadable', text: UNREAD };
  };
}

const UNREAD =
  'Redacted by Porthole, all of it: it names a key whose values are not kept, and cannot be read';

/** What was revived, written as it was. */
const REVIVED: typeof RICH_REDUCERS = {
  ...RICH_REDUCERS,
  Error: (value) => {
    if (!(value instanceof RichError)) return false;
    const { name, message, stack } = value;
    return { name, message, stack };
  },
  Platform: (value) =>
    value instanceof RichPlatformObject ? { class: value.className, ...value.facts } : false,
};

/**
 * Puts {@link REDACTED} in place of each value under a key that is meant, and of the `value` beside a `name`
 * that is meant, as lists of headers have it.
 *
 * @param root a value of our own: it is changed in place
 * @returns whether there was any
 */
function strip(root: unknown, isMeant: (key: string) => boolean): boolean {
  const seen = new Set<object>();
  const waiting: unknown[] = [root];
  let found = false;
  while (waiting.length > 0) {
    const item = waiting.pop();
    if (typeof item !== 'object' || item === null || seen.has(item) || ArrayBuffer.isView(item)) {
      continue;
    }
    seen.add(item);
    if (item instanceof Map) {
      for (const [key, value] of item as Map<unknown, unknown>) {
        if (typeof key === 'string' && isMeant(key)) {
          item.set(key, REDACTED);
          found = true;
        } else {
          waiting.push(key, value);
        }
      }
    } else if (item instanceof Set) {
      waiting.push(...(item as Set<unknown>));
    } else {
      const fields = item as Record<string, unknown>;
      const { name } = fields;
      const isHeader = typeof name === 'string' && isMeant(name);
      for (const key of Object.keys(fields)) {
        if (isMeant(key) || (isHeader && key === 'value')) {
          fields[key] = REDACTED;
          found = true;
        } else {
          waiting.push(fields[key]);
        }
      }
    }
  }
  return found;
}
