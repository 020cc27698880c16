/** What rows are called: by what sets them apart, and by what they are about. */

import type { TextKey } from '../../src/texts/index.js';
import type { RowFlag, RowView } from '../worker-protocol.js';

export const FLAG_BADGES = {
  undelivered: 'table_row_undelivered',
  unheard: 'table_row_unheard',
  refused: 'table_row_refused',
  failed: 'table_row_failed',
  waiting: 'table_row_waiting',
  unanswered: 'table_row_unanswered',
} as const satisfies Record<RowFlag, TextKey>;

/** The same in more words. */
export const FLAG_TITLES = {
  undelivered: 'table_row_undelivered_title',
  unheard: 'table_row_unheard_title',
  refused: 'table_row_refused_title',
  failed: 'table_row_failed',
  waiting: 'table_row_waiting_title',
  unanswered: 'table_row_unanswered_title',
} as const satisfies Record<RowFlag, TextKey>;

export const KIND_WORDS = {
  message: 'table_row_kind_message',
  request: 'table_row_kind_request',
  opened: 'table_row_kind_opened',
  closed: 'table_row_kind_closed',
  lifecycle: 'table_row_kind_lifecycle',
  gap: 'table_row_kind_gap',
} as const satisfies Record<RowView['kind'], TextKey>;
