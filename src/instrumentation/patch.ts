/** Puts a wrapper in a native function's place, and takes it out again. */

import { append, apply, defineProperty, getOwnPropertyDescriptor } from './originals.js';
import type { AnyFunction } from './webext-types.js';

type Wrapper = (this: unknown, ...args: unknown[]) => unknown;

/** Undoes every patch made through it, newest first. */
export interface Patches {
  /**
   * Assigns `make(original)` to `holder[key]`. The wrapper gets the original's `name` and `length`.
   * Does nothing when there is no function of that name.
   */
  wrap(holder: object | undefined, key: string, make: (original: AnyFunction) => Wrapper): void;
  /** Tells of each value that is read through the getter `holder[key]`; does nothing when it is none. */
  watchGetter(holder: object, key: string, read: (value: unknown) => void): void;
  undo(): void;
}

/** @returns an empty list of patches */
export function createPatches(): Patches {
  const undoers: (() => void)[] = [];
  return {
    wrap(holder, key, make) {
      if (holder === undefined || holder === null) return;
      const slots = holder as Record<string, unknown>;
      const original = slots[key];
      if (typeof original !== 'function') return;
      const wrapper = make(original as AnyFunction);
      disguise(wrapper, original as AnyFunction);
      slots[key] = wrapper;
      append(undoers, () => {
        if (slots[key] === wrapper) slots[key] = original;
      });
    },
    watchGetter(holder, key, read) {
      // Read for the first time, Firefox's lazy properties put the real one in their place.
      void (holder as Record<string, unknown>)[key];
      const native = getOwnPropertyDescriptor(holder, key);
      const original = native?.get;
      if (native?.configurable !== true || original === undefined) return;
      const get = function (this: unknown): unknown {
        const value = callOriginal(original, this, []);
        read(value);
        return value;
      };
      disguise(get, original);
      defineProperty(holder, key, { ...native, get });
      append(undoers, () => {
        if (getOwnPropertyDescriptor(holder, key)?.get === get) defineProperty(holder, key, native);
      });
    },
    undo() {
      for (let i = undoers.length - 1; i >= 0; i -= 1) undoers[i]?.();
      undoers.length = 0;
    },
  };
}

/** Gives a wrapper the `name` and `length` of what it stands for. */
export function disguise(wrapper: Wrapper, original: AnyFunction): void {
  copyProperty(wrapper, original, 'name');
  copyProperty(wrapper, original, 'length');
}

function copyProperty(wrapper: Wrapper, original: AnyFunction, key: string): void {
  const descriptor = getOwnPropertyDescriptor(original, key);
  if (descriptor !== undefined) defineProperty(wrapper, key, descriptor);
}

/** `original.apply(self, args)`, which the host cannot intercept. */
export const callOriginal = apply as (
  original: AnyFunction,
  self: unknown,
  args: ArrayLike<unknown>,
) => unknown;
