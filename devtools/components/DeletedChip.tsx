/** In the toolbar: how much was deleted to make room, of which extension and since when. */

import { formatBytes, formatCount, formatNoun, formatTime } from '../arithmetic/format.js';
import { safeName } from '../arithmetic/safe-name.js';
import type { Summary } from '../worker-protocol.js';
import { Icon } from './Icon.js';

export function DeletedChip({ deleted }: Pick<Summary, 'deleted'>) {
  const events = deleted.reduce((sum, record) => sum + record.events, 0);
  const contexts = deleted.reduce((sum, record) => sum + (record.contexts ?? 0), 0);
  const lines = deleted.map((record) => {
    const what = [
      ...(record.events > 0
        ? [`the oldest ${formatNoun(record.events, 'event')} (${formatBytes(record.bytes)})`]
        : []),
      ...(record.contexts === undefined
        ? []
        : [`the names of ${formatNoun(record.contexts, 'context')} that had ended`]),
    ];
    return `${safeName(record.extension)}: ${what.join(' and ')} since ${formatTime(record.since)}`;
  });
  return (
    <span
      class="lost deleted"
      role="status"
      title={`Deleted to make room, and recording goes on.\n${lines.join('\n')}\nHow much is kept is in the settings.`}
    >
      <Icon name="clear" />
      {events > 0 ? formatCount(events) : formatNoun(contexts, 'context')}
      <span class="wide-only">deleted</span>
    </span>
  );
}
