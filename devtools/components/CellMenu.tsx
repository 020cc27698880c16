/** The table's context menu: filter for what a cell says, or filter it out. */

import { useLayoutEffect, useRef } from 'preact/hooks';
import { cellTerms, withTerm } from '../arithmetic/cell-terms.js';
import css from '../styles/filter.css?inline';
import { lineForKey } from '../arithmetic/list-keys.js';
import type { RecordingState } from '../state/recording.js';

interface CellMenuProps {
  /** What asked for it: on a cell, or (by the keyboard) on the table. */
  readonly event: MouseEvent;
  readonly recording: RecordingState;
  readonly onClose: () => void;
}

const WIDTH = 280;
const LINE = 22;

export function CellMenu({ event, recording, onClose }: CellMenuProps) {
  const menu = useRef<HTMLDivElement>(null);
  const { table, selectedIndex, filterText } = recording;
  const target = event.target instanceof Element ? event.target : null;
  const line = target?.closest<HTMLElement>('.row[data-kind]') ?? null;
  const index = line === null ? selectedIndex.peek() : Number(line.id.replace('row-', ''));
  const row = index === null ? undefined : table.peek().rowAt(index);

  useLayoutEffect(() => {
    if (row === undefined) onClose();
    const { current } = menu;
    if (current?.contains(document.activeElement) === false) {
      current.querySelector<HTMLElement>('[role=menuitem]')?.focus();
    }
  }, [row, onClose]);

  if (row === undefined) return null;
  const column = line === null ? null : /\bc-(\w+)/.exec(target?.closest('.cell')?.className ?? '');
  const terms = cellTerms(row, column?.[1] ?? null);
  const box = (line ?? document.getElementById(`row-${index}`))?.getBoundingClientRect();
  const byMouse = line !== null && event.clientX + event.clientY > 0;
  const height = terms.length * 2 * LINE + 12;
  const left = byMouse ? event.clientX : (box?.left ?? 0) + 40;
  const top = byMouse ? event.clientY : (box?.bottom ?? 0);

  function apply(term: string): void {
    filterText.value = withTerm(filterText.value, term);
    onClose();
  }

  function onKeyDown(pressed: KeyboardEvent): void {
    const items = [...(menu.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const next = lineForKey(pressed.key, at, items.length, items.length);
    if (pressed.key === 'Escape' || pressed.key === 'Tab') onClose();
    else if (next !== null) items[(next + items.length) % items.length]?.focus();
    else return;
    pressed.preventDefault();
    pressed.stopPropagation();
  }

  return (
    <div
      ref={menu}
      class="cell-menu"
      role="menu"
      aria-label="Filter"
      style={{
        left: `${Math.max(0, Math.min(left, innerWidth - WIDTH - 4))}px`,
        top: `${Math.max(0, Math.min(top, innerHeight - height - 4))}px`,
        width: `${WIDTH}px`,
      }}
      onKeyDown={onKeyDown}
      onFocusOut={({ relatedTarget }) => {
        if (!menu.current?.contains(relatedTarget as Node | null)) onClose();
      }}
    >
      <style>{css}</style>
      {terms.flatMap((term) =>
        (['Filter for', 'Filter out'] as const).map((what) => (
          <button
            key={`${what} ${term}`}
            type="button"
            role="menuitem"
            tabIndex={-1}
            title={term}
            onClick={() => apply(what === 'Filter for' ? term : `-${term}`)}
          >
            {what} <code>{term}</code>
          </button>
        )),
      )}
    </div>
  );
}
