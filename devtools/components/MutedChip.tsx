/** In the toolbar: how many events of the recording mute rules kept out. It leads to the rules. */

import type { Signal } from '@preact/signals';
import { counted, formatCount, text } from '../../src/texts/index.js';

interface MutedChipProps {
  readonly muted: number;
  /** Whether the rules are shown. */
  readonly open: Signal<boolean>;
}

export function MutedChip({ muted, open }: MutedChipProps) {
  const title = text('muted_chip_title', { events: counted('event', muted) });
  return (
    <button
      type="button"
      class="text-button muted-chip"
      aria-expanded={open.value}
      aria-label={title}
      title={title}
      onClick={() => {
        open.value = !open.value;
      }}
    >
      {formatCount(muted)} {text('muted_chip')}
    </button>
  );
}
