/** Values within payloads: `payload.user.name:ada`, `payload.items.0:>3`, and `payload:` for all of it. */

import type { PayloadRef } from '../types.js';
import type { Test } from './ast.js';
import { patternTest } from './patterns.js';
import type { Reading } from './reading.js';
import { rangeTest, textTest } from './tests.js';

/** @returns whether the payload has a value at the path that is as the test asks */
export function valueTest(
  path: readonly string[],
  test: Test,
  reading: Reading,
): (ref: PayloadRef | null) => boolean {
  const says = scalarTest(test);
  if (path.length === 0) return wholeTest(test, says, reading);
  const may = mayHold(path);
  return (ref) => {
    if (ref === null) return false;
    if (may !== null && ref.form === 'json') {
      const text = reading.model.payloadText(ref);
      if (text === undefined || !may(text)) return false;
    }
    let value = reading.valueOf(ref);
    for (const key of path) {
      if (value === null) return false;
      value = within(value.value, key);
    }
    return value !== null && says(value.value);
  };
}

/**
 * Most payloads do not have the key at all: looking for it in the text is cheaper than reading that.
 *
 * @returns whether JSON text, or any part of it, may have a value at the path; null: looking does not tell
 */
export function mayHold(path: readonly string[]): ((text: string) => boolean) | null {
  const last = path.at(-1) ?? '';
  // An escape may hide the key.
  return /^[a-z_$][\w$]*$/i.test(last)
    ? (text) => text.includes(last) || text.includes('\\u')
    : null;
}

function wholeTest(
  test: Test,
  says: (value: unknown) => boolean,
  reading: Reading,
): (ref: PayloadRef | null) => boolean {
  const inText = textTest(test);
  return (ref) => {
    if (ref === null || ref.form === 'unreadable') return false;
    const text = reading.model.payloadText(ref);
    if (text !== undefined && inText(text)) return true;
    const value = reading.valueOf(ref)?.value;
    return typeof value !== 'object' && value !== undefined && says(value);
  };
}

/** @returns the value under the key in a box; null when there is none */
function within(value: unknown, key: string): { readonly value: unknown } | null {
  if (value instanceof Map) return value.has(key) ? { value: value.get(key) as unknown } : null;
  if (typeof value !== 'object' || value === null) return null;
  const own = Object.getOwnPropertyDescriptor(value, key);
  return own === undefined ? null : { value: own.value as unknown };
}

function scalarTest(test: Test): (value: unknown) => boolean {
  switch (test.how) {
    case 'range': {
      const inRange = rangeTest(test);
      return (value) => (typeof value === 'number' || typeof value === 'bigint') && inRange(value);
    }
    case 'glob': {
      const inText = textTest(test);
      const any = /^\*+$/.test(test.text);
      return (value) => any || inText(textOf(value));
    }
    case 'contains': {
      const inText = textTest(test);
      // 3 is not in 13.
      return (value) => (typeof value === 'string' ? inText(value) : textOf(value) === test.text);
    }
    case 'equals':
    case 'regex': {
      const inText = test.how === 'regex' ? patternTest(test.pattern) : textTest(test);
      return (value) => inText(textOf(value));
    }
    case 'word':
      return () => false;
  }
}

/** Objects and arrays have no text: what is in them has its own path. */
function textOf(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
    case 'boolean':
    case 'undefined':
      return String(value);
    default:
      return value === null ? 'null' : '';
  }
}
