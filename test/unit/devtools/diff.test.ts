import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { differenceOf, shapeOf, type Difference } from '../../../devtools/arithmetic/diff.js';
import { diffLines, tallyOf } from '../../../devtools/arithmetic/diff-lines.js';
import { javaScriptOf } from '../../../devtools/arithmetic/javascript.js';

/**
 * @returns the later value, made of the earlier one and what changed
 * @throws Error when the difference is not one of this value
 */
function applied(before: unknown, difference: Difference): unknown {
  const { kind, inside, after } = difference;
  if (kind === 'same') return before;
  if (kind !== 'inside') return after;
  const shape = shapeOf(before);
  if (shape === 'list' || shape === 'set') {
    const old = [...(before as Iterable<unknown>)];
    let from = 0;
    const items: unknown[] = [];
    for (const each of inside) {
      if (each.kind === 'added') items.push(each.after);
      else if (each.kind === 'removed') from += 1;
      else items.push(applied(old[from++], each));
    }
    return shape === 'list' ? items : new Set(items);
  }
  if (shape === null) throw new Error('only containers have something inside');
  const entries: (readonly [key: unknown, name: string, value: unknown])[] =
    shape === 'map'
      ? [...(before as Map<unknown, unknown>)].map(([key, value]) => [
          key,
          javaScriptOf(key),
          value,
        ])
      : Object.entries(before as object).map(([key, value]) => [key, key, value]);
  const changes = new Map(inside.map((each) => [each.label, each]));
  const result: [unknown, unknown][] = [];
  for (const [key, name, value] of entries) {
    const change = changes.get(name);
    if (change === undefined) throw new Error(`nothing is said of ${name}`);
    if (change.kind !== 'removed') result.push([key, applied(value, change)]);
  }
  const keys = shape === 'map' && after instanceof Map ? [...after.keys()] : [];
  for (const { kind: what, label, after: value } of inside) {
    if (what !== 'added') continue;
    result.push([shape === 'map' ? keys.find((key) => javaScriptOf(key) === label) : label, value]);
  }
  return shape === 'map' ? new Map(result) : Object.fromEntries(result as [string, unknown][]);
}

const anything = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(undefined, null, true, 0, -0, Number.NaN, 'a', 'b', 7n, new Date(0)),
    fc.uint8Array({ maxLength: 3 }),
    fc.array(tie('node'), { maxLength: 6 }),
    fc
      .array(fc.tuple(fc.constantFrom('k', 'l', 1, 2n), tie('node')), { maxLength: 4 })
      .map((pairs) => new Map(pairs)),
    fc.array(tie('node'), { maxLength: 4 }).map((items) => new Set(items)),
    fc.dictionary(fc.constantFrom('a', 'b', 'c', '__proto__'), tie('node'), {
      maxKeys: 4,
      noNullPrototype: true,
    }),
  ),
})).node;

const lines = (before: unknown, after: unknown, ...toggled: string[]) =>
  diffLines(differenceOf(before, after), new Set(toggled)).map(
    ({ depth, label, kind, text, was }) =>
      `${'  '.repeat(depth)}${kind} ${label ?? '-'}: ${was === null ? '' : `${was} → `}${text}`,
  );

describe('the difference of two payloads', () => {
  test('applied to the earlier one gives the later one', () => {
    fc.assert(
      fc.property(anything, anything, (before, after) => {
        expect(applied(before, differenceOf(before, after))).toEqual(after);
      }),
      { numRuns: 500 },
    );
  });

  test('is nothing where they say the same, and something where they do not', () => {
    fc.assert(
      fc.property(anything, anything, (before, after) => {
        expect(differenceOf(before, structuredClone(before)).kind).toBe('same');
        const { kind } = differenceOf(before, after);
        const tally = tallyOf(differenceOf(before, after));
        expect(tally.added + tally.removed + tally.changed > 0).toBe(kind !== 'same');
      }),
    );
    expect(differenceOf({ a: 1, b: 2 }, { b: 2, a: 1 }).kind).toBe('same');
    expect(differenceOf([0], [-0]).kind).toBe('inside');
  });

  test('names what was added, removed and changed, and folds the rest', () => {
    const before = {
      id: 1,
      type: 'state',
      at: 5,
      user: { name: 'Ada', roles: ['r', 'w'] },
      old: true,
    };
    const after = {
      id: 1,
      type: 'state',
      at: 5,
      user: { name: 'Eva', roles: ['x', 'r', 'w'] },
      fresh: [1],
    };
    expect(lines(before, after)).toEqual([
      expect.stringMatching(/^inside -: /),
      '  unchanged -: 3 unchanged',
      '  inside user: { name: "Eva", roles: [3] }',
      '    changed name: "Ada" → "Eva"',
      '    inside roles: ["x", "r", "w"]',
      '      added 0: "x"',
      '      unchanged -: 2 unchanged',
      '  removed old: true',
      '  added fresh: [1]',
    ]);
    expect(lines(before, after, '$/0-', '$/5')).toEqual(
      expect.arrayContaining(['    same type: "state"', '    added 0: 1']),
    );
    expect(tallyOf(differenceOf(before, after))).toEqual({ added: 2, removed: 1, changed: 1 });
  });

  test('finds what moved in by order, and what changed at one place', () => {
    const item = (id: number, done = false) => ({ id, done });
    const before = [item(1), item(2), item(3)];
    expect(lines(before, [item(1), item(9), item(2), item(3)]).slice(1)).toEqual([
      '  same 0: { id: 1, done: false }',
      '  added 1: { id: 9, done: false }',
      '  unchanged -: 2 unchanged',
    ]);
    expect(lines(before, [item(1), item(2, true), item(3)]).slice(1)).toEqual([
      '  same 0: { id: 1, done: false }',
      '  inside 1: { id: 2, done: true }',
      '    same id: 2',
      '    changed done: false → true',
      '  same 2: { id: 3, done: false }',
    ]);
  });

  test('compares lists that are too long for that by position, in time', () => {
    const long = Array.from({ length: 20_000 }, (_, index) => ({ index, half: index / 2 }));
    const other = long.map(({ index, half }) => ({
      index,
      half: half + (index % 100 === 0 ? 1 : 0),
    }));
    const { changed, added, removed } = tallyOf(differenceOf(long, other));
    expect([changed, added, removed]).toEqual([200, 0, 0]);
  });

  test('ends where an object holds itself', () => {
    const cycle = (name: string) => {
      const root: Record<string, unknown> = { name };
      root['self'] = root;
      return root;
    };
    expect(differenceOf(cycle('a'), cycle('a')).kind).toBe('same');
    expect(tallyOf(differenceOf(cycle('a'), cycle('b'))).changed).toBeGreaterThan(0);
  });
});
