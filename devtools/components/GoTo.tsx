/** The small field that `g` opens: a row's number, a part of the whole, or a time. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { formatCount, text } from '../../src/texts/index.js';
import { readDestination } from '../arithmetic/go-to.js';
import css from '../styles/go-to.css?inline';
import type { RecordingState } from '../state/recording.js';

/** Of what can be typed besides a row's number. */
const EXAMPLES = { part: '50%', offset: '+12.5s', time: '14:03:12.345' };

interface GoToProps {
  readonly recording: RecordingState;
  readonly onRow: (index: number) => void;
  readonly onClose: () => void;
}

export function GoTo({ recording, onRow, onClose }: GoToProps) {
  const field = useRef<HTMLInputElement>(null);
  const [wrong, setWrong] = useState(false);
  useEffect(() => field.current?.focus(), []);

  function go(): void {
    const { count } = recording.table.peek();
    const startedAt = recording.summary.peek()?.recording?.startedAt ?? 0;
    const wanted = readDestination(field.current?.value ?? '', startedAt);
    if (wanted === null) {
      setWrong(true);
      return;
    }
    if (wanted.to === 'row') onRow(wanted.index);
    else if (wanted.to === 'part') onRow(Math.round(wanted.part * (count - 1)));
    else recording.locate(wanted.at);
    onClose();
  }

  return (
    <form
      class="go-to"
      role="search"
      aria-label={text('go_to')}
      onSubmit={(event) => {
        event.preventDefault();
        go();
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key !== 'Escape') return;
        event.preventDefault();
        onClose();
      }}
    >
      <style>{css}</style>
      <input
        ref={field}
        type="text"
        aria-label={text('go_to_label')}
        aria-invalid={wrong}
        placeholder={`1 – ${formatCount(recording.table.value.count)}`}
        spellcheck={false}
        autocomplete="off"
        onInput={() => setWrong(false)}
        onBlur={onClose}
      />
      <span class={wrong ? 'wrong' : ''} role="status">
        {wrong ? text('go_to_wrong') : text('go_to_hint', EXAMPLES)}
      </span>
    </form>
  );
}
