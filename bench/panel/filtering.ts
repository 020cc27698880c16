/** Filters, from the letter typed to the rows drawn. */
import { RARE_WORDS } from '../recording/make.js';
import { until } from '../until.js';
import type { Asking } from './probed.js';
import type { QueryTimes } from './probe.js';

/** Answered from what the model holds. Different ones, so that no answer is kept from the round before. */
export const METADATA = [
  'type:highlight',
  'type:settings',
  'size:<185',
  'type:item',
  'type:progress',
] as const;

/** Answered from the payloads' text. */
export const TEXTS = RARE_WORDS;

export interface FilterRound {
  readonly query: string;
  readonly visible: number;
  /** From the panel's question to its worker to the first answer with rows; null: there was none. */
  readonly firstHitsMillis: number | null;
  /** From that question until the panel knew of all rows whether they pass. */
  readonly allMillis: number;
  /** From the change of the field, the pause for further letters included, until the rows were painted. */
  readonly typedToDrawnMillis: number;
}

const ANSWER_TIMEOUT_MS = 60_000;

export async function filter(ask: Asking, query: string): Promise<FilterRound> {
  await clear(ask);
  const { sent, all, firstHits, drawn, typed, visible } = await answered(ask, query);
  if (sent === null || all === null || drawn === null) throw new Error(`${query} has no answer`);
  return {
    query,
    visible,
    firstHitsMillis: firstHits === null ? null : firstHits - sent,
    allMillis: all - sent,
    typedToDrawnMillis: drawn - typed,
  };
}

/** Empties the field, if there is anything in it. */
export async function clear(ask: Asking): Promise<void> {
  const last = await ask('queryTimes');
  if (last !== null && last.text !== '') await answered(ask, '');
}

async function answered(ask: Asking, query: string): Promise<QueryTimes> {
  await ask('typeQuery', query);
  const times = await until(
    `the rows that pass ${query}`,
    () => ask('queryTimes'),
    (seen) => seen !== null && seen.drawn !== null,
    ANSWER_TIMEOUT_MS,
  );
  return times as QueryTimes;
}

/** @returns the longest task of the panel's main thread while somebody types a word, in milliseconds */
export async function type(ask: Asking, word: string): Promise<number> {
  await clear(ask);
  await ask('startFrames');
  await ask('typeLetters', word, 60);
  await until(
    `the rows that pass ${word}`,
    () => ask('queryTimes'),
    (seen) => seen !== null && seen.drawn !== null,
    ANSWER_TIMEOUT_MS,
  );
  const { longestTask } = await ask('stopFrames');
  return longestTask;
}
