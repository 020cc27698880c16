/** Says that the recording was cleared, as long as it can be brought back. */

import type { RecordingState } from '../state/recording.js';

export function UndoBar({ recording }: { readonly recording: RecordingState }) {
  return (
    <div class="bar" role="status">
      <span>Recording cleared.</span>
      <button
        type="button"
        class="action"
        title="Bring it back (Ctrl+Z), with what was recorded since"
        onClick={(event) => {
          // The button goes with what it has done.
          event.currentTarget.closest('.app')?.querySelector<HTMLElement>('.tool')?.focus();
          recording.send({ type: 'bring-back' });
        }}
      >
        Undo
      </button>
    </div>
  );
}
