/** The header's menu: which columns are shown, and as wide as they are by themselves. */

import { text } from '../../src/texts/index.js';
import { COLUMNS, isChoosable, type PlacedColumn } from '../arithmetic/columns.js';
import type { ColumnsState } from '../state/columns.js';
import { Menu, menuPlace, type MenuItem } from './Menu.js';

interface ColumnMenuProps {
  /** What asked for it, on a column's header. */
  readonly event: MouseEvent;
  readonly columns: ColumnsState;
  readonly placed: readonly PlacedColumn[];
  readonly onClose: () => void;
}

export function ColumnMenu({ event, columns, placed, onClose }: ColumnMenuProps) {
  const header = (event.target as Element).closest<HTMLElement>('[role=columnheader]');
  const own = placed.find(({ name }) => name === header?.dataset['column']);
  const isShown = (name: string): boolean => placed.some((column) => column.name === name);
  const items: MenuItem[] = COLUMNS.filter(isChoosable).map(({ name, title }) => ({
    label: text(title),
    checked: isShown(name),
    act: () => columns.show(name, !isShown(name)),
  }));
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
