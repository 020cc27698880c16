/** What a value has inside, by position, and what it is called in a few characters. */

import { primitiveText } from '../../src/model/primitive.js';
import { visible } from '../../src/model/visible.js';
import { RichError, RichPlatformObject } from '../../src/protocol/rich.js';

/** A collection with more entries than this is shown in groups of this many. */
export const GROUP = 100;

/** A string longer than this, or of several lines, is shown in pieces of this length when expanded. */
export const STRING_PIECE = 120;

type Entry = readonly [label: string, value: unknown];

/** Entries of a value, by position, so that a group needs only its own. */
export interface Entries {
  readonly size: number;
  readonly at: (index: number) => Entry;
}

/** An entry of a Map, shown as an expandable pair. */
export class Pair {
  constructor(
    readonly key: unknown,
    readonly value: unknown,
  ) {}
}

export const NONE: Entries = { size: 0, at: () => ['', undefined] };

function listEntries(values: ArrayLike<unknown>): Entries {
  return { size: values.length, at: (index) => [String(index), values[index]] };
}

function isTypedArray(value: unknown): value is ArrayLike<unknown> & ArrayBufferView {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** @returns what can be opened in the value; nothing where it is shown whole on its line */
export function entriesOf(value: unknown): Entries {
  if (typeof value === 'string') return stringEntries(value);
  if (typeof value !== 'object' || value === null) return NONE;
  if (value instanceof Pair) {
    return {
      size: 2,
      at: (index) => (index === 0 ? ['key', value.key] : ['value', value.value]),
    };
  }
  if (Array.isArray(value) || isTypedArray(value)) return listEntries(value);
  if (value instanceof ArrayBuffer) return listEntries(new Uint8Array(value));
  if (value instanceof DataView) {
    return listEntries(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  }
  if (value instanceof Set) return listEntries([...value]);
  if (value instanceof Map)
    return listEntries([...value].map(([key, item]) => new Pair(key, item)));
  if (isAtom(value)) return NONE;
  if (value instanceof RichPlatformObject) return objectEntries(value.facts);
  return objectEntries(value);
}

function objectEntries(value: object): Entries {
  const keys = Object.keys(value);
  return {
    size: keys.length,
    at: (index) => {
      const key = keys[index] ?? '';
      return [key, (value as Record<string, unknown>)[key]];
    },
  };
}

/** Objects that are shown whole, on one line. */
export function isAtom(value: object): boolean {
  return (
    value instanceof Date ||
    value instanceof RegExp ||
    value instanceof Number ||
    value instanceof String ||
    value instanceof Boolean
  );
}

function stringEntries(value: string): Entries {
  if (value.length <= STRING_PIECE && !value.includes('\n')) return NONE;
  const pieces: string[] = [];
  for (const line of value.split('\n')) {
    for (let from = 0; from === 0 || from < line.length;) {
      const piece = cut(line, from, STRING_PIECE);
      pieces.push(piece);
      from += Math.max(1, piece.length);
    }
  }
  return { size: pieces.length, at: (index) => ['', pieces[index]] };
}

/** @returns so many UTF-16 units of the text, or one more: no character is cut in two */
function cut(text: string, from: number, length: number): string {
  const last = text.codePointAt(from + length - 1) ?? 0;
  return text.slice(from, from + length + (last > 0xffff ? 1 : 0));
}

function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${cut(text, 0, length)}…`;
}

/** @returns a value in a few characters, for a closed line and for previews inside one */
export function summarise(value: unknown, room = 60): string {
  if (typeof value === 'string') return visible(JSON.stringify(shorten(value, STRING_PIECE)));
  if (typeof value !== 'object' || value === null) return primitiveText(value);
  if (value instanceof Pair) return `${summarise(value.key, 20)} → ${summarise(value.value, 40)}`;
  if (value instanceof Date) {
    return Number.isNaN(value.getTime()) ? 'Invalid Date' : `Date ${value.toISOString()}`;
  }
  if (value instanceof RegExp) return String(value);
  if (isAtom(value)) return `${value.constructor.name}(${summarise(value.valueOf(), room)})`;
  if (value instanceof RichError) return `${value.name}: ${shorten(value.message, STRING_PIECE)}`;
  if (value instanceof RichPlatformObject) return value.className;
  const { size, at } = entriesOf(value);
  if (value instanceof Set) return `Set(${size})`;
  if (value instanceof Map) return `Map(${size})`;
  if (value instanceof ArrayBuffer) return `ArrayBuffer(${size})`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${size})`;
  const list = Array.isArray(value);
  const parts: string[] = [];
  let used = 0;
  for (let index = 0; index < size; index += 1) {
    const [key, item] = at(index);
    const text = typeof item === 'object' && item !== null ? brief(item) : summarise(item, 20);
    const part = list ? shorten(text, 30) : `${visible(key)}: ${shorten(text, 30)}`;
    used += part.length + 2;
    if (used > room) {
      parts.push('…');
      break;
    }
    parts.push(part);
  }
  if (list) return `[${parts.join(', ')}]${size > 3 ? ` (${size})` : ''}`;
  return parts.length === 0 ? '{}' : `{ ${parts.join(', ')} }`;
}

function brief(value: object): string {
  if (Array.isArray(value)) return value.length === 0 ? '[]' : `[${value.length}]`;
  if (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null) {
    return Object.keys(value).length === 0 ? '{}' : '{…}';
  }
  return summarise(value, 20);
}
