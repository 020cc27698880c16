/** Puts a wrapper in a native function's place, and takes it out again. */

import {
  ProxyCtor,
  append,
  apply,
  defineProperty,
  getOwnPropertyDescriptor,
  readProperty,
} from './originals.js';
import type { AnyFunction } from './webext-types.js';

/**
 * What runs in place of `original`: the `apply` trap of a Proxy, so that nothing of ours stands between it
 * and its caller when a call site is captured from it on.
 */
export type Wrapper = (original: AnyFunction, receiver: unknown, args: unknown[]) => unknown;

/** Undoes every patch made through it, newest first. */
export interface Patches {
  /**
   * Assigns a {@link standIn} to `holder[key]`. Does nothing when there is no function of that name.
   */
  wrap(holder: object | undefined, key: string, wrapper: Wrapper): void;
  /** Tells of each value that is read through the getter `holder[key]`; does nothing when it is none. */
  watchGetter(holder: object, key: string, read: (value: unknown) => void): void;
  undo(): void;
}

/** @returns an empty list of patches */
export function createPatches(): Patches {
  const undoers: (() => void)[] = [];
  return {
    wrap(holder, key, wrapper) {
      if (holder === undefined || holder === null) return;
      const slots = holder as Record<string, unknown>;
      const original = slots[key];
      if (typeof original !== 'function') return;
      const ours = standIn(original as AnyFunction, wrapper);
      slots[key] = ours;
      append(undoers, () => {
        if (slots[key] === ours) slots[key] = original;
      });
    },
    watchGetter(holder, key, read) {
      // Read for the first time, Firefox's lazy properties put the real one in their place.
      void (holder as Record<string, unknown>)[key];
      const native = getOwnPropertyDescriptor(holder, key);
      const original = native?.get;
      if (native?.configurable !== true || original === undefined) return;
      const get = standIn(original, (_, receiver) => {
        const value = callOriginal(original, receiver, []);
        read(value);
        return value;
      });
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

/**
 * @returns a function that calls `wrapper` and is in all else the original: its properties, that it cannot be
 *   constructed, and that it prints as native code
 */
export function standIn(original: AnyFunction, wrapper: Wrapper): AnyFunction {
  return new ProxyCtor(original, { __proto__: null, apply: wrapper, get: read } as object);
}

const STAND_IN = Symbol.for('porthole@webext-devtools/instrumented');

function read(target: object, key: PropertyKey, receiver: unknown): unknown {
  return key === STAND_IN || readProperty(target, key, receiver);
}

/** Whether a copy of the instrumentation, this one or another, made `fn`; a call would tell the host. */
export function isStandIn(fn: unknown): boolean {
  return (fn as Record<symbol, unknown> | undefined)?.[STAND_IN] === true;
}

/** `original.apply(self, args)`, which the host cannot intercept. */
export const callOriginal = apply as (
  original: AnyFunction,
  self: unknown,
  args: ArrayLike<unknown>,
) => unknown;
