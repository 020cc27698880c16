/** The filter field. Completion, errors and kept filters come with its first use. */

import { useState } from 'preact/hooks';
import type { RefObject } from 'preact';
import type { RecordingState } from '../state/recording.js';
import { Icon } from './Icon.js';
import { lazy } from './lazy.js';

const FilterAssist = lazy(async () => (await import('./FilterAssist.js')).FilterAssist);

interface FilterProps {
  readonly recording: RecordingState;
  readonly field: RefObject<HTMLInputElement | null>;
}

export function Filter({ recording, field }: FilterProps) {
  const { filterText } = recording;
  const [used, setUsed] = useState(false);
  const active = filterText.value !== '';
  return (
    <div class={`filter${active ? ' active' : ''}`} role="search">
      <Icon name="filter" />
      <input
        ref={field}
        type="text"
        value={filterText.value}
        placeholder="Filter"
        aria-label="Filter messages"
        title="Words, or type:hello size:>1k is:error. Press / to get here."
        spellcheck={false}
        autocomplete="off"
        onFocus={() => setUsed(true)}
        onInput={(event) => {
          setUsed(true);
          filterText.value = event.currentTarget.value;
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || !active) return;
          event.stopPropagation();
          filterText.value = '';
        }}
      />
      {(used || active) && <FilterAssist recording={recording} field={field} />}
      {active && (
        <button
          type="button"
          class="filter-clear"
          title="Clear the filter"
          aria-label="Clear the filter"
          onClick={() => {
            filterText.value = '';
            // The button goes, and the focus would go with it.
            field.current?.focus();
          }}
        >
          <Icon name="close" />
        </button>
      )}
    </div>
  );
}
