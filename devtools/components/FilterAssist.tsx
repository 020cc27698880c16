/** Under the filter field: what is wrong with the query, and what can be typed next. */

import { useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from 'preact/hooks';
import type { RefObject } from 'preact';
import { parseQuery, placeAt, type QueryError } from '../../src/model/query/index.js';
import { formatCount, text } from '../../src/texts/index.js';
import { forgetFilter, keepFilter, keptFilters } from '../state/kept-filters.js';
import type { RecordingState } from '../state/recording.js';
import { suggest, type Suggestion } from '../state/suggestions.js';
import css from '../styles/filter.css?inline';
import { FilterName } from './FilterName.js';
import { Icon } from './Icon.js';

interface AssistProps {
  readonly recording: RecordingState;
  readonly field: RefObject<HTMLInputElement | null>;
}

export function FilterAssist({ recording, field }: AssistProps) {
  const { filterText, values } = recording;
  const query = filterText.value;
  const [caret, setCaret] = useState(query.length);
  const [focused, setFocused] = useState(document.activeElement === field.current);
  /** What is offered lies over the rows: it comes with typing, or when it is asked for, and goes with Enter and Escape. */
  const [wanted, setOpen] = useState(focused);
  const [asked, setAsked] = useState(false);
  const open = wanted && (query !== '' || asked);
  const [naming, setNaming] = useState(false);
  const [scroll, setScroll] = useState(0);
  const [, redraw] = useReducer<number, undefined>((drawn) => drawn + 1, 0);

  const errors = useMemo(() => parseQuery(query).errors, [query]);
  const place = useMemo(() => placeAt(query, Math.min(caret, query.length)), [query, caret]);
  const kept = keptFilters(recording);
  const key = place?.key ?? null;
  /** The choice is one among what was offered for this query; another query has no choice yet. */
  const choice = useRef({ query: '', index: -1 });
  const active = choice.current.query === query ? choice.current.index : -1;
  function setActive(index: number): void {
    choice.current = { query, index };
    redraw(undefined);
  }
  const known = values.value?.key === key ? (values.value?.values ?? null) : null;
  const offered = suggest(query, place, known, kept);
  const shown = focused && open && !naming ? offered : [];
  // What is not finished yet is not wrong yet.
  const told = errors.filter(
    ({ to }) => !(focused && open && offered.length > 0 && to === caret && caret === query.length),
  );

  useEffect(() => {
    if (key !== null && focused) recording.askForValues(key);
  }, [key, focused, recording]);

  function choose({ text: next, caret: at }: Suggestion): void {
    const { current } = field;
    if (current === null) return;
    filterText.value = next;
    current.value = next;
    current.setSelectionRange(at, at);
    setCaret(at);
    setOpen(true);
  }

  function forget({ kept: filter }: Suggestion): void {
    if (filter === null) return;
    forgetFilter(recording, filter);
    redraw(undefined);
  }

  /** @returns whether the key was meant for the list */
  function onKey({ key: pressed, shiftKey }: KeyboardEvent): boolean {
    const chosen = shown[active];
    switch (pressed) {
      case 'ArrowDown':
        if (shown.length === 0) {
          setOpen(true);
          setAsked(true);
        } else setActive((active + 1) % shown.length);
        return true;
      case 'ArrowUp':
        if (shown.length === 0) return false;
        setActive(active <= 0 ? shown.length - 1 : active - 1);
        return true;
      case 'Tab': {
        const first = chosen ?? (place?.typed === '' ? undefined : shown[0]);
        if (shiftKey || first === undefined) return false;
        choose(first);
        return true;
      }
      case 'Enter':
        if (chosen !== undefined) choose(chosen);
        else {
          keepFilter(recording, null, query);
          setOpen(false);
        }
        return true;
      case 'Delete':
        if (chosen === undefined || chosen.kept === null) return false;
        forget(chosen);
        return true;
      case 'Escape':
        if (!open) return false;
        setOpen(false);
        setAsked(false);
        return true;
      default:
        return false;
    }
  }

  const latest = useRef(onKey);
  latest.current = onKey;
  useEffect(() => {
    const { current } = field;
    if (current === null) return undefined;
    const follow = (): void => {
      setCaret(current.selectionStart ?? current.value.length);
      setScroll(current.scrollLeft);
    };
    const leave = new AbortController();
    const { signal } = leave;
    // Before the field's own: Escape closes the list first, and clears the field after that.
    const options = { signal, capture: true };
    const onKeyDown = (event: KeyboardEvent): void => {
      if (!latest.current(event)) return;
      event.preventDefault();
      event.stopImmediatePropagation();
    };
    current.addEventListener('keydown', onKeyDown, options);
    for (const type of ['keyup', 'click', 'select', 'scroll'] as const) {
      current.addEventListener(type, follow, { signal });
    }
    const onInput = (): void => {
      setFocused(true);
      setOpen(true);
      setAsked(false);
      follow();
    };
    current.addEventListener('input', onInput, { signal });
    const onFocus = (): void => {
      setFocused(true);
      setOpen(false);
      setAsked(false);
      follow();
    };
    current.addEventListener('focus', onFocus, { signal });
    const onBlur = (): void => {
      setFocused(false);
      keepFilter(recording, null, current.value);
    };
    current.addEventListener('blur', onBlur, { signal });
    return () => leave.abort();
  }, [field, recording]);

  const expanded = shown.length > 0;
  // Before the list is seen: the field is what it belongs to.
  useLayoutEffect(() => {
    const { current } = field;
    current?.setAttribute('role', 'combobox');
    current?.setAttribute('aria-autocomplete', 'list');
    current?.setAttribute('aria-controls', 'filter-list');
    current?.setAttribute('aria-expanded', String(expanded));
    const invalid = told.some(({ severity }) => severity === 'error');
    current?.setAttribute('aria-invalid', String(invalid));
    current?.setAttribute('aria-describedby', 'filter-errors');
    if (active >= 0 && expanded) {
      current?.setAttribute('aria-activedescendant', `filter-option-${active}`);
      document.getElementById(`filter-option-${active}`)?.scrollIntoView({ block: 'nearest' });
    } else current?.removeAttribute('aria-activedescendant');
  });

  return (
    <>
      <style>{css}</style>
      <Marks query={query} errors={told} scroll={scroll} />
      <div class="filter-box" onMouseDown={(event) => !naming && event.preventDefault()}>
        <div id="filter-errors" role="status">
          {focused &&
            told.map(({ from, to, severity, message }) => (
              <p key={`${from} ${message}`} class={`filter-error ${severity}`}>
                <Icon name="warning" />
                <span>
                  <code>{query.slice(from, to)}</code> {message}
                </span>
              </p>
            ))}
        </div>
        {expanded && (
          <ul
            id="filter-list"
            class="filter-list"
            role="listbox"
            aria-label={text('filter_assist_label')}
          >
            {shown.map((each, index) => (
              <li
                key={`${each.title} ${each.kept?.name ?? ''}`}
                id={`filter-option-${index}`}
                role="option"
                aria-selected={index === active}
                onClick={() => choose(each)}
              >
                <span class="filter-title">{each.title}</span>
                <span class="filter-about">{each.about}</span>
                {each.rows !== null && <span class="filter-rows">{formatCount(each.rows)}</span>}
                {each.kept !== null && (
                  <button
                    type="button"
                    class="filter-clear"
                    tabIndex={-1}
                    title={text('filter_assist_forget_title')}
                    aria-label={text('filter_assist_forget', { filter: each.title })}
                    onClick={(event) => {
                      event.stopPropagation();
                      forget(each);
                    }}
                  >
                    <Icon name="close" />
                  </button>
                )}
              </li>
            ))}
          </ul>
        )}
        {(naming || (focused && open)) && query.trim() !== '' && (
          <FilterName
            naming={naming}
            onNaming={setNaming}
            onName={(name) => {
              keepFilter(recording, name, query);
              redraw(undefined);
            }}
            onDone={() => field.current?.focus()}
            onColour={() => {
              setOpen(false);
              void recording.colour(query.trim());
            }}
          />
        )}
      </div>
    </>
  );
}

interface MarksProps {
  readonly query: string;
  readonly errors: readonly QueryError[];
  readonly scroll: number;
}

/** The field's text again, unseen, for the lines under what is wrong. */
function Marks({ query, errors, scroll }: MarksProps) {
  const parts = [];
  let at = 0;
  for (const { from, to, severity } of errors) {
    if (from < at) continue;
    parts.push(
      query.slice(at, from),
      <u key={from} class={severity}>
        {query.slice(from, to)}
      </u>,
    );
    at = to;
  }
  return (
    <div class="filter-marks" aria-hidden="true">
      <span style={{ marginLeft: `${-scroll}px` }}>{parts}</span>
    </div>
  );
}
