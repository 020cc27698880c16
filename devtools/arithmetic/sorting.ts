/** Which order a click on a column's header asks for, and what follows from an order. */

import { BY_TIME, type Sort, type SortColumn } from '../worker-protocol.js';

/** Of these the greatest are looked for. */
const GREATEST_FIRST: ReadonlySet<SortColumn> = new Set<SortColumn>(['size', 'latency']);

/** @returns the order after a click on the header: one way, the other way, then back to time */
export function nextSort(current: Sort, column: SortColumn): Sort {
  if (column === 'time') {
    return { column, descending: current.column === 'time' && !current.descending };
  }
  const first = GREATEST_FIRST.has(column);
  if (current.column !== column) return { column, descending: first };
  return current.descending === first ? { column, descending: !first } : BY_TIME;
}

/** @returns at which end of the list new rows come; null: anywhere */
export function newestIn({ column, descending }: Sort): 'start' | 'end' | null {
  return column !== 'time' ? null : descending ? 'start' : 'end';
}
