/** In the toolbar: how much was deleted to make room, of which extension and since when. */

import type { StoredDropped } from '../../src/protocol/index.js';
import { counted, formatCount, text } from '../../src/texts/index.js';
import { formatBytes, formatTime } from '../arithmetic/format.js';
import { safeName } from '../arithmetic/safe-name.js';
import type { Summary } from '../worker-protocol.js';
import { Icon } from './Icon.js';

export function DeletedChip({ deleted }: Pick<Summary, 'deleted'>) {
  const events = deleted.reduce((sum, record) => sum + record.events, 0);
  const contexts = deleted.reduce((sum, record) => sum + (record.contexts ?? 0), 0);
  return (
    <span
      class="lost deleted"
      role="status"
      title={text('deleted_chip_title', { lines: deleted.map(lineOf).join('\n') })}
    >
      <Icon name="clear" />
      {events > 0 ? formatCount(events) : counted('context', contexts)}
      <span class="wide-only">{text('deleted_chip')}</span>
    </span>
  );
}

function lineOf(record: StoredDropped): string {
  const extension = safeName(record.extension);
  const time = formatTime(record.since);
  const contexts = counted('context', record.contexts ?? 0);
  if (record.events === 0) return text('deleted_chip_contexts', { extension, contexts, time });
  const events = counted('event', record.events);
  const size = formatBytes(record.bytes);
  return record.contexts === undefined
    ? text('deleted_chip_events', { extension, events, size, time })
    : text('deleted_chip_both', { extension, events, size, contexts, time });
}
