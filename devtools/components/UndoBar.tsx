/** Says that the recording was cleared, as long as it can be brought back. */

import { text } from '../../src/texts/index.js';
import type { RecordingState } from '../state/recording.js';

export function UndoBar({ recording }: { readonly recording: RecordingState }) {
  return (
    <div class="bar" role="status">
      <span>{text('undo_cleared')}</span>
      <button
        type="button"
        class="action"
        title={text('undo_cleared_title')}
        onClick={(event) => {
          // The button goes with what it has done.
          event.currentTarget.closest('.app')?.querySelector<HTMLElement>('.tool')?.focus();
          recording.send({ type: 'bring-back' });
        }}
      >
        {text('undo')}
      </button>
    </div>
  );
}
