/** In the toolbar: how much was deleted to make room, of which extension and since when. */

import { formatBytes, formatCount, formatNoun, formatTime } from '../arithmetic/format.js';
import { safeName } from '../arithmetic/safe-name.js';
import type { Summary } from '../worker-protocol.js';
import { Icon } from './Icon.js';

export function DeletedChip({ deleted }: Pick<Summary, 'deleted'>) {
  const events = deleted.reduce((sum, record) => sum + record.events, 0);
  const lines = deleted.map(
    (record) =>
      `${safeName(record.extension)}: the oldest ${formatNoun(record.events, 'event')} (${formatBytes(record.bytes)}) since ${formatTime(record.since)}`,
  );
  return (
    <span
      class="lost deleted"
      role="status"
      title={`Deleted to make room, and recording goes on.\n${lines.join('\n')}\nHow much is kept is in the settings.`}
    >
      <Icon name="clear" />
      {formatCount(events)}
      <span class="wide-only">deleted</span>
    </span>
  );
}
