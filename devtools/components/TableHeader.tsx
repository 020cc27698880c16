/**
 * The table's header: a click on a column sorts by it, dragging moves it, its edge makes it wider, its menu says which are
 * shown.
 */

import { useRef, useState } from 'preact/hooks';
import { text } from '../../src/texts/index.js';
import { isChoosable, leastWidth, MOST_WIDTH, type PlacedColumn } from '../arithmetic/columns.js';
import { nextSort } from '../arithmetic/sorting.js';
import type { ColumnsState } from '../state/columns.js';
import type { RecordingState } from '../state/recording.js';
import { lazy } from './lazy.js';

const Splitter = lazy(async () => (await import('./Splitter.js')).Splitter);

interface HeaderProps {
  readonly recording: RecordingState;
  readonly columns: ColumnsState;
  readonly placed: readonly PlacedColumn[];
  /** Moves the column of that index to a boundary between columns, see `movedTo`. */
  readonly onMove: (index: number, boundary: number) => void;
  readonly onMenu: (event: MouseEvent) => void;
  /** The mouse leaves the focus with the rows. */
  readonly onMouseDown: () => void;
}

export function TableHeader(props: HeaderProps) {
  const { recording, columns, placed, onMove, onMenu, onMouseDown } = props;
  const header = useRef<HTMLDivElement>(null);
  const current = recording.sort.value;
  /** Only this column and its edge are in the order of Tab; arrows lead to the others. */
  const [reached, setReached] = useState(0);
  const focusable = Math.min(reached, placed.length - 1);

  function sort({ sort: column }: PlacedColumn): void {
    if (column !== null) recording.sortBy(nextSort(current, column));
  }

  async function drag(event: PointerEvent, index: number): Promise<void> {
    const { current } = header;
    const onEdge = (event.target as Element).closest('.splitter') !== null;
    if (event.button !== 0 || onEdge || current === null) return;
    const { dragColumn } = await import('./column-drag.js');
    dragColumn(event, current, placed, (boundary) => onMove(index, boundary));
  }

  function onKeyDown(event: KeyboardEvent, index: number): void {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key] as 1 | -1 | undefined;
    if (event.ctrlKey && event.shiftKey && by !== undefined) {
      event.preventDefault();
      event.stopPropagation();
      onMove(index, by > 0 ? index + 2 : index - 1);
      return;
    }
    if (event.altKey || event.ctrlKey || event.metaKey || event.key === 'Tab') return;
    // The rows' keys are not for who is in the header.
    if (event.key !== 'Escape') event.stopPropagation();
    if (event.target !== event.currentTarget) return;
    const next = nextColumn(event.key, index, placed.length);
    if (next !== null) {
      const cells = (event.currentTarget as HTMLElement).parentElement?.children;
      (cells?.[next] as HTMLElement | undefined)?.focus();
    } else if (event.key === 'Enter' || event.key === ' ') sort(placed[index] as PlacedColumn);
    else return;
    event.preventDefault();
  }

  return (
    <div
      ref={header}
      class="row header"
      role="row"
      aria-rowindex={1}
      onMouseDown={(event) => {
        event.preventDefault();
        onMouseDown();
      }}
      onContextMenu={(event) => {
        event.preventDefault();
        event.stopPropagation();
        onMenu(event);
      }}
    >
      {placed.map((column, index) => {
        const { name, short = column.title } = column;
        const title = text(column.title);
        const sorted = column.sort !== null && isSortedBy(column, current.column, placed);
        const order = current.descending ? 'descending' : 'ascending';
        return (
          <span
            key={name}
            class={`cell c-${name}${sorted ? ' sorted' : ''}`}
            role="columnheader"
            tabIndex={index === focusable ? 0 : -1}
            data-column={name}
            {...(sorted ? { 'aria-sort': order } : {})}
            title={column.sort === null ? title : text('table_sort', { column: title })}
            onFocus={() => setReached(index)}
            onKeyDown={(event) => onKeyDown(event, index)}
            onPointerDown={(event) => void drag(event, index)}
            onClick={() => sort(column)}
          >
            {short === null ? <span class="hidden-text">{title}</span> : text(short)}
            {sorted && (
              <span class="sort-mark" aria-hidden="true">
                {current.descending ? '▼' : '▲'}
              </span>
            )}
            {isChoosable(column) && (
              <Splitter
                label={text('table_width', { column: title })}
                orientation="vertical"
                value={column.width}
                min={leastWidth(column)}
                max={MOST_WIDTH}
                tabIndex={index === focusable ? 0 : -1}
                onChange={(width) => columns.resize(name, width)}
                onReset={() => columns.resize(name, null)}
              />
            )}
          </span>
        );
      })}
    </div>
  );
}

function nextColumn(key: string, index: number, count: number): number | null {
  switch (key) {
    case 'ArrowRight':
      return Math.min(index + 1, count - 1);
    case 'ArrowLeft':
      return Math.max(index - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

/** Two columns show time; the first of them that is shown has the mark. */
function isSortedBy(
  { name, sort }: PlacedColumn,
  by: string,
  placed: readonly PlacedColumn[],
): boolean {
  return sort === by && placed.find((each) => each.sort === by)?.name === name;
}
