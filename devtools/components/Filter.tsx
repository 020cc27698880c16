/** The filter field. Completion, errors and kept filters come with its first use. */

import { useState } from 'preact/hooks';
import type { RefObject } from 'preact';
import { text } from '../../src/texts/index.js';
import { PANEL_KEYS } from '../arithmetic/panel-keys.js';
import type { RecordingState } from '../state/recording.js';
import { Icon } from './Icon.js';
import { lazy } from './lazy.js';

const FilterAssist = lazy(async () => (await import('./FilterAssist.js')).FilterAssist);

const EXAMPLE = 'type:hello size:>1k is:error';

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
        placeholder={text('filter')}
        aria-label={text('filter_label')}
        title={text('filter_title', { example: EXAMPLE, key: PANEL_KEYS.filter })}
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
          title={text('filter_clear')}
          aria-label={text('filter_clear')}
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
