/** What the cells of a row say, and what they say when they are pointed at. */

import { formatCount, text } from '../../src/texts/index.js';
import type { ColumnName } from '../arithmetic/columns.js';
import {
  formatBytes,
  formatLatency,
  formatMoment,
  formatOffset,
  formatTime,
} from '../arithmetic/format.js';
import type { RowView } from '../worker-protocol.js';

/** Columns whose cells are nothing but a text. */
export type TextColumn = Exclude<ColumnName, 'direction' | 'ends' | 'preview'>;

/** @param elapsed whether times are told since the recording began */
export function cellText(name: TextColumn, row: RowView, elapsed: boolean): string {
  switch (name) {
    case 'time':
      return formatMoment(row, elapsed);
    case 'since':
      return formatOffset(row.since);
    case 'previous':
      return row.previous === null ? '' : formatOffset(row.previous);
    case 'type':
      return row.answerTo === null
        ? row.messageType
        : `↩ ${row.answerTo || text('table_row_answer')}`;
    case 'size':
      return row.bytes === null ? '' : formatBytes(row.bytes);
    case 'latency':
      return formatLatency(row.latency);
    case 'listeners':
      return row.listeners === null ? '' : formatCount(row.listeners);
    case 'connection':
    case 'api':
    case 'extension':
    case 'tab':
      return row[name];
  }
}

/** @returns what may not have had room, or is not said in the cell; null: nothing */
export function cellTitle(name: ColumnName, row: RowView, elapsed: boolean): string | null {
  switch (name) {
    case 'time':
      return formatMoment(row, !elapsed);
    case 'since':
      return formatTime(row.at);
    case 'ends':
      return [row.from, row.to].flatMap((end) => (end === null ? [] : [end.label])).join(' → ');
    case 'type':
      return typeTitle(row);
    case 'preview':
      return row.outcome === '' ? row.preview : `${row.preview}\n⇒ ${row.outcome}`;
    case 'connection':
    case 'api':
    case 'extension':
    case 'tab':
      return row[name];
    default:
      return null;
  }
}

function typeTitle({ messageType, answerTo }: RowView): string {
  if (answerTo === null) return messageType;
  return answerTo === ''
    ? text('table_row_answer_title')
    : text('table_row_answer_to_title', { type: answerTo });
}
