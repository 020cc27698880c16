/** A field for a query of a rule, with what is wrong with it below. */

import { useId } from 'preact/hooks';
import type { QueryError } from '../../src/model/query/index.js';
import { Icon } from './Icon.js';

const EXAMPLE = 'type:login size:>1k';

interface QueryFieldProps {
  readonly label: string;
  readonly query: string;
  readonly errors: readonly QueryError[];
  /** What is wrong with the whole of it; null: nothing. */
  readonly complaint?: string | null;
  readonly maxLength: number;
  readonly onInput: (query: string) => void;
  /** What was written is meant: Enter was pressed, or the field left. */
  readonly onDone?: (query: string) => void;
}

export function QueryField(props: QueryFieldProps) {
  const { label, query, errors, complaint = null, maxLength, onInput, onDone } = props;
  const id = useId();
  const wrong = errors.length > 0 || complaint !== null;
  return (
    <div class="query-field">
      <input
        type="text"
        value={query}
        aria-label={label}
        aria-invalid={wrong}
        aria-describedby={id}
        placeholder={EXAMPLE}
        maxLength={maxLength}
        spellcheck={false}
        autocomplete="off"
        onInput={(event) => onInput(event.currentTarget.value)}
        onChange={(event) => onDone?.(event.currentTarget.value)}
      />
      <div id={id} role="status">
        {errors.map(({ from, to, message }) => (
          <p key={`${from} ${message}`} class="rule-error">
            <Icon name="warning" />
            <span>
              <code>{query.slice(from, to)}</code> {message}
            </span>
          </p>
        ))}
        {complaint !== null && (
          <p class="rule-error">
            <Icon name="warning" />
            {complaint}
          </p>
        )}
      </div>
    </div>
  );
}
