/** Writes a request as a trace line, see `protocol/trace.ts`. */

import type { TraceAccount, TraceReceipt, TraceRequest } from '../protocol/index.js';
import { tracePayload, type PayloadSource } from './trace-payload.js';
import type { ListenerAccount, Receipt, Request } from './types.js';

/** Epoch milliseconds to the trace's. */
export type Since = (at: number) => number;
/** Context key to the trace's context id. */
export type IdOf = (contextKey: string) => string;

/** @returns the request's line, under the name `id` */
export function traceRequest(
  request: Request,
  id: string,
  idOf: IdOf,
  since: Since,
  model: PayloadSource,
): TraceRequest {
  const { api, target, from, sentAt, payload, receipts, state, settledAt, error, stack } = request;
  const { reply, winner } = request;
  const decided = receipts.find(({ key }) => key === winner?.receipt);
  const decider = decided === undefined ? null : idOf(decided.context);
  return {
    kind: 'request',
    id,
    api,
    target,
    from: from === null ? null : idOf(from),
    sentAt: sentAt === null ? null : since(sentAt),
    ...tracePayload(payload, model),
    deliveries: receipts.map((receipt) => receiptOf(receipt, idOf, since, model)),
    state,
    settledAt: settledAt === null ? null : since(settledAt),
    reply: reply && {
      at: since(reply.at),
      from: decider,
      ...tracePayload(reply.payload, model),
    },
    error,
    winner:
      winner === null || decider === null ? null : { context: decider, listener: winner.listener },
    ...(stack === null ? {} : { stack: stack.split('\n') }),
  };
}

function receiptOf(
  { context, api, at, listeners, accounts }: Receipt,
  idOf: IdOf,
  since: Since,
  model: PayloadSource,
): TraceReceipt {
  return {
    context: idOf(context),
    api,
    at: since(at),
    listeners,
    accounts: accounts.map((account) => accountOf(account, since, model)),
  };
}

function accountOf(
  { listener, returned, answers, rejected }: ListenerAccount,
  since: Since,
  model: PayloadSource,
): TraceAccount {
  return {
    listener,
    returned: returned && {
      at: since(returned.at),
      what: returned.what,
      ...(returned.error === null ? {} : { error: returned.error }),
    },
    answers: answers.map(({ at, how, payload, ignored }) => ({
      at: since(at),
      how,
      ...(ignored ? { ignored } : {}),
      ...tracePayload(payload, model),
    })),
    rejected: rejected && { at: since(rejected.at), error: rejected.error },
  };
}
