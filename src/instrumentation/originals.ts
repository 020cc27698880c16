/**
 * Natives, captured before any code of the host extension runs, so that whatever the host does to its
 * globals later neither breaks the instrumentation nor sees it at work.
 */

import { CLOCK_STEP_MS, SHORT_CHARS } from './bounds.js';

const { apply, get: readProperty, getPrototypeOf } = Reflect;
const {
  create,
  defineProperty,
  getOwnPropertyDescriptor,
  getOwnPropertyDescriptors,
  keys,
  setPrototypeOf,
} = Object;
const { stringify, parse } = JSON;
const { isArray } = Array;
const { setTimeout, clearTimeout, structuredClone, addEventListener } = globalThis;
const { push, splice } = Array.prototype;
const { indexOf, slice } = String.prototype;
const encoder = new TextEncoder();
const { encode } = encoder;
const promisePrototype = Promise.prototype;
const promiseThen = promisePrototype.then as (...args: unknown[]) => unknown;
const { isPrototypeOf } = Object.prototype;
// One by one: reading all of the prototype's properties takes a content script 0.1 ms more.
const domException = {
  name: getter(DOMException.prototype, 'name') as () => string,
  message: getter(DOMException.prototype, 'message') as () => string,
};
const WeakMapCtor = WeakMap;
const MapCtor = Map;
const ProxyCtor = Proxy;
const weakMapPrototype = copyOfPrototype(WeakMap.prototype);
const mapPrototype = copyOfPrototype(Map.prototype);
const clock = performance;
const performanceNow = clock.now;
const wallNow = Date.now;
let timeOrigin = wallNow() - apply(performanceNow, clock, []);
const byteLengthOfBuffer = getter(ArrayBuffer.prototype, 'byteLength') as () => number;
const byteLengthOfDataView = getter(DataView.prototype, 'byteLength') as () => number;
const byteLengthOfTypedArray = getter(
  getPrototypeOf(Int8Array.prototype) as object,
  'byteLength',
) as () => number;
const { isView } = ArrayBuffer;
const forEachOfMap = Map.prototype.forEach;
const forEachOfSet = Set.prototype.forEach;
const { toStringTag } = Symbol;
const functionToString = Function.prototype.toString;
const ErrorCtor = Error;
const { captureStackTrace } = Error;

export {
  ErrorCtor,
  ProxyCtor,
  apply,
  captureStackTrace,
  clearTimeout,
  defineProperty,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  isArray,
  isView,
  keys,
  parse,
  readProperty,
  setTimeout,
  stringify,
  structuredClone,
  toStringTag,
  wallNow,
};

export const objectPrototype = Object.prototype;
export const arrayPrototype = Array.prototype;

/**
 * Never goes back, unlike `Date.now()`. Unlike `performance.timeOrigin`, it goes along when the wall clock is put
 * forward or the computer has slept: Firefox looks at the wall clock once in the life of a process, so processes
 * started before and after would disagree for good, and each end of a connection is in a process of its own.
 *
 * @returns milliseconds since the Unix epoch
 */
export function epochNow(): number {
  const now = timeOrigin + apply(performanceNow, clock, []);
  const ahead = wallNow() - now;
  if (ahead <= CLOCK_STEP_MS) return now;
  timeOrigin += ahead;
  return now + ahead;
}

function getter(prototype: object, key: string): unknown {
  return getOwnPropertyDescriptor(prototype, key)?.get;
}

function copyOfPrototype(prototype: object): object {
  return create(null, getOwnPropertyDescriptors(prototype)) as object;
}

/** A Map whose methods stay native when the host replaces `Map.prototype`'s. */
export function safeMap<K, V>(): Map<K, V> {
  return setPrototypeOf(new MapCtor<K, V>(), mapPrototype) as Map<K, V>;
}

/** A WeakMap whose methods stay native. */
export function safeWeakMap<K extends WeakKey, V>(): WeakMap<K, V> {
  return setPrototypeOf(new WeakMapCtor<K, V>(), weakMapPrototype) as WeakMap<K, V>;
}

/** `array.splice(0, count)` */
export function dropFirst(array: unknown[], count: number): void {
  apply(splice, array, [0, count]);
}

export function append<T>(array: T[], ...values: T[]): void {
  apply(push, array, values);
}

export function stringSlice(text: string, from: number, to?: number): string {
  return apply(slice, text, [from, to]);
}

/** @returns the size of `text` in UTF-8, in bytes */
export function utf8Bytes(text: string): number {
  return byteLength(apply(encode, encoder, [text]));
}

/** Calls back on such events of the context's window, before the host's own listeners; not `persisted`: for good. */
export function onPageTransition(
  type: 'beforeunload' | 'pagehide' | 'pageshow',
  listener: (persisted: boolean) => void,
): void {
  // A page can dispatch such an event itself, and a content script's listener would hear it.
  addEventListener(
    type,
    (event) => event.isTrusted && listener((event as PageTransitionEvent).persisted),
    true,
  );
}

/** `promise.then(onFulfilled, onRejected)`, for a promise the browser made */
export function chain(
  promise: unknown,
  onFulfilled: (value: unknown) => unknown,
  onRejected?: (error: unknown) => unknown,
): unknown {
  return apply(promiseThen, promise, [onFulfilled, onRejected]);
}

/**
 * Watches a promise without a trace: for one of the host's own class, whose constructor `then` would call,
 * that is not possible.
 *
 * @param onFulfilled must not throw, nor `onRejected`
 * @returns whether `value` is a promise
 */
export function onSettled(
  value: unknown,
  onFulfilled: (value: unknown) => void,
  onRejected: (error: unknown) => void,
): boolean {
  try {
    const isOfHostClass =
      apply(isPrototypeOf, promisePrototype, [value]) &&
      getPrototypeOf(value as object) !== promisePrototype;
    if (!isOfHostClass) chain(value, onFulfilled, onRejected);
    return true;
  } catch {
    return false;
  }
}

/** Old libraries put `toJSON` on prototypes; `JSON.stringify` would call it. */
export function hostChangesJson(): boolean {
  return 'toJSON' in objectPrototype || 'toJSON' in arrayPrototype;
}

/** What the host put on prototypes is not there for `tree` any more. */
export function dropPrototypes(tree: unknown): void {
  if (typeof tree !== 'object' || tree === null) return;
  setPrototypeOf(tree, null);
  for (const key in tree) dropPrototypes((tree as Record<string, unknown>)[key]);
}

/** The first `length` characters, in a string that does not keep the whole of `text` in memory. */
export function copyOfStart(text: string, length = SHORT_CHARS): string {
  return text.length <= length ? text : (parse(stringify(stringSlice(text, 0, length))) as string);
}

/**
 * @returns a DOMException's text
 * @throws TypeError for anything else
 */
export function domExceptionText(error: object, key: 'name' | 'message'): string {
  return apply(domException[key], error, []);
}

/**
 * Calls back with the keys and values of a Map or Set, of whatever class.
 *
 * @returns whether it is one
 */
export function forEachPart(value: object, part: (value: unknown) => void): boolean {
  try {
    apply(forEachOfSet, value, [part]);
  } catch {
    try {
      apply(forEachOfMap, value, [(one, other) => (part(one), part(other))]);
    } catch {
      return false;
    }
  }
  return true;
}

/** @returns the size of an ArrayBuffer or a view in bytes, -1 for anything else */
export function byteLength(value: object): number {
  const view = isView(value);
  try {
    return apply(view ? byteLengthOfTypedArray : byteLengthOfBuffer, value, []);
  } catch {
    return view ? apply(byteLengthOfDataView, value, []) : -1;
  }
}

/** @returns the property of that name that reading `value` would come upon, its own or inherited */
export function findProperty(value: object, key: PropertyKey): PropertyDescriptor | undefined {
  for (let holder: object | null = value; holder !== null; holder = getPrototypeOf(holder)) {
    const descriptor = getOwnPropertyDescriptor(holder, key);
    if (descriptor !== undefined) return descriptor;
  }
  return undefined;
}

/** Whether `fn` prints as native code, as stand-ins do: scripts cannot make such a function say more. */
export function isNative(fn: object): boolean {
  return apply(indexOf, apply(functionToString, fn, []), ['[native code]']) >= 0;
}
