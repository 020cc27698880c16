/**
 * Finds the app's own word for the kind of a message. Nothing in the messaging API names one, but nearly
 * every extension dispatches on a property such as `type` or `action`.
 */

import type { PayloadForm } from '../protocol/index.js';
import { envelopeType } from './decoders/index.js';
import { scanTopLevel, valueAt } from './json-scan.js';

/** Properties that hold such a word, the surest first. */
const PROPERTIES = [
  'type',
  'action',
  'cmd',
  'command',
  'method',
  'kind',
  'event',
  'op',
  'what',
  'msg',
  'name',
];

/** A longer string is content, not a word. */
const LONGEST_WORD = 60;

/** A payload that is itself a string is a word only if it looks like one. */
const BARE_WORD = /^[\p{L}\p{N}_$][\p{L}\p{N}_$:./#-]{0,39}$/u;

/** Characters of the text that are looked at. */
const LOOK_AT = 64_000;

/**
 * @param form how the text says the payload
 * @param text payload text, possibly cut off
 * @param value the payload itself where the caller has it (`rich` only, in a box)
 * @returns the word, or null
 */
export function detectMessageType(
  form: PayloadForm,
  text: string,
  value?: { readonly value: unknown },
): string | null {
  if (form === 'unreadable') return null;
  const envelope = envelopeType(form, text, value);
  if (envelope !== undefined) return envelope.type;
  if (value !== undefined) return typeOfValue(value.value);
  if (form === 'rich' || form === 'rich-preview') return null;
  if (text.startsWith('"')) return form === 'json' ? typeOfString(text) : null;

  let best: string | null = null;
  let bestRank = PROPERTIES.length;
  scanTopLevel(text, LOOK_AT, (key, from, to) => {
    const rank = PROPERTIES.indexOf(key);
    if (rank < 0 || rank >= bestRank) return true;
    const found = word(valueAt(text, from, to));
    if (found === null) return true;
    best = found;
    bestRank = rank;
    return rank > 0;
  });
  return best;
}

function typeOfString(text: string): string | null {
  if (text.length > LONGEST_WORD) return null;
  try {
    return typeOfValue(JSON.parse(text));
  } catch {
    return null;
  }
}

/** @returns whether leaving out the values under these keys leaves out words that {@link detectMessageType} finds */
export function namesType(keys: readonly string[]): boolean {
  return keys.some((key) => PROPERTIES.some((property) => property.includes(key.toLowerCase())));
}

/** The same for a payload that is at hand as a value. @returns the word, or null */
export function typeOfValue(value: unknown): string | null {
  if (typeof value === 'string') return BARE_WORD.test(value) ? value : null;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  for (const key of PROPERTIES) {
    const own = Object.getOwnPropertyDescriptor(value, key);
    const found = own === undefined ? null : word(own.value);
    if (found !== null) return found;
  }
  return null;
}

function word(value: unknown): string | null {
  if (typeof value === 'number') return Number.isInteger(value) ? String(value) : null;
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_WORD ? value : null;
}
