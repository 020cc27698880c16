/**
 * Sorting as the worker uses it. It is a script of its own, loaded when somebody first sorts by something else than
 * time, so that the panel's first load stays small.
 */

import type { Row } from '../../src/model/types.js';
import type { Sort, SortColumn } from '../worker-protocol.js';
import type { Described } from './ends.js';
import { RowOrder } from './row-order.js';
import { sortValues } from './sort-values.js';

export interface SortableRows {
  at(index: number): Row | undefined;
}

/** @returns no rows yet, to be kept in that order by {@link RowOrder.update} */
function orderBy(
  sort: Sort & { readonly column: Exclude<SortColumn, 'time'> },
  model: Described & { readonly rows: SortableRows },
): RowOrder {
  const valueOf = sortValues(sort.column, model);
  return new RowOrder(sort, (index) => {
    const row = model.rows.at(index);
    return row === undefined ? null : valueOf(row);
  });
}

export const rowSorting = { orderBy };
export type RowSorting = typeof rowSorting;
