/** Requests in words: what their row shows, and the account of who did what with them. */

import { text } from '../../src/texts/index.js';
import { requestLatency } from '../../src/model/standing.js';
import type { ListenerAccount, Receipt, Request } from '../../src/model/types.js';
import type {
  EndName,
  ListenerDetail,
  ListenerStep,
  PayloadDetail,
  ReceiptDetail,
  RequestDetail,
  RowFlag,
  RowView,
} from '../worker-protocol.js';
import {
  applicationName,
  endName,
  jointName,
  nameOf,
  nobody,
  unknown,
  type Described,
} from './ends.js';
import { requestPlaces } from './row-places.js';

/** Longest preview of an answer in the account, in characters. */
const LONGEST_SAID = 300;

/** What a request's row has beside what every row has. */
export function requestCells(
  request: Request,
  model: Described,
): Omit<RowView, 'key' | 'kind' | 'at' | 'since' | 'previous' | 'answerTo'> {
  const { api, payload, messageType, preview, receipts, state } = request;
  return {
    direction: 'request',
    from: endName(request.from, model),
    to: receiversOf(request, model),
    connection: api.replace(/^runtime\./, ''),
    port: null,
    ...requestPlaces(request, model),
    messageType: messageType ?? '',
    bytes: payload === null || payload.form === 'unreadable' ? null : payload.bytes,
    latency: requestLatency(request),
    listeners:
      receipts.length === 0 && state !== 'unheard'
        ? null
        : receipts.reduce((sum, { listeners }) => sum + listeners, 0),
    preview: preview ?? '',
    outcome: request.error ?? request.reply?.preview ?? '',
    flag: flagOf(request),
  };
}

function receiversOf({ receipts, target, state }: Request, model: Described): EndName | null {
  if (receipts.length > 0) {
    return jointName(
      receipts.map(({ context }) => context),
      model,
    );
  }
  if (target?.application !== undefined) return applicationName(target.application);
  if (state === 'unheard') return nobody();
  // A failed call may never have left, and one that waits may be on the way.
  return state === 'replied' ? unknown() : null;
}

function flagOf({ state }: Request): RowFlag | null {
  return state === 'replied' ? null : state;
}

/** @returns what happened, in a sentence; null when it was simply replied to */
export function requestNote({
  state,
  error,
  sentAt,
  winner,
  receipts,
  target,
}: Request): string | null {
  switch (state) {
    case 'waiting':
      return text('request_waiting');
    case 'unanswered':
      return text('request_unanswered');
    case 'unheard':
      return text('request_unheard', { error: error ?? '' }).trim();
    case 'failed':
      if (error === null) return text('request_failed_unread');
      return winner === null && receipts.length > 0
        ? text('request_failed_unseen', { error })
        : text('request_failed', { error });
    case 'replied':
      if (sentAt === null) return text('request_call_unseen');
      return receipts.length === 0 && target?.application === undefined
        ? text('request_replier_unknown')
        : null;
  }
}

/**
 * @param reply with its text; null when it was not asked for, or there is none
 * @param previewOf says an answer in one line
 */
export function viewRequest(
  request: Request,
  reply: PayloadDetail | null,
  model: Described,
  previewOf: (answer: ListenerAccount['answers'][number]) => string,
): RequestDetail {
  const { api, target, from, sentAt, settledAt, state, error, receipts } = request;
  return {
    api,
    target,
    from: from === null ? text('request_from_unknown') : nameOf(from, model),
    sentAt,
    settledAt,
    state,
    error,
    reply,
    replyAt: request.reply?.at ?? null,
    receipts: receipts.map((receipt) => viewReceipt(receipt, request, model, previewOf)),
  };
}

type PreviewOf = Parameters<typeof viewRequest>[3];

function viewReceipt(
  receipt: Receipt,
  request: Request,
  model: Described,
  previewOf: PreviewOf,
): ReceiptDetail {
  const { key, context, api, at, listeners, accounts } = receipt;
  const { sentAt, winner } = request;
  return {
    context: nameOf(context, model),
    url: model.contexts.get(context)?.url ?? '',
    api,
    at,
    latency: sentAt === null ? null : at - sentAt,
    listeners: accounts.map((account): ListenerDetail => {
      const won = winner?.receipt === key && winner.listener === account.listener;
      const steps = stepsOf(account, sentAt ?? at, previewOf);
      return { listener: account.listener, won, steps: judged(steps, won, winner !== null) };
    }),
    silent: Math.max(0, listeners - accounts.length),
  };
}

const RETURNED = {
  nothing: 'request_returned_nothing',
  true: 'request_returned_true',
  promise: 'request_returned_promise',
  threw: 'request_threw',
} as const;

/** `race` is not decided yet: `runs` for it, or is out of it. */
type Step = Omit<ListenerStep, 'race'> & { readonly race: 'runs' | 'ignored' | null };

function stepsOf(
  { returned, answers, rejected }: ListenerAccount,
  from: number,
  previewOf: PreviewOf,
): Step[] {
  const steps: Step[] = [];
  if (returned !== null) {
    const threw = returned.what === 'threw';
    // It may have answered before it returned.
    const answered = returned.what === 'nothing' && answers.some(({ ignored }) => !ignored);
    steps.push({
      at: returned.at,
      since: returned.at - from,
      text: text(answered ? 'request_returned' : RETURNED[returned.what]),
      said: returned.error === null ? null : clip(returned.error),
      race: threw ? 'runs' : null,
      isError: threw,
    });
  }
  for (const answer of answers) {
    const step: Step = {
      at: answer.at,
      since: answer.at - from,
      text: text(answer.how === 'promise' ? 'request_promise_answered' : 'request_answered'),
      said: clip(previewOf(answer)),
      race: answer.ignored ? 'ignored' : 'runs',
      isError: false,
    };
    // What counted although the listener announced nothing came before it returned.
    if (returned?.what === 'nothing' && !answer.ignored) steps.unshift(step);
    else steps.push(step);
  }
  if (rejected !== null) {
    steps.push({
      at: rejected.at,
      since: rejected.at - from,
      text: text('request_rejected'),
      said: clip(rejected.error),
      race: 'runs',
      isError: true,
    });
  }
  return steps.sort((a, b) => a.at - b.at);
}

function clip(said: string): string {
  return said.length <= LONGEST_SAID ? said : `${said.slice(0, LONGEST_SAID - 1)}…`;
}

/** The winner's first step that ran won; every other that ran came late, if anybody won. */
function judged(steps: readonly Step[], won: boolean, decided: boolean): ListenerStep[] {
  const first = won ? steps.find(({ race }) => race === 'runs') : undefined;
  return steps.map((step) => {
    if (step.race !== 'runs') return { ...step, race: step.race };
    return { ...step, race: step === first ? 'won' : decided ? 'late' : null };
  });
}
