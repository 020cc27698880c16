/** Puts a wrapper in a native function's place. */

import { REPORT_PORT } from '../protocol/constants.js';
import {
  ProxyCtor,
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

/** {@link wrap}, or what does the same so that it can be undone; see `undo.ts`. */
export type Wrap = typeof wrap;
export type WatchGetter = typeof watchGetter;

/** Assigns a {@link standIn} to `holder[key]`. Does nothing when there is no function of that name. */
export function wrap(holder: object | undefined, key: string, wrapper: Wrapper): void {
  const slots = holder as Record<string, unknown> | undefined;
  const original = slots?.[key];
  if (typeof original !== 'function') return;
  (slots as Record<string, unknown>)[key] = standIn(original as AnyFunction, wrapper);
}

/** Tells of each value that is read through the getter `holder[key]`; does nothing when it is none. */
export function watchGetter(holder: object, key: string, read: (value: unknown) => void): void {
  // Read for the first time, Firefox's lazy properties put the real one in their place.
  void (holder as Record<string, unknown>)[key];
  const native = getOwnPropertyDescriptor(holder, key);
  if (!native?.configurable || !native.get) return;
  const get = standIn(native.get, (original, receiver) => {
    const value = callOriginal(original, receiver, []);
    read(value);
    return value;
  });
  defineProperty(holder, key, { ...native, get });
}

/**
 * @returns a function that calls `wrapper` and is in all else the original: its properties, that it cannot be
 *   constructed, and that it prints as native code
 */
export function standIn(original: AnyFunction, wrapper: Wrapper): AnyFunction {
  return new ProxyCtor(original, { __proto__: null, apply: wrapper, get: read } as object);
}

const STAND_IN = Symbol.for(REPORT_PORT);

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
