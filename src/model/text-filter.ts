/**
 * The plain text filter: words, all of which a row must contain somewhere. A predicate over rows is all the
 * callers know, so that a query language can take its place.
 */

import { contextLabel, extensionLabel } from './labels.js';
import type { Model } from './model.js';
import type { Connection, Endpoint, PayloadRef, Request, Row } from './types.js';

export type RowPredicate = (row: Row) => boolean;

type Readable = Pick<Model, 'contexts' | 'connections' | 'payloadText'>;
type Test = (text: string) => boolean;

/**
 * @param text words between spaces; upper and lower case are the same
 * @returns whether a row contains every word: in the port's name, the message type, the payload, the error,
 *   the API, the kind of row, or the label, URL or extension of a context at either end; of a request also in
 *   its state and in what was answered
 */
export function compileTextFilter(text: string, model: Readable): RowPredicate {
  const tests = text
    .split(/\s+/u)
    .filter((word) => word !== '')
    .map(testFor);
  return (row) => tests.every((test) => matches(row, test, model));
}

/** A regular expression ignores case without making a lower-case copy of every payload. */
function testFor(word: string): Test {
  const pattern = new RegExp(word.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'iu');
  return (text) => pattern.test(text);
}

function matches(row: Row, test: Test, model: Readable): boolean {
  switch (row.kind) {
    case 'message': {
      const { message } = row;
      return (
        test(message.messageType ?? '') ||
        test(model.payloadText(message.payload) ?? message.preview) ||
        test(message.preview) ||
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
  const { api, state, error, messageType, payload, preview, reply, from, receipts } = request;
  const said = (ref: PayloadRef | null): boolean =>
    ref !== null && test(model.payloadText(ref) ?? '');
  return (
    test(`request one-shot ${api} ${state}`) ||
    test(messageType ?? '') ||
    said(payload) ||
    test(preview) ||
    said(reply?.payload ?? null) ||
    test(reply?.preview ?? '') ||
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

function connectionMatches(
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
