/** The header's menu: which columns are shown, where, and as wide as they are by themselves. */

import { text } from '../../src/texts/index.js';
import { COLUMNS, isChoosable, type PlacedColumn } from '../arithmetic/columns.js';
import type { ColumnsState } from '../state/columns.js';
import { Menu, menuPlace, type MenuItem } from './Menu.js';

interface ColumnMenuProps {
  /** What asked for it, on a column's header. */
  readonly event: MouseEvent;
  readonly columns: ColumnsState;
  readonly placed: readonly PlacedColumn[];
  /** Moves a column among those that are shown, by so many places. */
  readonly onMove: (index: number, by: number) => void;
  readonly onClose: () => void;
}

export function ColumnMenu({ event, columns, placed, onMove, onClose }: ColumnMenuProps) {
  const header = (event.target as Element).closest<HTMLElement>('[role=columnheader]');
  const own = placed.find(({ name }) => name === header?.dataset['column']);
  const isShown = (name: string): boolean => placed.some((column) => column.name === name);
  const items: MenuItem[] = COLUMNS.filter(isChoosable).map(({ name, title }) => ({
    label: text(title),
    checked: isShown(name),
    act: () => columns.show(name, !isShown(name)),
  }));
  if (own !== undefined) {
    const index = placed.indexOf(own);
    const column = text(own.title);
    if (index > 0) {
      items.push({ label: text('column_move_left', { column }), act: () => onMove(index, -1) });
    }
    if (index < placed.length - 1) {
      items.push({ label: text('column_move_right', { column }), act: () => onMove(index, 1) });
    }
  }
  if (own !== undefined && columns.wishes.peek().widths[own.name] !== undefined) {
    items.push({
      label: text('column_menu_default_width', { column: text(own.title) }),
      act: () => columns.resize(own.name, null),
    });
  }
  items.push({ label: text('column_menu_reset'), act: () => columns.reset() });
  return (
    <Menu
      label={text('column_menu_label')}
      items={items}
      at={menuPlace(event, header)}
      onClose={() => {
        onClose();
        header?.focus();
      }}
    />
  );
}
