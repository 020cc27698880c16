/**
 * Natives, captured before any code of the host extension runs, so that whatever the host does to its
 * globals later neither breaks the instrumentation nor sees it at work.
 */

const { apply, getPrototypeOf } = Reflect;
const { defineProperty, getOwnPropertyDescriptor, keys } = Object;
const { stringify, parse } = JSON;
const { isArray } = Array;
const { isFinite, isInteger } = Number;
const { setTimeout, clearTimeout, structuredClone, addEventListener } = globalThis;
const { push, splice } = Array.prototype;
const { indexOf, lastIndexOf, slice, split, charCodeAt } = String.prototype;
const { exec } = RegExp.prototype;
const WeakMapCtor = WeakMap;
const MapCtor = Map;
const weakMapMethods = { get: WeakMap.prototype.get, set: WeakMap.prototype.set };
const mapMethods = {
  get: Map.prototype.get,
  set: Map.prototype.set,
  delete: Map.prototype.delete,
  clear: Map.prototype.clear,
  forEach: Map.prototype.forEach,
};
const clock = performance;
const timeOrigin = clock.timeOrigin;
const performanceNow = clock.now;
const ErrorCtor = Error;
const captureStackTrace = (
  Error as { captureStackTrace?: (target: object, below: (...args: never[]) => unknown) => void }
).captureStackTrace;

export {
  ErrorCtor,
  apply,
  captureStackTrace,
  clearTimeout,
  defineProperty,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  isArray,
  isFinite,
  isInteger,
  keys,
  parse,
  setTimeout,
  stringify,
  structuredClone,
};

export const objectPrototype = Object.prototype;
export const arrayPrototype = Array.prototype;
export const stringPrototype = String.prototype;
export const numberPrototype = Number.prototype;
export const booleanPrototype = Boolean.prototype;

/** @returns milliseconds since the Unix epoch; monotonic, unlike `Date.now()` */
export function epochNow(): number {
  return timeOrigin + apply(performanceNow, clock, []);
}

/** A Map whose methods stay native when the host replaces `Map.prototype`'s. */
export function safeMap<K, V>(): Map<K, V> {
  const map = new MapCtor<K, V>();
  map.get = mapMethods.get;
  map.set = mapMethods.set;
  map.delete = mapMethods.delete;
  map.clear = mapMethods.clear;
  map.forEach = mapMethods.forEach;
  return map;
}

/** A WeakMap whose `get` and `set` stay native. */
export function safeWeakMap<K extends WeakKey, V>(): WeakMap<K, V> {
  const map = new WeakMapCtor<K, V>();
  map.get = weakMapMethods.get;
  map.set = weakMapMethods.set;
  return map;
}

/** `array.splice(0, count)` */
export function dropFirst(array: unknown[], count: number): void {
  apply(splice, array, [0, count]);
}

export function append<T>(array: T[], value: T): void {
  apply(push, array, [value]);
}

export function stringIndexOf(text: string, part: string, from = 0): number {
  return apply(indexOf, text, [part, from]);
}

export function stringLastIndexOf(text: string, part: string): number {
  return apply(lastIndexOf, text, [part]);
}

export function stringSlice(text: string, from: number, to?: number): string {
  return apply(slice, text, [from, to]);
}

export function splitLines(text: string): string[] {
  return apply(split as (separator: string) => string[], text, ['\n']);
}

const nonAscii = /[^\0-\x7f]/;
nonAscii.exec = exec;

/** @returns the size of `text` in UTF-8, in bytes */
export function utf8Bytes(text: string): number {
  if (apply(exec, nonAscii, [text]) === null) return text.length;
  let bytes = 0;
  for (let i = 0; i < text.length; i += 1) {
    const unit = apply(charCodeAt, text, [i]);
    // Each half of a surrogate pair counts 2 of the pair's 4 bytes; a lone one is written as 3, which JSON
    // text never holds (well-formed stringify escapes it).
    bytes += unit < 0x80 ? 1 : unit < 0x800 ? 2 : unit >= 0xd800 && unit <= 0xdfff ? 2 : 3;
  }
  return bytes;
}

/** Calls back on `pagehide` and `pageshow` of the context's window, before the host's own listeners. */
export function onPageTransition(
  type: 'pagehide' | 'pageshow',
  listener: (persisted: boolean) => void,
): void {
  addEventListener(type, (event) => listener((event as PageTransitionEvent).persisted), true);
}
