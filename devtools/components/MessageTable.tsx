/** The table: one row a message, a request or a lifecycle event. It draws the rows the worker has told, nothing else. */

import { useSignal } from '@preact/signals';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { text } from '../../src/texts/index.js';
import { columnStyle, placeColumns, type ColumnName } from '../arithmetic/columns.js';
import { lineForKey } from '../arithmetic/list-keys.js';
import { newestIn } from '../arithmetic/sorting.js';
import type { RecordingState } from '../state/recording.js';
import type { RowView } from '../worker-protocol.js';
import { lazy } from './lazy.js';
import { TableHeader } from './TableHeader.js';
import { TableRow } from './TableRow.js';
import { VirtualList, type DrawnRows, type ListControls } from './VirtualList.js';

const CellMenu = lazy(async () => (await import('./CellMenu.js')).CellMenu);
const ColumnMenu = lazy(async () => (await import('./ColumnMenu.js')).ColumnMenu);
const NewestButton = lazy(async () => (await import('./NewestButton.js')).NewestButton);
const GoTo = lazy(async () => (await import('./GoTo.js')).GoTo);

const ROW_HEIGHT = 20;
const HEADER_HEIGHT = 24;

interface TableProps {
  readonly recording: RecordingState;
  readonly onOpen: () => void;
}

/** The cells' menu, and the row it is about, whatever the element under the pointer shows later. */
interface AskedMenu {
  readonly event: MouseEvent;
  readonly row: RowView | undefined;
}

export function MessageTable({ recording, onOpen }: TableProps) {
  const list = useRef<ListControls>(null);
  const drawn = useSignal<DrawnRows>({ first: 0, end: 0, follows: true });
  const [menu, setMenu] = useState<AskedMenu | null>(null);
  const [columnMenu, setColumnMenu] = useState<MouseEvent | null>(null);
  const [room, setRoom] = useState(0);
  const { columns } = recording;
  const elapsed = recording.preferences.elapsed.value;
  const wishes = columns.wishes.value;
  const placed = useMemo(() => placeColumns(wishes, room), [wishes, room]);
  const names = placed.map(({ name }) => name).join(' ');
  /** The same array as long as the same columns are shown: rows are not drawn again for a width. */
  const shown = useMemo(() => names.split(' ') as ColumnName[], [names]);
  const { selectedIndex, goToOpen, located } = recording;
  const table = recording.table.value;
  const { count } = table;
  const newest = newestIn(table.sort);
  const selected = selectedIndex.value;

  useEffect(() => {
    const { value } = selectedIndex;
    if (value !== null && value >= count) selectedIndex.value = null;
  }, [count, selectedIndex]);

  // A row that comes back (the filter was cleared) is looked for.
  const wasSelected = useRef<number | null>(null);
  useEffect(() => {
    if (selected !== null && wasSelected.current === null) list.current?.reveal(selected);
    wasSelected.current = selected;
  }, [selected]);

  const go = useCallback(
    (index: number, centred = false): void => {
      const last = recording.table.peek().count - 1;
      if (last < 0) return;
      const target = Math.min(Math.max(0, index), last);
      recording.select(target, null);
      list.current?.reveal(target, centred);
    },
    [recording],
  );

  const found = located.value;
  useEffect(() => {
    if (found === null) return;
    located.value = null;
    go(found, true);
  }, [found, located, go]);

  const onDrawn = useCallback(
    (rows: DrawnRows) => {
      drawn.value = rows;
    },
    [drawn],
  );

  function onKeyDown(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const { first, end } = list.current?.seen() ?? { first: 0, end: 1 };
    // Without a selection the keys begin at what is in view.
    const from = selected ?? (event.key === 'ArrowUp' || event.key === 'PageUp' ? end : first - 1);
    const target = lineForKey(event.key, from, count, list.current?.page() ?? 1);
    if (target === null && event.key !== 'Enter') return;
    event.preventDefault();
    if (target !== null) go(target);
    else if (selected !== null) onOpen();
  }

  function onClick(event: MouseEvent): void {
    const index = indexUnder(event);
    if (index === null) return;
    go(index);
    onOpen();
  }

  /** The focus goes with a column that is moved: its header is put elsewhere, and would lose it. */
  const followed = useRef<ColumnName | null>(null);
  useLayoutEffect(() => {
    if (followed.current !== null) headerOf(followed.current)?.focus();
    followed.current = null;
  }, [placed]);

  /** @param boundary as `movedTo` counts */
  function moveColumn(index: number, boundary: number): void {
    const column = placed[index];
    void import('../arithmetic/column-order.js').then(({ movedTo }) => {
      const order = column && movedTo(wishes, placed, column.name, boundary);
      if (column === undefined || order === undefined || order === null) return;
      if (document.activeElement === headerOf(column.name)) followed.current = column.name;
      columns.arrange(order);
      recording.announcement.value = text('column_moved', {
        column: text(column.title),
        place: boundary > index ? boundary : boundary + 1,
        count: placed.length,
      });
    });
  }

  function focusList(): void {
    list.current?.focus();
  }

  function isKnown(first: number, end: number): boolean {
    for (let index = first; index < end; index += 1) {
      if (table.rowAt(index) === undefined) return false;
    }
    return true;
  }

  const pins = recording.pins.value;
  const isPinned = (row: RowView | undefined): boolean =>
    row !== undefined && pins?.has(row.key) === true;

  return (
    <div class="table-area">
      <VirtualList
        count={count}
        gone={table.gone}
        rowHeight={ROW_HEIGHT}
        headerHeight={HEADER_HEIGHT}
        newest={newest ?? undefined}
        controls={list}
        isKnown={isKnown}
        onWindow={recording.wantRows}
        onDrawn={onDrawn}
        onRoom={setRoom}
        attributes={{
          class: 'table',
          role: 'grid',
          tabIndex: 0,
          'aria-label': text('messages'),
          'aria-rowcount': count + 1,
          'aria-colcount': placed.length,
          style: columnStyle(placed),
          'aria-readonly': true,
          ...(selected === null ? {} : { 'aria-activedescendant': `row-${selected}` }),
          onKeyDown,
          onClick,
          onContextMenu: (event) => {
            event.preventDefault();
            setMenu({ event, row: table.rowAt(indexUnder(event) ?? selected ?? -1) });
          },
        }}
        inView={selected}
        header={
          <TableHeader
            recording={recording}
            columns={columns}
            placed={placed}
            onMove={moveColumn}
            onMenu={setColumnMenu}
            onMouseDown={focusList}
          />
        }
      >
        {(first, end, slots) => {
          const lines = [];
          for (let index = first; index < end; index += 1) {
            lines.push(
              <TableRow
                key={slots[index - first]}
                index={index}
                row={table.rowAt(index)}
                columns={shown}
                elapsed={elapsed}
                selected={index === selected}
                pinned={isPinned(table.rowAt(index))}
              />,
            );
          }
          return lines;
        }}
      </VirtualList>
      {menu !== null && (
        <CellMenu
          key={menu.event.timeStamp}
          event={menu.event}
          row={menu.row}
          recording={recording}
          onClose={() => {
            setMenu(null);
            focusList();
          }}
        />
      )}
      {columnMenu !== null && (
        <ColumnMenu
          key={columnMenu.timeStamp}
          event={columnMenu}
          columns={columns}
          placed={placed}
          onMove={(index, by) => moveColumn(index, by > 0 ? index + 2 : index - 1)}
          onClose={() => setColumnMenu(null)}
        />
      )}
      {goToOpen.value && (
        <GoTo
          recording={recording}
          onRow={(index) => go(index, true)}
          onClose={() => {
            goToOpen.value = false;
            focusList();
          }}
        />
      )}
      <NewestButton
        table={table}
        newest={newest}
        drawn={drawn}
        onClick={() => list.current?.toNewest()}
      />
    </div>
  );
}

function headerOf(name: ColumnName): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-column=${name}]`);
}

/** @returns index of the row on which the mouse is; null: on none */
function indexUnder({ target }: MouseEvent): number | null {
  const line = target instanceof Element ? target.closest('.row:not(.header)') : null;
  return line === null ? null : Number(line.id.replace('row-', ''));
}
