/** Colour rules as the person has made them; kept between sessions, and told to the worker. */

import { signal } from '@preact/signals';
import {
  moved,
  readColouring,
  withRule,
  type Colouring,
  type ColourRule,
} from '../arithmetic/colouring.js';
import type { Platform } from './platform.js';

const KEY = 'colours';

/** Signals to read and actions to call. */
export type Colours = ReturnType<typeof createColours>;

/** @param tell takes how rows are coloured from now on; called at once */
export function createColours(
  { load, save }: Pick<Platform, 'load' | 'save'>,
  tell: (colouring: Colouring) => void,
) {
  const colouring = signal(readColouring(load(KEY)));
  tell(colouring.peek());

  function set(change: Partial<Colouring>): void {
    const next = { ...colouring.peek(), ...change };
    colouring.value = next;
    save(KEY, JSON.stringify(next));
    tell(next);
  }

  return {
    colouring,
    /** Puts a rule for the query before all others. */
    add(query: string): void {
      set({ rules: withRule(colouring.peek().rules, query) });
    },
    change(id: number, change: Partial<Omit<ColourRule, 'id'>>): void {
      const { rules } = colouring.peek();
      set({ rules: rules.map((rule) => (rule.id === id ? { ...rule, ...change } : rule)) });
    },
    setRules(rules: readonly ColourRule[]): void {
      set({ rules });
    },
    /** @param by places; less than 0: to where it is asked earlier */
    move(id: number, by: number): void {
      const { rules } = colouring.peek();
      const index = rules.findIndex((rule) => rule.id === id);
      set({ rules: moved(rules, index, by) });
    },
    byConnection(on: boolean): void {
      set({ byConnection: on });
    },
  };
}
