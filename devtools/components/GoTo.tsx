/** The small field that `g` opens: a row's number, a part of the whole, or a time. */

import { useEffect, useRef, useState } from 'preact/hooks';
import { formatCount } from '../arithmetic/format.js';
import { readDestination } from '../arithmetic/go-to.js';
import css from '../styles/go-to.css?inline';
import type { RecordingState } from '../state/recording.js';

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
      aria-label="Go to"
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
        aria-label="Row, time or percentage"
        aria-invalid={wrong}
        placeholder={`1 – ${formatCount(recording.table.value.count)}`}
        spellcheck={false}
        autocomplete="off"
        onInput={() => setWrong(false)}
        onBlur={onClose}
      />
      <span class={wrong ? 'wrong' : ''} role="status">
        {wrong ? 'Not a row, time or percentage' : 'row, 50%, +12.5s or 14:03:12.345'}
      </span>
    </form>
  );
}
