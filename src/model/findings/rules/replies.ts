/** Requests whose answer was forgotten, came too late, lost a race it should not have run, or was cut off. */

import { text } from '../../../texts/index.js';
import { saysNobodyThere } from '../../eligibility.js';
import type { ListenerAccount, ListenerAnswer, Receipt, Request } from '../../types.js';
import { endOf, kindOf, labelOf, messageNamed, type Evidence } from '../evidence.js';
import type { Facts, RuleId, Severity, Sighting } from '../types.js';

/** Firefox's word for a promise or `sendResponse` that nobody holds any more. */
const FORGOTTEN = /went out of scope/i;

/** An answer that was announced is missed after so many milliseconds. */
export const PENDING_MS = 10_000;

/** How devalue writes `undefined`. */
const UNDEFINED_BYTES = 2;

/** What one listener did with a request, and where. */
interface Heard {
  readonly receipt: Receipt;
  readonly account: ListenerAccount;
}

/** @returns at most one sighting a request: the one that says most */
export function* replyRules(evidence: Evidence): Generator<Sighting> {
  for (const request of evidence.requests.values()) {
    if (request.receipts.length === 0) continue;
    const heard = request.receipts.flatMap((receipt) =>
      receipt.accounts.map((account) => ({ receipt, account })),
    );
    const found =
      forgotten(request, heard, evidence) ??
      tooLate(request, heard, evidence) ??
      cutOff(request, heard, evidence) ??
      race(request, heard, evidence) ??
      pending(request, heard, evidence);
    if (found !== null) yield found;
  }
}

/** The promise, or `sendResponse`, was garbage-collected. */
function forgotten(request: Request, heard: readonly Heard[], evidence: Evidence): Sighting | null {
  if (request.state !== 'failed' || !FORGOTTEN.test(request.error ?? '')) return null;
  const open = heard.find(announcedOnly);
  return sighting('reply-forgotten', 'error', how(open), request, open, evidence);
}

/** `sendResponse` was called when Firefox did not listen any more. */
function tooLate(request: Request, heard: readonly Heard[], evidence: Evidence): Sighting | null {
  // Who got an answer all the same may not miss this one.
  if (request.state === 'replied' && !saysUndefined(request.reply?.payload)) return null;
  const late = heard.find(({ account: { returned, answers } }) =>
    answers.some(
      (answer) =>
        answer.ignored &&
        answer.how === 'sendResponse' &&
        !saysUndefined(answer.payload) &&
        (returned?.what === 'nothing' || returned?.what === 'promise'),
    ),
  );
  if (late === undefined) return null;
  const cause = late.account.returned?.what === 'promise' ? 'async-listener' : 'no-true';
  return sighting('reply-too-late', 'error', cause, request, late, evidence);
}

/** Whoever had promised an answer was stopped. */
function cutOff(request: Request, heard: readonly Heard[], evidence: Evidence): Sighting | null {
  const { state, error, sentAt } = request;
  if (state !== 'failed' || error === null || !saysNobodyThere(error)) return null;
  const stopped = heard.find((each) => {
    const end = evidence.lives.get(each.receipt.context)?.end;
    return announcedOnly(each) && end?.how === 'suspended' && end.at >= (sentAt ?? end.at);
  });
  if (stopped === undefined) return null;
  return sighting('reply-cut-off', 'error', 'suspended', request, stopped, evidence);
}

/** The first answer wins; `undefined` is one. */
function race(request: Request, heard: readonly Heard[], evidence: Evidence): Sighting | null {
  const { state, reply, winner } = request;
  if (state !== 'replied' || reply === null || winner === null) return null;
  const answers = heard.flatMap((each) =>
    each.account.answers.flatMap((answer) => (answer.ignored ? [] : [{ ...each, answer }])),
  );
  if (answers.length < 2) return null;
  const won = answers.find(
    ({ receipt, account }) =>
      receipt.key === winner.receipt && account.listener === winner.listener,
  );
  const lost = answers.find((each) => each !== won && !saysUndefined(each.answer.payload));
  // Listeners that say `undefined` and lose had luck; the request has its answer.
  if (won === undefined || lost === undefined) return null;
  const facts = {
    winner: nameOf(won, evidence),
    loser: nameOf(lost, evidence),
  };
  const cause = saysUndefined(won.answer.payload) ? 'undefined-won' : 'several';
  const severity = cause === 'undefined-won' ? 'error' : 'warning';
  return sighting('reply-race', severity, cause, request, lost, evidence, facts);
}

/** An answer was announced, and is not there. */
function pending(request: Request, heard: readonly Heard[], evidence: Evidence): Sighting | null {
  const { state, sentAt, from } = request;
  if (state !== 'waiting' || sentAt === null || evidence.now - sentAt < PENDING_MS) return null;
  const open = heard.find(
    (each) => announcedOnly(each) && endOf(evidence, each.receipt.context) > sentAt + PENDING_MS,
  );
  if (open === undefined) return null;
  // Nobody waits for it any more.
  if (from !== null && endOf(evidence, from) < sentAt + PENDING_MS) return null;
  return sighting('reply-pending', 'warning', how(open), request, open, evidence);
}

function sighting(
  rule: RuleId,
  severity: Severity,
  cause: string,
  request: Request,
  heard: Heard | undefined,
  evidence: Evidence,
  more: Facts = {},
): Sighting {
  const { key, api, from, sentAt, receipts, messageType } = request;
  const { receipt, account } = heard ?? { receipt: receipts[0] as Receipt, account: null };
  const at = sentAt ?? receipt.at;
  return {
    rule,
    severity,
    cause,
    at,
    extension: evidence.contexts.get(receipt.context)?.extensionId ?? '',
    connection: null,
    what: `${api} ${messageType ?? ''} in ${kindOf(evidence, receipt.context)} ${account?.listener ?? ''}`,
    about: [{ kind: 'request', key }],
    facts: {
      name: messageNamed(messageType ?? ''),
      from: labelOf(evidence, from),
      who:
        account === null
          ? labelOf(evidence, receipt.context)
          : nameOf({ receipt, account }, evidence),
      event: receipt.api,
      seconds: PENDING_MS / 1000,
      ...more,
    },
  };
}

/** It said that it would answer, and has not. */
function announcedOnly({ account: { returned, answers, rejected } }: Heard): boolean {
  const announced = returned?.what === 'true' || returned?.what === 'promise';
  return announced && answers.length === 0 && rejected === null;
}

function how(heard: Heard | undefined): string {
  return heard?.account.returned?.what === 'true' ? 'returned-true' : 'promise';
}

function nameOf({ receipt, account }: Heard, evidence: Evidence): string {
  const who = labelOf(evidence, receipt.context);
  return text('finding_fact_listener', { listener: account.listener, who });
}

/** In devalue's text `undefined` is -1; the other texts of that length (NaN, -0) hardly anybody answers with. */
function saysUndefined(payload: ListenerAnswer['payload'] | undefined): boolean {
  return payload?.form === 'rich' && payload.bytes === UNDEFINED_BYTES;
}
