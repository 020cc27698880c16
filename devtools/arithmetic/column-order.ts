/** Moving a column among those that are shown. */

import { inOrder, type ColumnName, type ColumnWishes, type PlacedColumn } from './columns.js';

/**
 * @param placed the columns that are shown, in order
 * @param name of one of them
 * @param boundary where it goes: before the column with that index, or, for the number of columns, to the end
 * @returns the order of all columns, those that are not shown included; null when it stands there already
 */
export function movedTo(
  wishes: ColumnWishes,
  placed: readonly PlacedColumn[],
  name: ColumnName,
  boundary: number,
): readonly ColumnName[] | null {
  const index = placed.findIndex((column) => column.name === name);
  if (index < 0 || boundary === index || boundary === index + 1) return null;
  if (boundary < 0 || boundary > placed.length) return null;
  const others = inOrder(wishes.order).flatMap((column) =>
    column.name === name ? [] : [column.name],
  );
  const next = placed[boundary]?.name;
  const last = placed.at(-1)?.name;
  const target = next === undefined ? others.indexOf(last as ColumnName) + 1 : others.indexOf(next);
  return others.toSpliced(target, 0, name);
}

/** @returns the boundary between columns that is closest to a place, px from the left edge of the first column */
export function boundaryAt(placed: readonly PlacedColumn[], x: number): number {
  let left = 0;
  for (const [index, { width }] of placed.entries()) {
    if (x < left + width / 2) return index;
    left += width;
  }
  return placed.length;
}
