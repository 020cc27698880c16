/** The table's header: a click on a column sorts by it. */

import { nextSort } from '../arithmetic/sorting.js';
import type { RecordingState } from '../state/recording.js';
import type { SortColumn } from '../worker-protocol.js';

/** Name, title, and what it is sorted by. */
export const COLUMNS: readonly (readonly [name: string, title: string, sort: SortColumn | null])[] =
  [
    ['time', 'Time', 'time'],
    ['direction', '', null],
    ['ends', 'From → To', 'ends'],
    ['connection', 'Connection', 'connection'],
    ['type', 'Type', 'type'],
    ['size', 'Size', 'size'],
    ['latency', 'Latency', 'latency'],
    ['preview', 'Preview', null],
  ];

export function TableHeader({ recording }: { readonly recording: RecordingState }) {
  const current = recording.sort.value;
  return (
    <div class="row header" role="row" aria-rowindex={1}>
      {COLUMNS.map(([name, title, column]) => {
        if (column === null) {
          return (
            <span key={name} class={`cell c-${name}`} role="columnheader">
              {title === '' ? <span class="hidden-text">Direction</span> : title}
            </span>
          );
        }
        const sorted = current.column === column;
        const order = current.descending ? 'descending' : 'ascending';
        return (
          <span
            key={name}
            class={`cell c-${name}${sorted ? ' sorted' : ''}`}
            role="columnheader"
            {...(sorted ? { 'aria-sort': order } : {})}
            title={`Sort by ${title}`}
            onClick={() => recording.sortBy(nextSort(current, column))}
          >
            {title}
            {sorted && (
              <span class="sort-mark" aria-hidden="true">
                {current.descending ? '▼' : '▲'}
              </span>
            )}
          </span>
        );
      })}
    </div>
  );
}
