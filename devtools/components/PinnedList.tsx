/** The pinned messages: leads to each, shows its note, takes its pin away. */

import { formatCount, text } from '../../src/texts/index.js';
import { formatTime } from '../arithmetic/format.js';
import type { Pins } from '../state/pins.js';
import type { RecordingState } from '../state/recording.js';
import css from '../styles/pinned.css?inline';
import { CloseButton } from './CloseButton.js';

interface PinnedListProps {
  readonly recording: RecordingState;
  readonly pins: Pins;
}

export function PinnedList({ recording, pins }: PinnedListProps) {
  const { selectedKey } = recording;
  const list = pins.list.value;
  return (
    <section class="pinned" aria-label={text('pinned_list')}>
      <style>{css}</style>
      <h3>{text('pinned_list_head', { count: formatCount(list.length) })}</h3>
      <ul>
        {list.map(({ key, at, name, note }) => (
          <li key={key} class={key === selectedKey.value ? 'current' : ''}>
            <button type="button" class="pinned-go" onClick={() => recording.select(null, key)}>
              <span class="pinned-at">{formatTime(at)}</span>
              <span class="pinned-name">{name}</span>
              <span class="pinned-text">{note}</span>
            </button>
            <CloseButton
              label={text('pinned_list_remove_this', { name })}
              title={text('pinned_list_remove')}
              onClick={() => pins.remove(key)}
            />
          </li>
        ))}
      </ul>
    </section>
  );
}
