/**
 * Who won a request's race, and how it ended. Firefox takes the first answer of all listeners in all
 * contexts; a promise that rejects and a listener that throws count as answers with an error. The sender
 * knows what came of it but not from whom, so the two accounts are put together here.
 */

import { saysNobodyThere } from './eligibility.js';
import {
  compareText,
  type AnswerFact,
  type NamedRef,
  type ReceiptFact,
  type RequestEntry,
  type SentFact,
} from './facts.js';
import { CLOCK_SKEW_MS } from './openers.js';
import { UNDEFINED_NAME } from './payload-name.js';
import type { Request } from './types.js';

/** The promise or `sendResponse` was garbage-collected: no listener decided. */
const ABANDONED = /went out of scope/i;

export interface Outcome {
  readonly state: Request['state'];
  readonly winner: Request['winner'];
  readonly error: string | null;
  readonly settledAt: number | null;
  readonly reply: { readonly at: number; readonly payload: NamedRef } | null;
}

/** Something that ends the race, if it is the first. */
interface Finish {
  readonly receipt: ReceiptFact;
  readonly listener: number;
  readonly at: number;
  readonly answer: AnswerFact | null;
  readonly error: string | null;
}

/** @returns how it ended, by what is known so far */
export function outcomeOf({ sent, receipts }: RequestEntry): Outcome {
  const finishes = receipts.flatMap(finishesOf).sort(byTime);
  const settled = sent?.outcome ?? null;
  const won = sent === null ? (finishes[0] ?? null) : winnerAmong(finishes, sent);
  const winner = won === null ? null : { receipt: won.receipt.key, listener: won.listener };
  const settledAt = settled?.at ?? null;
  if (settled?.payload === null) {
    const { error } = settled;
    // Firefox says the same of a receiver that went away before it answered.
    const unheard = error !== null && saysNobodyThere(error) && receipts.length === 0;
    return { state: unheard ? 'unheard' : 'failed', winner, error, settledAt, reply: null };
  }
  if (settled !== null) {
    // Without an answer the sender gets `undefined`, which says something only if somebody gave it.
    const unanswered =
      receipts.length > 0 && finishes.length === 0 && settled.payload.name === UNDEFINED_NAME;
    const reply = unanswered ? null : settled;
    return { state: unanswered ? 'unanswered' : 'replied', winner, error: null, settledAt, reply };
  }
  const base = { winner, error: null, settledAt };
  if (won?.answer) return { ...base, state: 'replied', reply: won.answer };
  if (won !== null) return { ...base, state: 'failed', error: won.error, reply: null };
  const renounced = receipts.length > 0 && receipts.every(allRenounced);
  return { ...base, state: renounced ? 'unanswered' : 'waiting', reply: null };
}

function winnerAmong(finishes: readonly Finish[], sent: SentFact): Finish | null {
  const { outcome } = sent;
  if (outcome === null) return finishes[0] ?? null;
  const { payload, error } = outcome;
  const says = (finish: Finish): boolean => {
    if (payload !== null) return finish.answer?.payload.name === payload.name;
    return finish.answer === null && (error === null || sameError(finish.error, error));
  };
  const inTime = finishes.filter(({ at }) => at <= outcome.at + CLOCK_SKEW_MS);
  const known =
    inTime.find(says) ?? finishes.find((finish) => says(finish) && tookNoLonger(finish, sent));
  if (known !== undefined) return known;
  if (payload === null && error !== null && ABANDONED.test(error)) return null;
  return inTime.find(({ answer }) => (answer === null) === (payload === null)) ?? null;
}

/**
 * What is late by the sender's clock need not be: no two processes' clocks agree.
 *
 * @returns whether it took no longer from its message's arrival to the answer than the sender waited
 */
function tookNoLonger({ at, receipt }: Finish, { at: sentAt, outcome }: SentFact): boolean {
  return at - receipt.at <= (outcome?.at ?? Infinity) - sentAt + CLOCK_SKEW_MS;
}

/** Firefox hands an error's message on, sometimes with its class in front. */
function sameError(thrown: string | null, seen: string | null): boolean {
  return thrown !== null && seen !== null && (thrown.includes(seen) || seen.includes(thrown));
}

function finishesOf(receipt: ReceiptFact): Finish[] {
  return receipt.accounts.flatMap(({ listener, returned, answers, rejected }) => {
    const base = { receipt, listener, answer: null, error: null };
    const all: Finish[] = answers
      .filter((answer) => !answer.ignored)
      .map((answer) => ({ ...base, at: answer.at, answer }));
    if (rejected !== null) all.push({ ...base, at: rejected.at, error: rejected.error });
    if (returned?.what === 'threw') all.push({ ...base, at: returned.at, error: returned.error });
    return all;
  });
}

function byTime(a: Finish, b: Finish): number {
  return a.at - b.at || compareText(a.receipt.key, b.receipt.key) || a.listener - b.listener;
}

function allRenounced({ listeners, accounts }: ReceiptFact): boolean {
  return (
    accounts.length >= listeners && accounts.every(({ returned }) => returned?.what === 'nothing')
  );
}
