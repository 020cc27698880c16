/**
 * Sorting as the worker uses it. It is a script of its own, loaded when somebody first sorts by something else than
 * time, so that the panel's first load stays small.
 */

import type { Sort, SortColumn } from '../worker-protocol.js';
import { RowOrder } from './row-order.js';
import { sortValues, type Sortable } from './sort-values.js';

/** @returns no rows yet, to be kept in that order by {@link RowOrder.update} */
function orderBy(
  sort: Sort & { readonly column: Exclude<SortColumn, 'time'> },
  model: Sortable,
): RowOrder {
  return new RowOrder(sort, sortValues(sort.column, model));
}

export const rowSorting = { orderBy };
export type RowSorting = typeof rowSorting;
