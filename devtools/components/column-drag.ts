/** Dragging a column's header to another place. */

import { boundaryAt } from '../arithmetic/column-order.js';
import type { PlacedColumn } from '../arithmetic/columns.js';

/** Px that the mouse must go before it is no click. */
const STARTS_AT = 5;

/**
 * Follows the pointer from its first press on a column's header until it is let go, and shows where the column would go.
 *
 * @param placed the columns that are shown, in order
 * @param onDrop takes the boundary, as `boundaryAt` counts, when the pointer was let go after it had moved
 */
export function dragColumn(
  event: PointerEvent,
  header: HTMLElement,
  placed: readonly PlacedColumn[],
  onDrop: (boundary: number) => void,
): void {
  const mark = document.createElement('span');
  mark.className = 'column-target';
  let boundary: number | null = null;
  const listening = new AbortController();
  const { signal } = listening;

  function onMove(moving: PointerEvent): void {
    if (boundary === null && Math.abs(moving.clientX - event.clientX) < STARTS_AT) return;
    if (boundary === null) header.append(mark);
    const cells = [...header.querySelectorAll<HTMLElement>('[role=columnheader]')];
    const widths = placed.map((column, index) => ({
      ...column,
      width: cells[index]?.offsetWidth ?? column.width,
    }));
    boundary = boundaryAt(widths, moving.clientX - (cells[0]?.getBoundingClientRect().left ?? 0));
    const before = cells[boundary];
    const after = cells[boundary - 1];
    const left = before?.offsetLeft ?? (after?.offsetLeft ?? 0) + (after?.offsetWidth ?? 0);
    mark.style.left = `${Math.max(0, left - 1)}px`;
  }

  function end(): void {
    listening.abort();
    mark.remove();
  }

  addEventListener('pointermove', onMove, { signal });
  addEventListener('pointercancel', end, { signal });
  addEventListener(
    'keydown',
    (pressed) => {
      if (pressed.key !== 'Escape' || boundary === null) return;
      pressed.preventDefault();
      pressed.stopPropagation();
      end();
    },
    { signal, capture: true },
  );
  addEventListener(
    'pointerup',
    () => {
      end();
      if (boundary === null) return;
      // It was no click, which would sort.
      const swallow = (click: Event): void => click.stopPropagation();
      addEventListener('click', swallow, { capture: true, once: true });
      setTimeout(() => removeEventListener('click', swallow, true));
      onDrop(boundary);
    },
    { signal },
  );
}
