/** Finds the message that one is best compared with: the last of its kind before it. */

import type { Model } from '../../src/model/index.js';
import type { Request } from '../../src/model/types.js';

/** One-off messages have no columns; so many rows are looked at for one. */
const NEAR_ROWS = 20_000;

/**
 * @param index of a row in the recording
 * @returns index of the last row before it with a message of the same type, in the same direction of the same
 *   connection; of a one-off message, of the same type, API and sender; -1: there is none
 */
export function previousOf(
  index: number,
  { rows, messages }: Pick<Model, 'rows' | 'messages'>,
): number {
  const id = rows.messageAt(index);
  if (id < 0) {
    const row = rows.at(index);
    return row?.kind === 'request' ? previousRequest(index, row.request, rows) : -1;
  }
  const connection = rows.connectionAt(index);
  const toward = messages.toward(id);
  const type = messages.type(id);
  for (let before = index - 1; before >= 0; before -= 1) {
    const other = rows.messageAt(before);
    if (other < 0 || rows.connectionAt(before) !== connection) continue;
    if (messages.type(other) === type && messages.toward(other) === toward) return before;
  }
  return -1;
}

function previousRequest(index: number, request: Request, rows: Model['rows']): number {
  for (let before = index - 1; before >= Math.max(0, index - NEAR_ROWS); before -= 1) {
    if (rows.kindAt(before) !== 'request') continue;
    const row = rows.at(before);
    if (row?.kind !== 'request') continue;
    const { messageType, api, from } = row.request;
    if (messageType === request.messageType && api === request.api && from === request.from) {
      return before;
    }
  }
  return -1;
}
