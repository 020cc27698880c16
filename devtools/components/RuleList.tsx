/** The frame of a list of rules above the table, and where the focus goes in it. */

import type { ComponentChildren, RefObject } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { text } from '../../src/texts/index.js';
import css from '../styles/rules.css?inline';
import { CloseButton } from './CloseButton.js';

/** The list, and what moves the focus to the query of a rule, or to the list when there is no such rule. */
export interface RuleFocus {
  readonly list: RefObject<HTMLOListElement | null>;
  readonly focusRule: (id: number | undefined) => void;
}

/** @param ids of the rules; one that was not there before is what the person wants to write at */
export function useRuleFocus(ids: readonly number[]): RuleFocus {
  const list = useRef<HTMLOListElement>(null);
  const newest = Math.max(0, ...ids);
  const known = useRef<number | null>(null);
  function focusRule(id = 0): void {
    const line = list.current?.querySelector(`[data-rule='${id}']`);
    (line?.querySelector<HTMLElement>('.query-field input') ?? list.current)?.focus();
  }
  useLayoutEffect(() => {
    const isNew = known.current === null || newest > known.current;
    known.current = newest;
    if (isNew) focusRule(newest);
  }, [newest]);
  return { list, focusRule };
}

interface RuleListProps {
  readonly title: string;
  readonly about: string;
  /** What stands in the place of the rules when there are none. */
  readonly none: string;
  readonly closeLabel: string;
  readonly list: RuleFocus['list'];
  /** The rules' lines. */
  readonly lines: readonly ComponentChildren[];
  readonly children?: ComponentChildren;
  readonly onAdd: () => void;
  readonly onClose: () => void;
}

export function RuleList(props: RuleListProps) {
  const { title, about, none, closeLabel, list, lines, children, onAdd, onClose } = props;
  return (
    <section class="rules" aria-label={title}>
      <style>{css}</style>
      <div class="rules-head">
        <h2>{title}</h2>
        <span class="quiet rules-about">{about}</span>
        <button type="button" class="text-button" onClick={onAdd}>
          {text('rule_add')}
        </button>
        <CloseButton label={closeLabel} onClick={onClose} />
      </div>
      <ol ref={list} class="rules-list" tabIndex={-1}>
        {lines.length === 0 ? <li class="rules-none quiet">{none}</li> : lines}
      </ol>
      {children}
    </section>
  );
}

interface RuleSwitchProps {
  /** What the rule is called. */
  readonly rule: string;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
}

export function RuleSwitch({ rule, on, onChange }: RuleSwitchProps) {
  return (
    <input
      type="checkbox"
      checked={on}
      title={text('rule_use_title')}
      aria-label={text('rule_use', { rule })}
      onChange={(event) => onChange(event.currentTarget.checked)}
    />
  );
}
