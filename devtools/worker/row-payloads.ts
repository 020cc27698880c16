/** Which payloads a row has. */

import type { PayloadRef, Row } from '../../src/model/types.js';

/** @returns every payload that a trace tells of the row */
export function allPayloads(row: Row): readonly PayloadRef[] {
  if (row.kind === 'message') return [row.message.payload];
  if (row.kind !== 'request') return [];
  const { payload, reply, receipts } = row.request;
  const answers = receipts.flatMap(({ accounts }) => accounts.flatMap((each) => each.answers));
  return [
    ...(payload === null ? [] : [payload]),
    ...(reply === null ? [] : [reply.payload]),
    ...answers.map((answer) => answer.payload),
  ];
}

/** @returns the row's payload and, of a request, the reply's */
export function payloadsOf(row: Row): [payload: PayloadRef | null, reply: PayloadRef | null] {
  switch (row.kind) {
    case 'message':
      return [row.message.payload, null];
    case 'request':
      return [row.request.payload, row.request.reply?.payload ?? null];
    default:
      return [null, null];
  }
}
