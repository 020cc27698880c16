/** A field for a query of a rule, with what is wrong with it below. */

import { useId } from 'preact/hooks';
import type { QueryError } from '../../src/model/query/index.js';
import { Icon } from './Icon.js';

const EXAMPLE = 'type:login size:>1k';

interface QueryFieldProps {
  readonly label: string;
  readonly query: string;
  readonly errors: readonly QueryError[];
  /** What is still to be done for it to mean something; null: nothing. */
  readonly hint?: string | null;
  readonly maxLength: number;
  readonly onInput: (query: string) => void;
  /** What was written is meant: Enter was pressed, or the field left. */
  readonly onDone?: (query: string) => void;
}

export function QueryField(props: QueryFieldProps) {
  const { label, query, errors, hint = null, maxLength, onInput, onDone } = props;
  const id = useId();
  return (
    <div class="query-field">
      <input
        type="text"
        value={query}
        aria-label={label}
        aria-invalid={errors.some(({ severity }) => severity === 'error')}
        aria-describedby={id}
        placeholder={EXAMPLE}
        maxLength={maxLength}
        spellcheck={false}
        autocomplete="off"
        onInput={(event) => onInput(event.currentTarget.value)}
        onChange={(event) => onDone?.(event.currentTarget.value)}
      />
      <div id={id} role="status">
        {errors.map(({ from, to, severity, message }) => (
          <p key={`${from} ${message}`} class={`rule-error ${severity}`}>
            <Icon name="warning" />
            <span>
              <code>{query.slice(from, to)}</code> {message}
            </span>
          </p>
        ))}
        {hint !== null && <p class="quiet">{hint}</p>}
      </div>
    </div>
  );
}
