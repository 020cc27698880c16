/** Which columns the person wants, how wide, and in which order; kept between sessions. */

import { signal } from '@preact/signals';
import {
  COLUMNS,
  isChoosable,
  MOST_WIDTH,
  NO_WISHES,
  type ColumnName,
  type ColumnWishes,
} from '../arithmetic/columns.js';
import type { Platform } from './platform.js';

const KEY = 'columns';

/** Signals to read and actions to call. */
export type ColumnsState = ReturnType<typeof createColumns>;

export function createColumns({ load, save }: Pick<Platform, 'load' | 'save'>) {
  const wishes = signal(read(load(KEY)));

  function change(next: ColumnWishes): void {
    wishes.value = next;
    save(KEY, JSON.stringify(next));
  }

  return {
    wishes,
    show(name: ColumnName, shown: boolean): void {
      const { value } = wishes;
      change({ ...value, shown: { ...value.shown, [name]: shown } });
    },
    /** @param width px; null: as it is by itself */
    resize(name: ColumnName, width: number | null): void {
      const { [name]: _, ...others } = wishes.value.widths;
      change({ ...wishes.value, widths: width === null ? others : { ...others, [name]: width } });
    },
    set: change,
    /** @param order of all columns */
    arrange(order: readonly ColumnName[]): void {
      change({ ...wishes.value, order });
    },
    reset: () => change(NO_WISHES),
  };
}

/** What cannot be read of it counts as not said. */
function read(text: string | null): ColumnWishes {
  try {
    const { shown, widths, order } = JSON.parse(text ?? '{}') as Partial<
      Record<keyof ColumnWishes, object>
    >;
    const known = (from: object | undefined) =>
      COLUMNS.filter(isChoosable).map(
        ({ name }) => [name, (from as Record<string, unknown>)?.[name]] as const,
      );
    const isWidth = (value: unknown): boolean =>
      typeof value === 'number' && value > 0 && value <= MOST_WIDTH;
    return {
      shown: Object.fromEntries(known(shown).filter(([, value]) => typeof value === 'boolean')),
      widths: Object.fromEntries(known(widths).filter(([, value]) => isWidth(value))),
      order: Array.isArray(order) ? [...new Set(order.filter(isName))] : [],
    };
  } catch {
    return NO_WISHES;
  }
}

function isName(value: unknown): value is ColumnName {
  return COLUMNS.some(({ name }) => name === value);
}
