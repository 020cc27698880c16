/** The field that looks for text in what is shown: how many there are, which one is looked at, on and back. */

import type { RefObject } from 'preact';
import { formatCount, text } from '../../src/texts/index.js';
import { MOST_HITS } from '../arithmetic/payload-search.js';
import { Icon } from './Icon.js';

/** What a view answers: how often the text is there; null while it is still looking. */
export interface Find {
  readonly text: string;
  /** Which hit is looked at, counted from 0. */
  readonly at: number;
  readonly hits: number | null;
}

export const NOTHING_SOUGHT: Find = { text: '', at: 0, hits: null };

interface FindBoxProps {
  readonly find: Find;
  readonly field: RefObject<HTMLInputElement | null>;
  readonly onChange: (find: Find) => void;
  /** The focus goes back to what is searched. */
  readonly onLeave: () => void;
}

export function FindBox({ find, field, onChange, onLeave }: FindBoxProps) {
  const { text: sought, at, hits } = find;

  function step(by: number): void {
    if (hits !== null && hits > 0) onChange({ ...find, at: (at + by + hits) % hits });
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Enter') step(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape') {
      if (sought !== '') onChange(NOTHING_SOUGHT);
      onLeave();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div class={`find${sought !== '' && hits === 0 ? ' none' : ''}`} role="search">
      <input
        ref={field}
        type="text"
        value={sought}
        spellcheck={false}
        placeholder={text('find_box')}
        aria-label={text('find_box_label')}
        title={text('find_box_title')}
        onInput={({ currentTarget }) => onChange({ text: currentTarget.value, at: 0, hits: null })}
        onKeyDown={onKeyDown}
      />
      {sought !== '' && (
        <>
          <span class="find-count" role="status">
            {hits === null
              ? '…'
              : hits === 0
                ? text('find_box_none')
                : text('find_box_at', {
                    at: formatCount(at + 1),
                    hits: `${formatCount(hits)}${hits >= MOST_HITS ? '+' : ''}`,
                  })}
          </span>
          <button
            type="button"
            class="tool"
            title={text('find_box_previous_title')}
            aria-label={text('find_box_previous')}
            onClick={() => step(-1)}
          >
            <Icon name="up" />
          </button>
          <button
            type="button"
            class="tool"
            title={text('find_box_next_title')}
            aria-label={text('find_box_next')}
            onClick={() => step(1)}
          >
            <Icon name="open" />
          </button>
        </>
      )}
    </div>
  );
}
