/** Shows a rich value in one line: its kinds and sizes, and the beginnings of what it holds. */

import { RichError, RichPlatformObject } from '../protocol/rich.js';
import { primitiveText } from './primitive.js';

const DEEPEST = 3;

/** @returns about as many characters of the value, in one line, as `length` says, and more where that cuts it */
export function showRich(value: unknown, length: number): string {
  const out = new Budget(length);
  write(value, out, 0, new Set());
  return out.text;
}

/** Stops a walk as soon as there is enough to show. */
class Budget {
  text = '';

  constructor(readonly length: number) {}

  get full(): boolean {
    return this.text.length > this.length;
  }
  add(part: string): void {
    if (!this.full) this.text += part.slice(0, this.length + 1);
  }
}

function write(value: unknown, out: Budget, depth: number, inside: Set<object>): void {
  if (typeof value === 'string') return out.add(JSON.stringify(value.slice(0, out.length)));
  if (typeof value !== 'object' || value === null) return out.add(primitiveText(value));
  if (inside.has(value)) return out.add('(cycle)');
  const short = leaf(value);
  if (short !== null) return out.add(short);
  if (depth >= DEEPEST) return out.add(Array.isArray(value) ? '[…]' : '{…}');

  inside.add(value);
  if (Array.isArray(value)) writeArray(value, out, depth, inside);
  else writeObject(value, out, depth, inside);
  inside.delete(value);
}

/** What is shown by its kind and size rather than its content. */
function leaf(value: object): string | null {
  if (value instanceof Date) {
    return `Date(${Number.isNaN(value.getTime()) ? 'invalid' : value.toISOString()})`;
  }
  if (value instanceof RegExp) return String(value);
  if (value instanceof Map) return `Map(${value.size})`;
  if (value instanceof Set) return `Set(${value.size})`;
  if (value instanceof ArrayBuffer) return `ArrayBuffer(${value.byteLength})`;
  if (ArrayBuffer.isView(value)) return `${value.constructor.name}(${value.byteLength} B)`;
  if (value instanceof RichError) return `${value.name}(${value.message})`;
  if (value instanceof RichPlatformObject) return value.className;
  if (value instanceof Number || value instanceof String || value instanceof Boolean) {
    return `${value.constructor.name}(${String(value)})`;
  }
  return null;
}

function writeArray(
  value: readonly unknown[],
  out: Budget,
  depth: number,
  inside: Set<object>,
): void {
  out.add('[');
  for (let index = 0; index < value.length && !out.full; index += 1) {
    if (index > 0) out.add(', ');
    if (index in value) write(value[index], out, depth + 1, inside);
  }
  out.add(']');
}

function writeObject(value: object, out: Budget, depth: number, inside: Set<object>): void {
  out.add('{');
  let first = true;
  for (const key of Object.keys(value)) {
    if (out.full) break;
    if (!first) out.add(', ');
    first = false;
    out.add(/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key) ? key : JSON.stringify(key));
    out.add(': ');
    write((value as Record<string, unknown>)[key], out, depth + 1, inside);
  }
  out.add('}');
}
