/** A payload as a JavaScript expression that gives the same value, laid out for people. */

import { uneval } from 'devalue';
import { primitiveText } from '../../src/model/primitive.js';
import { RichError, RichPlatformObject } from '../../src/protocol/rich.js';

/** What is shorter than this stands on one line. */
const LINE = 72;

const NAME = /^[\p{L}_$][\p{L}\p{N}_$]*$/u;

/** The value cannot be laid out: it has one object in two places, or holes. */
class Intricate extends Error {}

/** @returns the expression; a comment where there is none */
export function javaScriptOf(value: unknown): string {
  try {
    return write(value, '', new Set());
  } catch (error) {
    if (!(error instanceof Intricate)) return unwritable(error);
  }
  try {
    return uneval(value, (part, js) => {
      if (part instanceof RichError) {
        const { name, message, stack } = part;
        return js`Object.assign(new Error(${message}), ${{ name, stack }})`;
      }
      if (part instanceof RichPlatformObject) {
        return js`(${{ class: part.className, ...part.facts }})`;
      }
      return null;
    });
  } catch (error) {
    return unwritable(error);
  }
}

/** @returns what stands where a value has no text */
export function unwritable(error: unknown): string {
  return `/* cannot be written as text: ${String(error).replaceAll('*/', '')} */`;
}

function write(value: unknown, indent: string, seen: Set<object>): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return primitiveText(value);
  if (seen.has(value)) throw new Intricate();
  seen.add(value);
  const inner = `${indent}  `;
  const list = (items: Iterable<unknown>): string[] =>
    Array.from(items, (item) => write(item, inner, seen));
  if (value instanceof Date) {
    const time = value.getTime();
    return Number.isNaN(time) ? 'new Date(NaN)' : `new Date("${value.toISOString()}")`;
  }
  if (value instanceof RegExp) return String(value);
  if (value instanceof Number || value instanceof String || value instanceof Boolean) {
    return `new ${value.constructor.name}(${write(value.valueOf(), inner, seen)})`;
  }
  if (value instanceof Map) return `new Map(${layOut('[', list(value), ']', indent)})`;
  if (value instanceof Set) return `new Set(${layOut('[', list(value), ']', indent)})`;
  if (value instanceof ArrayBuffer) return `${bytes(new Uint8Array(value), 'Uint8Array')}.buffer`;
  if (value instanceof DataView) {
    const { buffer, byteOffset, byteLength } = value;
    const part = new Uint8Array(buffer, byteOffset, byteLength);
    return `new DataView(${bytes(part, 'Uint8Array')}.buffer)`;
  }
  if (ArrayBuffer.isView(value)) {
    return bytes(value as unknown as ArrayLike<number | bigint>, value.constructor.name);
  }
  if (Array.isArray(value)) {
    if (Object.keys(value).length !== value.length) throw new Intricate();
    return layOut('[', list(value), ']', indent);
  }
  if (value instanceof RichError) {
    const { name, message, stack } = value;
    const facts = write({ name, stack }, indent, seen);
    return `Object.assign(new Error(${JSON.stringify(message)}), ${facts})`;
  }
  const facts =
    value instanceof RichPlatformObject ? { class: value.className, ...value.facts } : value;
  const properties = Object.entries(facts).map(
    ([key, item]) => `${property(key)}: ${write(item, inner, seen)}`,
  );
  return layOut('{', properties, '}', indent);
}

function property(key: string): string {
  if (key === '__proto__') return '["__proto__"]';
  return NAME.test(key) ? key : JSON.stringify(key);
}

function bytes(values: ArrayLike<number | bigint>, type: string): string {
  const items = Array.from(values, (item) => write(item, '', new Set()));
  return `new ${type}([${items.join(', ')}])`;
}

function layOut(open: string, parts: readonly string[], close: string, indent: string): string {
  if (parts.length === 0) return open + close;
  const gap = open === '{' ? ' ' : '';
  let length = 0;
  const short = parts.every((part) => {
    length += part.length + 2;
    return length < LINE && !part.includes('\n');
  });
  if (short) return open + gap + parts.join(', ') + gap + close;
  return `${open}\n${parts.map((part) => `${indent}  ${part},\n`).join('')}${indent}${close}`;
}
