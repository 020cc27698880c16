/** The rows as a conversation: who says what, and how long the other side was silent before. */

import type { Row } from '../../../src/model/index.js';
import type { Conversation, Turn, ViewAsk } from '../../view-protocol.js';
import { viewRow } from '../row-view.js';
import type { Visible } from './visible.js';

/**
 * @param connections that the rows are about
 * @param origin when the recording began, epoch milliseconds
 */
export function conversation(
  { model, indexes }: Visible,
  connections: readonly number[],
  { first, end, selected }: Extract<ViewAsk, { view: 'follow' }>,
  origin: number,
): Conversation {
  const { rows } = model;
  const turns: Turn[] = [];
  for (let position = first; position < Math.min(end, indexes.length); position += 1) {
    const index = indexes[position] as number;
    const row = rows.at(index) as Row;
    const before = position === 0 ? null : rows.timeAt(indexes[position - 1] as number);
    turns.push({
      row: viewRow(row, model, origin),
      side: sideOf(row),
      gap: before === null ? null : row.at - before,
    });
  }
  return {
    view: 'follow',
    count: indexes.length,
    first,
    turns,
    isMixed: connections.length > 1,
    selected: selected === null ? null : connectionOf(model, selected),
  };
}

function sideOf(row: Row): Turn['side'] {
  if (row.kind === 'request') return 'opener';
  if (row.kind !== 'message') return 'nobody';
  return row.message.toward === 'acceptor' ? 'opener' : 'acceptor';
}

function connectionOf(model: Visible['model'], rowKey: string): Conversation['selected'] {
  const row = model.rowIndex(rowKey);
  if (row < 0) return null;
  const connection = model.connectionAt(model.rows.connectionAt(row));
  return connection === undefined ? null : { key: connection.key, name: connection.name };
}
