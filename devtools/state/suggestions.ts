/** What the filter field offers at the caret. */

import { text as said } from '../../src/texts/index.js';
import {
  keyInfo,
  KEYS,
  quoteValue,
  type Key,
  type Place,
  type ValueCount,
} from '../../src/model/query/index.js';
import type { KeptFilter } from './kept-filters.js';

export interface Suggestion {
  readonly title: string;
  /** What there is to say of it; '' for nothing. */
  readonly about: string;
  /** Rows that have it; null when that is not counted. */
  readonly rows: number | null;
  /** What the whole field holds when it is chosen, and where the caret then is. */
  readonly text: string;
  readonly caret: number;
  /** A filter that is kept, and can be forgotten. */
  readonly kept: KeptFilter | null;
}

const MOST = 50;

/** Examples for what is not chosen from a list. */
const EXAMPLES: Partial<Record<Key, readonly string[]>> = {
  size: ['>1k', '>100k', '<100'],
  latency: ['>10ms', '>50ms', '>1s'],
  age: ['<10s', '<1m', '>5m'],
  time: ['14:03', '14:03:10..14:03:12', '>14:03'],
};

/**
 * @param values of the key that is being typed; null while they are not known
 * @param kept filters, offered while the field is empty
 */
export function suggest(
  text: string,
  place: Place | null,
  values: readonly ValueCount[] | null,
  kept: readonly KeptFilter[],
): readonly Suggestion[] {
  if (place === null) return [];
  if (text.trim() === '') return [...kept.map(keptSuggestion), ...keys(text, place)];
  return place.key === null ? keys(text, place) : valuesOf(place.key, text, place, values ?? []);
}

function keptSuggestion(kept: KeptFilter): Suggestion {
  const { name, text } = kept;
  const caret = text.length;
  return {
    title: name ?? text,
    about: name === null ? said('suggestion_recent') : text,
    rows: null,
    text,
    caret,
    kept,
  };
}

function keys(text: string, place: Place): Suggestion[] {
  return (Object.keys(KEYS) as Key[])
    .filter((key) => key.startsWith(place.typed))
    .map((key) => replaced(text, place, `${key}:`, `${key}:`, said(keyInfo(key).about), null));
}

function valuesOf(
  key: Key,
  text: string,
  place: Place,
  values: readonly ValueCount[],
): Suggestion[] {
  const info = keyInfo(key);
  const typed = place.typed.toLowerCase();
  const examples = EXAMPLES[key];
  if (examples !== undefined) {
    return examples.map((each) =>
      replaced(text, place, each, `${each} `, said('suggestion_example'), null),
    );
  }
  if (info.holds === 'word') {
    const counts = new Map(values.map(({ value, rows }) => [value, rows]));
    return Object.entries(info.words)
      .filter(([word]) => word.startsWith(typed))
      .map(([word, about]) =>
        replaced(text, place, word, `${word} `, said(about), counts.get(word) ?? 0),
      );
  }
  return values
    .filter(({ value }) => value.toLowerCase().includes(typed))
    .slice(0, MOST)
    .map(({ value, rows }) => {
      const written = info.holds === 'number' ? value : `=${quoteValue(value)}`;
      return replaced(
        text,
        place,
        value === '' ? said('suggestion_empty') : value,
        `${written} `,
        '',
        rows,
      );
    });
}

function replaced(
  text: string,
  { from, to }: Place,
  title: string,
  insert: string,
  about: string,
  rows: number | null,
): Suggestion {
  const rest = text.slice(to);
  const written = insert.endsWith(' ') && rest.startsWith(' ') ? insert.slice(0, -1) : insert;
  const before = text.slice(0, from) + written;
  return { title, about, rows, text: before + rest, caret: before.length, kept: null };
}
