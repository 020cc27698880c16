/**
 * What a payload was when it was posted or delivered, taken without a trace: no getter runs that would not
 * run without us, and none runs twice. JSON text is the fast path for what JSON says exactly; of the rest a
 * structured clone is kept, which the collector puts into words.
 */

import { MAX_DEPTH, MAX_CHARS, NODE_CHARS } from './bounds.js';
import { PAYLOAD_CHARS, PREVIEW_CHARS } from '../protocol/constants.js';
import type { PayloadForm } from '../protocol/events.js';
import { errorText } from './error-text.js';
import {
  arrayPrototype,
  copyOfStart,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  hostChangesJson,
  isArray,
  keys,
  objectPrototype,
  stringify,
  structuredClone,
  utf8Bytes,
} from './originals.js';
import { survey } from './survey.js';

export interface Snapshot {
  readonly form: PayloadForm;
  /** UTF-8 size of the whole text of which this is a preview; of a clone, about how much memory it holds; else 0. */
  readonly bytes: number;
  /** The text, or its beginning when the form says preview; '' for a clone. */
  readonly text: string;
  /** The clone, when the form is `rich`. */
  readonly clone?: unknown;
}

export interface PostSnapshot {
  readonly snapshot: Snapshot;
  /**
   * What to hand to the native `postMessage`: the payload itself, or, where reading it may have run the
   * host's getters, what came of that, so that they run once: the clone, or a payload that throws the same.
   */
  readonly value: unknown;
}

const NOT_PLAIN = 'Holds more than plain data.';

let charsLeft = 0;
let cloned = false;

/**
 * @param value a payload that was delivered: a structured clone, so free of getters
 * @returns its snapshot; never throws
 */
export function snapshotDelivered(value: unknown): Snapshot {
  if (isExactJson(value, true)) return jsonSnapshot(value);
  try {
    return cloneSnapshot(structuredClone(value));
  } catch (error) {
    return unreadable(error);
  }
}

/**
 * @param value a payload about to be posted: anything at all
 * @returns its snapshot and what to post; never throws
 */
export function snapshotPosted(value: unknown): PostSnapshot {
  if (isExactJson(value, false)) return { snapshot: jsonSnapshot(value), value };
  // A page's objects are cloned as a content script sees them here, and whole by the native call: what is
  // passed on is the payload itself wherever the second clone leaves no trace.
  const { traceless } = survey(value);
  try {
    const clone = structuredClone(value);
    return { snapshot: cloneSnapshot(clone), value: traceless ? value : clone };
  } catch (error) {
    // The native call finds the same, and tells the host in its own words.
    return { snapshot: unreadable(error), value: traceless ? value : throwing(error) };
  }
}

/** @returns a payload that cannot be posted, for the given reason */
function throwing(reason: unknown): object {
  return {
    get reason() {
      throw reason;
    },
  };
}

/**
 * As {@link snapshotPosted}, for what the browser may yet refuse to carry: then it would not carry our report
 * either.
 *
 * @param value a message about to be sent
 */
export function snapshotSent(value: unknown): PostSnapshot {
  const sent = snapshotPosted(value);
  return survey(sent.snapshot.clone).portable
    ? sent
    : { snapshot: unreadable(NOT_PLAIN), value: sent.value };
}

/**
 * @param value a listener's answer, which Firefox reads later, without calling its getters
 * @returns its snapshot; never throws
 */
export function snapshotAnswered(value: unknown): Snapshot {
  if (isExactJson(value, false)) return jsonSnapshot(value);
  return survey(value).portable ? snapshotPosted(value).snapshot : unreadable(NOT_PLAIN);
}

/**
 * Whether JSON text says `value` exactly as a structured clone would carry it. Runs no getter.
 *
 * @param isClone it is a structured clone: plain reads will do, in a sixth of the time
 */
function isExactJson(value: unknown, isClone: boolean): boolean {
  charsLeft = MAX_CHARS;
  cloned = isClone;
  try {
    return !hostChangesJson() && isExact(value, 0);
  } catch {
    // The traps of a Proxy, which cannot be told from what it stands for, or the end of the host's stack.
    return false;
  }
}

function isExact(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'string':
      charsLeft -= value.length;
      return charsLeft >= 0;
    case 'boolean':
      return true;
    case 'number':
      return value - value === 0 && (value !== 0 || 1 / value > 0);
    case 'object':
      return value === null || isExactObject(value, depth);
    default:
      return false;
  }
}

function isExactObject(value: object, depth: number): boolean {
  if (depth > MAX_DEPTH) return false;
  const array = isArray(value);
  if (getPrototypeOf(value) !== (array ? arrayPrototype : objectPrototype)) return false;
  if (array && value.length * NODE_CHARS > charsLeft) return false;
  const names = keys(value);
  charsLeft -= names.length * NODE_CHARS;
  if (charsLeft < 0 || (array && !isDense(value, names))) return false;
  for (let i = 0; i < names.length; i += 1) {
    const name = names[i] as string;
    let own: unknown;
    if (cloned) own = (value as Record<string, unknown>)[name];
    else {
      const descriptor = getOwnPropertyDescriptor(value, name) as PropertyDescriptor;
      if (!('value' in descriptor)) return false;
      own = descriptor.value;
    }
    if (!isExact(own, depth + 1)) return false;
  }
  return true;
}

/** No holes, and nothing but elements: names of elements come first, in order. */
function isDense({ length }: readonly unknown[], names: readonly string[]): boolean {
  return names.length === length && (length === 0 || names[length - 1] === `${length - 1}`);
}

function jsonSnapshot(value: unknown): Snapshot {
  return textSnapshot(stringify(value));
}

/** @param text what JSON says of a payload */
export function textSnapshot(text: string): Snapshot {
  return text.length <= PAYLOAD_CHARS
    ? { form: 'json', bytes: 0, text }
    : { form: 'json-preview', bytes: utf8Bytes(text), text: copyOfStart(text, PREVIEW_CHARS) };
}

function cloneSnapshot(clone: unknown): Snapshot {
  return { form: 'rich', bytes: survey(clone).bytes, text: '', clone };
}

/**
 * @param reason why the browser did not carry the payload
 * @returns what can be reported all the same: text, but no clone, which would not be carried either
 */
export function withoutClone(snapshot: Snapshot, reason: unknown): Snapshot {
  return snapshot.form === 'rich' ? unreadable(reason) : snapshot;
}

/** @param error why there is nothing to show; a text, or something thrown by the browser */
export function unreadable(error: unknown): Snapshot {
  return { form: 'unreadable', bytes: 0, text: errorText(error) };
}
