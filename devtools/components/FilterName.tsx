/** What can be made of the filter: it is kept under a name, or colours rows. */

import { useLayoutEffect, useRef } from 'preact/hooks';
import { text } from '../../src/texts/index.js';

interface NameProps {
  readonly naming: boolean;
  readonly onNaming: (naming: boolean) => void;
  readonly onName: (name: string) => void;
  readonly onDone: () => void;
  readonly onColour: () => void;
}

export function FilterName({ naming, onNaming, onName, onDone, onColour }: NameProps) {
  const field = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => {
    if (naming) field.current?.focus();
  }, [naming]);

  if (!naming) {
    return (
      <p class="filter-uses">
        <button type="button" class="filter-keep" onClick={() => onNaming(true)}>
          {text('filter_name_keep')}
        </button>
        <button type="button" class="filter-keep" onClick={onColour}>
          {text('colours_these')}
        </button>
      </p>
    );
  }
  return (
    <div class="filter-name">
      <input
        ref={field}
        type="text"
        placeholder={text('filter_name')}
        aria-label={text('filter_name_label')}
        maxLength={60}
        onKeyDown={(event) => {
          const { key, currentTarget } = event;
          if (key !== 'Escape' && key !== 'Enter') return;
          event.preventDefault();
          event.stopPropagation();
          const name = currentTarget.value.trim();
          if (key === 'Enter' && name !== '') onName(name);
          onNaming(false);
          onDone();
        }}
        onBlur={() => onNaming(false)}
      />
    </div>
  );
}
