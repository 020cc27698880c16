/** The way back to the newest rows, once the person has let go of them: it says how many have come since. */

import type { ReadonlySignal } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { counted, text } from '../../src/texts/index.js';
import { unseenAfter, unseenCount, type Unseen } from '../arithmetic/unseen.js';
import type { TableState } from '../state/held-rows.js';
import { Icon } from './Icon.js';
import type { DrawnRows } from './VirtualList.js';

interface NewestButtonProps {
  readonly table: TableState;
  readonly newest: 'start' | 'end' | null;
  readonly drawn: ReadonlySignal<DrawnRows>;
  readonly onClick: () => void;
}

export function NewestButton({ table, newest, drawn, onClick }: NewestButtonProps) {
  const unseen = useRef<Unseen>({ arrangement: -1, gone: 0, mark: 0 });
  const { first, end, follows } = drawn.value;
  const seen = { ...table, ...drawn.value, newest };
  unseen.current = unseenAfter(unseen.current, seen);
  const atNewest = newest === 'start' ? first === 0 : end >= table.count;
  if (newest === null || follows || atNewest) return null;
  const rows = unseenCount(unseen.current, seen);
  return (
    <button type="button" class="newest" title={text('newest_button_title')} onClick={onClick}>
      <Icon name="newest" />
      {rows === 0 ? text('newest_button') : counted('newest_button_new', rows)}
    </button>
  );
}
