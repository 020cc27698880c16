/** The frame of a list of rules above the table, and where the focus goes in it. */

import type { ComponentChildren, RefObject } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { text } from '../../src/texts/index.js';
import css from '../styles/rules.css?inline';
import { putBack } from '../arithmetic/colouring.js';
import type { RecordingState } from '../state/recording.js';
import { Drawer } from './Drawer.js';

/** The list, and what moves the focus to the query of a rule, or to the list when there is no such rule. */
export interface RuleFocus {
  readonly list: RefObject<HTMLOListElement | null>;
  readonly focusRule: (id: number | undefined) => void;
}

/** @param ids of the rules; one that was not there before is what the person wants to write at */
export function useRuleFocus(ids: readonly number[]): RuleFocus {
  const list = useRef<HTMLOListElement>(null);
  const known = useRef<ReadonlySet<number> | null>(null);
  function focusRule(id = 0): void {
    const line = list.current?.querySelector(`[data-rule='${id}']`);
    (line?.querySelector<HTMLElement>('.query-field input') ?? list.current)?.focus();
  }
  useLayoutEffect(() => {
    const before = known.current;
    known.current = new Set(ids);
    const added = before === null ? Math.max(0, ...ids) : ids.find((id) => !before.has(id));
    if (added !== undefined) focusRule(added);
  });
  return { list, focusRule };
}

interface Identified {
  readonly id: number;
}

/**
 * Deleting rules, and taking deletions back, the last one first.
 *
 * @param set takes the rules as they are to be
 */
export function useDeletion<R extends Identified>(
  rules: readonly R[],
  set: (rules: readonly R[]) => void,
  { announcement }: Pick<RecordingState, 'announcement'>,
  focusRule: RuleFocus['focusRule'],
): { readonly remove: (index: number) => void; readonly undo: (() => void) | null } {
  const [deleted, setDeleted] = useState<readonly { readonly rule: R; readonly index: number }[]>(
    [],
  );
  const last = deleted.at(-1);
  return {
    remove(index) {
      const rule = rules[index];
      if (rule === undefined) return;
      const next = rules[index + 1] ?? rules[index - 1];
      set(rules.toSpliced(index, 1));
      setDeleted([...deleted, { rule, index }]);
      announcement.value = text('rule_deleted');
      focusRule(next?.id);
    },
    undo:
      last === undefined
        ? null
        : () => {
            set(putBack(rules, last.rule, last.index));
            setDeleted(deleted.slice(0, -1));
          },
  };
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
  /** Puts the rule back that was deleted last; null: none was. */
  readonly onUndo: (() => void) | null;
  readonly onClose: () => void;
}

export function RuleList(props: RuleListProps) {
  const { title, about, none, closeLabel, list, lines, children, onAdd, onUndo, onClose } = props;
  return (
    <Drawer
      name="rules"
      title={title}
      about={about}
      closeLabel={closeLabel}
      buttons={
        <>
          {onUndo !== null && (
            <button
              type="button"
              class="text-button"
              title={text('rule_undo_title')}
              onClick={onUndo}
            >
              {text('undo')}
            </button>
          )}
          <button type="button" class="text-button" onClick={onAdd}>
            {text('rule_add')}
          </button>
        </>
      }
      onClose={onClose}
    >
      <style>{css}</style>
      <ol ref={list} class="drawer-list rules-list" tabIndex={-1}>
        {lines.length === 0 ? <li class="rules-none quiet">{none}</li> : lines}
      </ol>
      {children}
    </Drawer>
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
