/** Above the rows: that there are others, from before the last reload. */

import { counted, text } from '../../src/texts/index.js';
import type { RecordingState } from '../state/recording.js';

interface ReloadBarProps {
  readonly recording: RecordingState;
  readonly rows: number;
}

export function ReloadBar({ recording, rows }: ReloadBarProps) {
  return (
    <div class="bar" role="status">
      <span>{counted('reload_hidden', rows)}</span>
      <button
        type="button"
        class="action"
        title={text('reload_show_title')}
        onClick={(event) => {
          // The button goes with what it has done.
          event.currentTarget
            .closest('.app')
            ?.querySelector<HTMLElement>('.table, .view [tabindex]')
            ?.focus();
          recording.preserve.showBefore();
        }}
      >
        {text('reload_show')}
      </button>
    </div>
  );
}
