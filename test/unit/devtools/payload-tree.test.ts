import { stringify } from 'devalue';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pasteable } from '../../../devtools/arithmetic/copy-forms.js';
import { summarise } from '../../../devtools/arithmetic/payload-entries.js';
import { firstExpansion, flatten } from '../../../devtools/arithmetic/payload-tree.js';
import { readPayload } from '../../../devtools/state/payload.js';
import { RICH_REDUCERS, RICH_REVIVERS, RichError } from '../../../src/protocol/rich.js';

/** Opens every line until nothing is left to open. */
function openAll(root: unknown) {
  const expanded = new Set<string>();
  for (;;) {
    const closed = flatten(root, expanded).filter((line) => line.expandable && !line.expanded);
    if (closed.length === 0) return flatten(root, expanded);
    for (const line of closed) expanded.add(line.path);
  }
}

const texts = (root: unknown, expanded: readonly string[]) =>
  flatten(root, new Set(expanded)).map(
    ({ depth, label, text }) => `${'  '.repeat(depth)}${label === null ? '' : `${label}: `}${text}`,
  );

describe('payload tree', () => {
  test('is one line until it is opened', () => {
    expect(texts({ a: 1, b: [true, null] }, [])).toEqual(['{ a: 1, b: [2] }']);
    expect(texts({ a: 1, b: [true, null] }, ['$', '$/1'])).toEqual([
      '{ a: 1, b: [2] }',
      '  a: 1',
      '  b: [true, null]',
      '    0: true',
      '    1: null',
    ]);
  });

  test('says what JSON cannot', () => {
    expect(summarise(undefined)).toBe('undefined');
    expect(summarise(Number.NaN)).toBe('NaN');
    expect(summarise(-0)).toBe('-0');
    expect(summarise(12n)).toBe('12n');
    expect(summarise(new Date(0))).toBe('Date 1970-01-01T00:00:00.000Z');
    expect(summarise(new Date(Number.NaN))).toBe('Invalid Date');
    expect(summarise(/a/giu)).toBe('/a/giu');
    expect(summarise(new Float64Array(3))).toBe('Float64Array(3)');
    expect(summarise(new ArrayBuffer(8))).toBe('ArrayBuffer(8)');
    expect(summarise(new RichError('TypeError', 'no', ''))).toBe('TypeError: no');
    expect(summarise(Object.assign(Object.create(null) as object, { a: 1 }))).toBe('{ a: 1 }');
    expect(texts(new Map([['k', new Set([1])]]), ['$', '$/0'])).toEqual([
      'Map(1)',
      '  0: "k" → Set(1)',
      '    key: "k"',
      '    value: Set(1)',
    ]);
  });

  test('shows marks that reorder or hide text around them, in values, keys and pieces', () => {
    const evil = '\u202elive\u202c';
    expect(texts({ [evil]: evil, b: `${evil}\n\t${evil}` }, ['$', '$/1'])).toEqual([
      '{ \\u202elive\\u202c: "\\u202elive\\u202c", … }',
      '  \\u202elive\\u202c: "\\u202elive\\u202c"',
      '  b: "\\u202elive\\u202c\\n\\t\\u202elive\\u202c"',
      '    \\u202elive\\u202c',
      '    \t\\u202elive\\u202c',
    ]);
  });

  test('cuts no character in two', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', '🐱', 'שלום'), { minLength: 130 }), (parts) => {
        const text = parts.join('');
        expect(summarise(text)).not.toMatch(/\\ud/);
        const pieces = openAll(text).slice(1);
        expect(pieces.map((piece) => piece.text).join('')).toBe(text);
        // JSON writes half of a character as an escape.
        expect(JSON.stringify(pieces.map((piece) => piece.text))).not.toMatch(/\\ud/);
      }),
    );
  });

  test('a cycle ends where it closes', () => {
    const root: Record<string, unknown> = { name: 'root' };
    root['self'] = { up: root };
    const lines = openAll(root);
    expect(lines.at(-1)).toMatchObject({
      label: 'up',
      text: '↺ the same object as the payload',
      expandable: false,
    });
  });

  test('the same object beside itself is no cycle', () => {
    const shared = { x: 1 };
    expect(openAll([shared, shared]).filter((line) => line.label === 'x')).toHaveLength(2);
  });

  test('a long list opens in groups, and every entry can be reached once', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30_000 }), (length) => {
        const list = Array.from({ length }, (_, index) => index);
        expect(flatten(list, new Set(['$'])).length).toBeLessThanOrEqual(101);
        const leaves = openAll(list).filter((line) => line.tone === 'number');
        expect(leaves.map((line) => line.value)).toEqual(list);
      }),
      { numRuns: 20 },
    );
  });

  test('a long text opens into pieces that make it up again', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 121, maxLength: 2000 }), (text) => {
        const [, ...pieces] = flatten(text, new Set(['$']));
        expect(pieces.map((piece) => piece.text).join('')).toBe(text.replaceAll('\n', ''));
      }),
    );
  });

  test('paths are unique, and opening one changes nothing above it', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const lines = openAll(value);
        expect(new Set(lines.map((line) => line.path)).size).toBe(lines.length);
        const closed = flatten(value, new Set(['$']));
        const target = closed.findIndex((line) => line.expandable && !line.expanded);
        if (target < 0) return;
        const opened = flatten(value, new Set(['$', closed[target]?.path ?? '']));
        expect(opened.slice(0, target)).toEqual(closed.slice(0, target));
        const below = closed.slice(target + 1);
        expect(opened.slice(opened.length - below.length)).toEqual(below);
      }),
    );
  });

  test('at first, small parts are open and the whole stays short', () => {
    expect(flatten({ a: { b: 1 } }, firstExpansion({ a: { b: 1 } }))).toHaveLength(3);
    const wide = Object.fromEntries(
      Array.from({ length: 60 }, (_, index) => [`k${index}`, { index, more: [1, 2, 3] }]),
    );
    expect(flatten(wide, firstExpansion(wide)).length).toBe(61);
  });

  test('keys that mean something to JavaScript are keys', () => {
    const root = JSON.parse('{"__proto__":{"x":1},"constructor":null,"valueOf":1}') as unknown;
    expect(flatten(root, new Set(['$'])).map((line) => line.label)).toEqual([
      null,
      '__proto__',
      'constructor',
      'valueOf',
    ]);
    expect(summarise([root])).toContain('{…}');
  });
});

describe('reading and copying a payload', () => {
  test('JSON comes back as JSON', () => {
    const read = readPayload({ form: 'json', bytes: 9, text: '{"a":[1]}' });
    expect(read).toEqual({ kind: 'value', value: { a: [1] }, rich: false });
    expect(JSON.parse(pasteable({ a: [1] }, true))).toEqual({ a: [1] });
  });

  test('what JSON cannot say is copied as JavaScript that makes it again', () => {
    const value = { map: new Map([[1n, new Set(['x'])]]), when: new Date(5), none: undefined };
    const text = stringify({ ...value, error: new TypeError('bad') }, RICH_REDUCERS);
    const read = readPayload({ form: 'rich', bytes: text.length, text });
    if (read.kind !== 'value') throw new Error(`read as ${read.kind}`);
    expect(read.value).toMatchObject(value);
    const code = pasteable(read.value, false);
    expect(code).toContain('new Map([[1n, new Set(["x"])]])');
    expect(code).toContain('new Error("bad")');
  });

  test('every reviver’s output can be shown and copied', () => {
    for (const revived of [
      RICH_REVIVERS.Error({ name: 'E', message: 'm', stack: 's' }),
      RICH_REVIVERS.Platform({ class: 'Blob', size: 3 }),
    ]) {
      expect(openAll(revived).length).toBeGreaterThan(1);
      expect(pasteable(revived, false)).not.toContain('cannot be written');
    }
  });

  test('a preview stays text, and damage is told, never thrown', () => {
    expect(readPayload({ form: 'json-preview', bytes: 5e7, text: '{"a' }).kind).toBe('preview');
    expect(readPayload({ form: 'unreadable', bytes: 0, text: 'why' })).toEqual({
      kind: 'unreadable',
      reason: 'why',
    });
    expect(readPayload({ form: 'json', bytes: 3, text: '{"a' }).kind).toBe('unreadable');
    expect(readPayload({ form: 'rich', bytes: 3, text: '[["Odd",1],2]' }).kind).toBe('unreadable');
    expect(readPayload({ form: 'json', bytes: 3, text: null }).kind).toBe('unreadable');
  });
});
