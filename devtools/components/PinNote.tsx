/** The note on a pinned message. */

import { text } from '../../src/texts/index.js';
import type { Pins } from '../state/pins.js';

interface PinNoteProps {
  readonly pins: Pins;
  /** Of a pinned row. */
  readonly rowKey: string;
}

export function PinNote({ pins, rowKey }: PinNoteProps) {
  const pin = pins.list.value.find(({ key }) => key === rowKey);
  if (pin === undefined) return null;
  return (
    <div class="pin-note">
      <input
        type="text"
        value={pin.note}
        placeholder={text('pin_note_placeholder')}
        aria-label={text('pin_note')}
        onInput={({ currentTarget }) => pins.annotate(rowKey, currentTarget.value)}
      />
    </div>
  );
}
