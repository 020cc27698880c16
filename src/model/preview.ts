/** One line that shows what a payload says, for a table cell or a terminal. */

import type { PayloadForm } from '../protocol/index.js';
import { parseRich } from './rich.js';
import { RichError, RichPlatformObject } from '../protocol/rich.js';

/** Longest preview, in characters. */
export const PREVIEW_LENGTH = 120;

const DEEPEST = 3;

// C0 and C1 controls, line separators, and the marks that reorder or hide text around them.
const UNSAFE =
  /[\p{Cc}\p{Zl}\p{Zp}\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/gu;

/** Shows control characters and invisible marks as `\n`, `\u001b` and so on. */
export function visible(text: string): string {
  return text.replace(UNSAFE, (char) => {
    if (char === '\n') return '\\n';
    if (char === '\r') return '\\r';
    if (char === '\t') return '\\t';
    return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/**
 * @param form how the text says the payload
 * @param text payload text, possibly cut off
 * @param value the payload itself where the caller has it (`rich` only, in a box)
 * @returns at most {@link PREVIEW_LENGTH} characters, without control characters
 */
export function previewOf(
  form: PayloadForm,
  text: string,
  value?: { readonly value: unknown },
): string {
  if (value !== undefined) return clip(visible(show(value.value)));
  if (form === 'rich' || form === 'rich-preview') return '(structured data, no preview)';
  const start = text.slice(0, PREVIEW_LENGTH + 1);
  return clip(visible(form === 'unreadable' ? `(${start})` : start));
}

/** @returns the same, for a caller who has only the text */
export function previewText(form: PayloadForm, text: string): string {
  return previewOf(form, text, form === 'rich' ? parseRich(text) : undefined);
}

/** Cuts at {@link PREVIEW_LENGTH}, never through a surrogate pair. */
function clip(text: string): string {
  if (text.length <= PREVIEW_LENGTH) return text;
  let end = PREVIEW_LENGTH - 1;
  const code = text.charCodeAt(end - 1);
  if (code >= 0xd800 && code <= 0xdbff) end -= 1;
  return `${text.slice(0, end)}…`;
}

function show(value: unknown): string {
  const out = new Budget();
  write(value, out, 0, new Set());
  return out.text;
}

/** Stops a walk as soon as there is enough to show. */
class Budget {
  text = '';
  get full(): boolean {
    return this.text.length > PREVIEW_LENGTH;
  }
  add(part: string): void {
    if (!this.full) this.text += part.slice(0, PREVIEW_LENGTH + 1);
  }
}

function write(value: unknown, out: Budget, depth: number, inside: Set<object>): void {
  if (typeof value === 'string') return out.add(JSON.stringify(value.slice(0, PREVIEW_LENGTH)));
  if (typeof value === 'bigint') return out.add(`${value}n`);
  if (typeof value !== 'object' || value === null) {
    return out.add(Object.is(value, -0) ? '-0' : String(value));
  }
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
