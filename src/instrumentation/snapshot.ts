/**
 * Payload → text, at call time and without a trace: no getter runs that would not run without us, and none
 * runs twice. JSON is the fast path for what it says exactly; devalue says the rest.
 */

import { stringify as stringifyRich } from 'devalue';
import { PAYLOAD_CHARS, PREVIEW_CHARS } from '../protocol/constants.js';
import type { PayloadForm } from '../protocol/events.js';
import { RICH_REDUCERS } from '../protocol/rich.js';
import {
  arrayPrototype,
  booleanPrototype,
  getOwnPropertyDescriptor,
  getPrototypeOf,
  isArray,
  isFinite,
  keys,
  numberPrototype,
  objectPrototype,
  stringPrototype,
  stringSlice,
  stringify,
  structuredClone,
  utf8Bytes,
} from './originals.js';

export interface Snapshot {
  readonly form: PayloadForm;
  /** UTF-8 size of the whole text. */
  readonly bytes: number;
  /** The text, or its beginning when the form says preview. */
  readonly text: string;
}

export interface PostSnapshot {
  readonly snapshot: Snapshot;
  /**
   * What to hand to the native `postMessage`: the payload itself, or, where reading it ran the host's
   * getters, the clone that was read, so that they run once.
   */
  readonly value: unknown;
}

const MAX_DEPTH = 200;
// Shared sub-objects make a small graph an exponentially large tree; devalue writes them once.
const MAX_NODES = 200_000;

let nodesLeft = 0;
let accessorSeen = false;

/**
 * @param value a payload that was delivered: a structured clone, so free of getters
 * @returns its snapshot; never throws
 */
export function snapshotDelivered(value: unknown): Snapshot {
  return isExactJson(value) ? jsonSnapshot(value) : richSnapshot(value);
}

/**
 * @param value a payload about to be posted: anything at all
 * @returns its snapshot and what to post; never throws
 */
export function snapshotPosted(value: unknown): PostSnapshot {
  if (isExactJson(value)) return { snapshot: jsonSnapshot(value), value };
  const readsHostCode = accessorSeen;
  let clone: unknown;
  try {
    clone = structuredClone(value);
  } catch (error) {
    return { snapshot: unreadable(error), value };
  }
  return { snapshot: richSnapshot(clone), value: readsHostCode ? clone : value };
}

/** Whether JSON text says `value` exactly as a structured clone would carry it. */
function isExactJson(value: unknown): boolean {
  nodesLeft = MAX_NODES;
  accessorSeen = false;
  return !hostChangesJson() && isExact(value, 0);
}

/** Old libraries put `toJSON` on prototypes; `JSON.stringify` would call it. */
function hostChangesJson(): boolean {
  return (
    'toJSON' in objectPrototype ||
    'toJSON' in arrayPrototype ||
    'toJSON' in stringPrototype ||
    'toJSON' in numberPrototype ||
    'toJSON' in booleanPrototype
  );
}

function isExact(value: unknown, depth: number): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return isFinite(value) && (value !== 0 || 1 / value > 0);
    case 'object':
      return value === null || isExactObject(value, depth);
    default:
      return false;
  }
}

function isExactObject(value: object, depth: number): boolean {
  if (depth > MAX_DEPTH) return false;
  const array = isArray(value);
  const prototype = getPrototypeOf(value);
  if (array ? prototype !== arrayPrototype : prototype !== objectPrototype) {
    // A foreign realm's or a class's object: its properties may be accessors anywhere.
    accessorSeen = true;
    return false;
  }
  const names = keys(value);
  nodesLeft -= names.length;
  if (nodesLeft < 0 || (array && names.length !== value.length)) return mayReadHostCode();
  for (let i = 0; i < names.length; i += 1) {
    const descriptor = getOwnPropertyDescriptor(value, names[i] as string);
    if (descriptor === undefined || !('value' in descriptor)) return mayReadHostCode();
    // The host may be in the middle of the graph: what was not walked may hold accessors.
    if (!isExact(descriptor.value, depth + 1)) return mayReadHostCode();
  }
  return true;
}

/** The walk ends early here, so nobody has looked at the rest: treat it as holding accessors. */
function mayReadHostCode(): false {
  accessorSeen = true;
  return false;
}

function jsonSnapshot(value: unknown): Snapshot {
  return bounded('json', stringify(value));
}

function richSnapshot(clone: unknown): Snapshot {
  try {
    return bounded('rich', stringifyRich(clone, RICH_REDUCERS));
  } catch (error) {
    return unreadable(error);
  }
}

function unreadable(error: unknown): Snapshot {
  let text = 'The payload could not be read.';
  try {
    text = String(error);
  } catch {
    // The host threw an object that cannot be printed.
  }
  return { form: 'unreadable', bytes: 0, text };
}

function bounded(form: 'json' | 'rich', text: string): Snapshot {
  const bytes = utf8Bytes(text);
  if (text.length <= PAYLOAD_CHARS) return { form, bytes, text };
  return { form: `${form}-preview`, bytes, text: stringSlice(text, 0, PREVIEW_CHARS) };
}
