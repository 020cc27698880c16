/** Where free text is looked for: in everything that a row says. */

import { contextLabel, extensionLabel } from './labels.js';
import { previewText } from './preview.js';
import type { Model } from './model.js';
import type { Connection, Endpoint, PayloadRef, Request, Row } from './types.js';

export type RowPredicate = (row: Row) => boolean;

type Readable = Pick<Model, 'contexts' | 'connections' | 'payloadText'>;
type Test = (text: string) => boolean;

/**
 * @returns whether the test passes one of: the port's name, the message type, the payload, the error, the API,
 *   the kind of row, or the label, URL or extension of a context at either end; of a request also its state
 *   and what was answered
 */
export function rowSays(row: Row, test: Test, model: Readable): boolean {
  switch (row.kind) {
    case 'message': {
      const { message } = row;
      return (
        test(message.messageType ?? '') ||
        payloadSays(message.payload, test, model) ||
        test(message.error === null ? 'message' : `message refused ${message.error}`) ||
        connectionMatches(model.connections.get(message.connection), test, model)
      );
    }
    case 'request':
      return requestMatches(row.request, test, model);
    case 'opened':
    case 'closed': {
      const connection = model.connections.get(row.connection);
      const failed = row.kind === 'closed' && connection?.state === 'failed';
      return (
        test(failed ? 'closed failed' : row.kind) || connectionMatches(connection, test, model)
      );
    }
    case 'lifecycle':
      return test(`lifecycle ${row.what}`) || contextMatches(row.context, test, model);
    case 'deleted':
      return test(`deleted gap ${row.reason}`) || test(row.extension);
    case 'gap':
      return test(`gap ${row.reason}`) || contextMatches(row.context, test, model);
  }
}

function requestMatches(request: Request, test: Test, model: Readable): boolean {
  const { api, state, error, messageType, payload, reply, from, receipts } = request;
  const said = (ref: PayloadRef | null): boolean => ref !== null && payloadSays(ref, test, model);
  return (
    test(`request one-off ${api} ${state}`) ||
    test(messageType ?? '') ||
    said(payload) ||
    said(reply?.payload ?? null) ||
    (error !== null && test(error)) ||
    test(request.target?.application ?? '') ||
    (from !== null && contextMatches(from, test, model)) ||
    receipts.some(
      (receipt) =>
        test(receipt.api) ||
        contextMatches(receipt.context, test, model) ||
        receipt.accounts.some(
          ({ returned, answers, rejected }) =>
            test(returned?.error ?? '') ||
            test(rejected?.error ?? '') ||
            answers.some((answer) => said(answer.payload)),
        ),
    )
  );
}

/** @returns whether the test passes a payload's text or, where that is no JSON, what the table shows of it */
export function payloadSays(
  ref: PayloadRef,
  test: Test,
  model: Pick<Readable, 'payloadText'>,
): boolean {
  const text = model.payloadText(ref) ?? '';
  return test(text) || (ref.form === 'rich' && test(previewText(ref.form, text)));
}

/** @returns whether the test passes what a row says of its connection */
export function connectionMatches(
  connection: Connection | undefined,
  test: Test,
  model: Readable,
): boolean {
  if (connection === undefined) return false;
  const { name, error, target, opener, acceptors } = connection;
  const end = (endpoint: Endpoint): boolean =>
    test(endpoint.api) || contextMatches(endpoint.context, test, model);
  return (
    test(name) ||
    (error !== null && test(error)) ||
    test(target?.application ?? '') ||
    (opener !== null && end(opener)) ||
    acceptors.some(end)
  );
}

function contextMatches(key: string, test: Test, model: Readable): boolean {
  const context = model.contexts.get(key);
  return (
    context !== undefined &&
    (test(contextLabel(context)) ||
      test(context.url) ||
      test(extensionLabel(context)) ||
      test(context.extensionId))
  );
}
