/** The table's context menu: filter for what a cell says, or filter it out. */

import { useLayoutEffect } from 'preact/hooks';
import { cellTerms, withTerm } from '../arithmetic/cell-terms.js';
import type { RecordingState } from '../state/recording.js';
import { Menu, menuPlace, type MenuItem } from './Menu.js';

interface CellMenuProps {
  /** What asked for it: on a cell, or (by the keyboard) on the table. */
  readonly event: MouseEvent;
  readonly recording: RecordingState;
  readonly onClose: () => void;
}

const WIDTH = 280;

export function CellMenu({ event, recording, onClose }: CellMenuProps) {
  const { table, selectedIndex, filterText } = recording;
  const target = event.target instanceof Element ? event.target : null;
  const line = target?.closest<HTMLElement>('.row[data-kind]') ?? null;
  const index = line === null ? selectedIndex.peek() : Number(line.id.replace('row-', ''));
  const row = index === null ? undefined : table.peek().rowAt(index);

  useLayoutEffect(() => {
    if (row === undefined) onClose();
  }, [row, onClose]);

  if (row === undefined) return null;
  const column = line === null ? null : /\bc-(\w+)/.exec(target?.closest('.cell')?.className ?? '');
  const items: MenuItem[] = cellTerms(row, column?.[1] ?? null).flatMap((term) =>
    (['Filter for', 'Filter out'] as const).map((what) => ({
      label: `${what} ${term}`,
      title: term,
      content: (
        <>
          {what} <code>{term}</code>
        </>
      ),
      act: () => {
        filterText.value = withTerm(filterText.value, what === 'Filter for' ? term : `-${term}`);
      },
    })),
  );
  return (
    <Menu
      label="Filter"
      items={items}
      at={menuPlace(event, line ?? document.getElementById(`row-${index}`))}
      width={WIDTH}
      onClose={onClose}
    />
  );
}
