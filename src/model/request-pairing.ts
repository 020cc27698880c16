/** What matching has to know of one-off messages: sent ones depart, received ones arrive. */

import { completeness } from './complete.js';
import { isReached, saysNobodyThere } from './eligibility.js';
import type { Pairing } from './matching.js';
import { CLOCK_SKEW_MS } from './openers.js';
import type { ReceiptFact, SentFact } from './facts.js';

/**
 * One message reaches all who listen within this time, in milliseconds, and nobody later than this after
 * the sender had its answer. Long, because a frame's process may be busy while another's answers.
 */
const SAME_MESSAGE_MS = 10_000;

export const REQUESTS: Pairing<SentFact, ReceiptFact> = {
  of: (end) => end,
  origin: ({ api, sender }) => ({ api, sender }),
  *endsIn({ sent, receipts }) {
    yield* sent.values();
    yield* receipts.values();
  },
  isDeparture: (end): end is SentFact => end.side === 'sent',
  mayMeet: (sent, receipt) =>
    isPeer(sent, receipt) ??
    (isReached(sent.context, receipt.context, sent.api, sent.target ?? {}) &&
      inTime(sent, receipt) &&
      samePreview(sent, receipt)),
  reaches: (sent, receipt) =>
    isPeer(sent, receipt) ??
    (isReached(sent.context, receipt.context, sent.api, sent.target ?? {}) &&
      !hasFailed(sent) &&
      samePreview(sent, receipt)),
  isComplete: completeness(({ sent }) => sent),
  togetherMs: SAME_MESSAGE_MS,
};

/** @returns what a trace knows for certain; null for a recording of its own */
function isPeer({ key }: SentFact, { sender }: ReceiptFact): boolean | null {
  return sender.peer === undefined ? null : sender.peer === key;
}

function inTime(sent: SentFact, { at }: ReceiptFact): boolean {
  const { outcome } = sent;
  if (outcome === null) return true;
  return at <= outcome.at + (hasFailed(sent) ? CLOCK_SKEW_MS : SAME_MESSAGE_MS);
}

/** It also says so of a receiver that went away before it answered. */
function hasFailed({ outcome }: SentFact): boolean {
  return outcome !== null && outcome.error !== null && saysNobodyThere(outcome.error);
}

/** Payloads whose text was cut off share one name; their sizes tell them apart where the forms agree. */
function samePreview({ payload: a }: SentFact, { payload: b }: ReceiptFact): boolean {
  return a === null || b === null || a.form !== b.form || a.bytes === b.bytes;
}
