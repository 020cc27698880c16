/** Colour rules: what is kept, their order, and that the palette can be read in both themes. */
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  COLOURS,
  connectionColour,
  moved,
  putBack,
  NO_COLOURING,
  readColouring,
  withRule,
  type ColourRule,
  type Colouring,
} from '../../../devtools/arithmetic/colouring.js';
import { createColours } from '../../../devtools/state/colours.js';

const rule = (id: number, change: Partial<ColourRule> = {}): ColourRule => ({
  id,
  name: `rule ${id}`,
  query: 'type:a',
  colour: 'red',
  on: true,
  ...change,
});

test('reads what was kept, and leaves out what it cannot read', () => {
  const kept = {
    byConnection: true,
    rules: [
      rule(7),
      { ...rule(8), colour: 'mauve' },
      null,
      { ...rule(9), query: 3 },
      rule(7, { on: false }),
    ],
  };
  expect(readColouring(JSON.stringify(kept))).toEqual({
    byConnection: true,
    rules: [rule(1, { name: 'rule 7' }), rule(2, { name: 'rule 7', on: false })],
  });
  for (const nothing of [null, '', '{', '3', 'null', '{"rules":3}']) {
    expect(readColouring(nothing)).toEqual(NO_COLOURING);
  }
});

test('a new rule comes first, in a colour that is not used', () => {
  let rules: readonly ColourRule[] = [];
  for (let n = 0; n < COLOURS.length; n += 1) rules = withRule(rules, `type:${n}`);
  expect(new Set(rules.map(({ colour }) => colour)).size).toBe(COLOURS.length);
  expect(rules[0]).toMatchObject({ query: `type:${COLOURS.length - 1}`, on: true });
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
});

test('moving keeps every rule, and stops at both ends', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat()),
      fc.nat(20),
      fc.integer({ min: -30, max: 30 }),
      (all, at, by) => {
        const items = all.map((value, index) => ({ value, index }));
        const next = moved(items, at, by);
        expect([...next].sort((a, b) => a.index - b.index)).toEqual(items);
        const item = items[at];
        if (item === undefined) return;
        const target = Math.min(Math.max(0, at + by), items.length - 1);
        expect(next[target]).toBe(item);
      },
    ),
  );
});

test('a deleted rule is put back where it was, with an id of its own', () => {
  const rules = withRule(withRule(withRule([], 'a'), 'b'), 'c');
  for (const [index, rule] of rules.entries()) {
    expect(putBack(rules.toSpliced(index, 1), rule, index)).toEqual(rules);
  }
  const [newest] = rules;
  const others = withRule(rules.slice(1), 'd');
  const back = putBack(others, newest as ColourRule, 0);
  expect(back.map(({ query }) => query)).toEqual(['c', 'd', 'b', 'a']);
  expect(new Set(back.map(({ id }) => id)).size).toBe(4);
});

test('connections that follow each other differ in colour', () => {
  for (let n = 0; n < 50; n += 1) expect(connectionColour(n)).not.toBe(connectionColour(n + 1));
});

test('changes are kept and told', () => {
  const shelf = new Map<string, string>();
  const told: Colouring[] = [];
  const platform = {
    load: (key: string) => shelf.get(key) ?? null,
    save: (key: string, value: string) => void shelf.set(key, value),
  };
  const colours = createColours(platform, (colouring) => told.push(colouring));
  colours.add('type:a');
  colours.add('type:b');
  colours.change(1, { name: 'first made', colour: 'teal' });
  colours.move(1, -1);
  colours.byConnection(true);
  const expected = {
    byConnection: true,
    rules: [
      { id: 1, name: 'first made', query: 'type:a', colour: 'teal', on: true },
      { id: 2, name: '', query: 'type:b', colour: 'orange', on: true },
    ],
  };
  expect(told.at(-1)).toEqual(expected);
  expect(createColours(platform, () => undefined).colouring.value).toEqual(expected);
  colours.setRules(colours.colouring.value.rules.filter(({ id }) => id !== 1));
  expect(told.at(-1)?.rules.map(({ query }) => query)).toEqual(['type:b']);
});

describe('contrast', () => {
  const styles = (name: string) =>
    readFileSync(new URL(`../../../devtools/styles/${name}.css`, import.meta.url), 'utf8');
  const [light = '', dark = ''] = styles('tokens').split('.theme-dark');
  const token = (theme: string, name: string): string =>
    new RegExp(`--${name}: (#[0-9a-f]+);`).exec(theme)?.[1] ?? `no --${name}`;
  const palette = styles('colours');
  const pairOf = (within: string, pattern: RegExp): [string, string] => {
    const found = pattern.exec(within);
    return [found?.[1] ?? '', found?.[2] ?? ''];
  };
  const pair = (within: string, name: string): [string, string] =>
    pairOf(within, new RegExp(`--${name}: light-dark\\((#\\w+), (#\\w+)\\)`));

  test.each(COLOURS)('every text of a row can be read on %s, in both themes', (colour) => {
    const block =
      new RegExp(`\\[data-colour='${colour}'\\] \\{([^}]*)\\}`).exec(palette)?.[1] ?? '';
    const quiet = pair(palette, 'text-quiet');
    const named = pairOf(palette, / color: light-dark\((#\w+), (#\w+)\)/);
    [light, dark].forEach((theme, index) => {
      const tint = pair(block, 'tint')[index] ?? '';
      const texts = ['text', 'text-strong', 'red', 'green', 'amber', 'out', 'in', 'special'];
      const low = [...texts.map((name) => token(theme, name)), quiet[index] ?? '']
        .map((text) => `${text} on ${tint}: ${contrast(text, tint).toFixed(2)}`)
        .filter((line) => Number(line.split(': ')[1]) < 4.5);
      expect(low).toEqual([]);
      const mark = pair(block, 'mark')[index] ?? '';
      // The mark is no text.
      expect(contrast(mark, tint)).toBeGreaterThan(3);
      // The name of a rule on it is.
      expect(contrast(named[index] ?? '', mark)).toBeGreaterThanOrEqual(4.5);
    });
  });
});

/** WCAG 2's contrast ratio of two colours, `#rgb` or `#rrggbb`. */
function contrast(a: string, b: string): number {
  const [high = 0, low = 0] = [luminance(a), luminance(b)].sort((one, other) => other - one);
  return (high + 0.05) / (low + 0.05);
}

function luminance(colour: string): number {
  const digits = colour.slice(1).replace(/^(.)(.)(.)$/, '$1$1$2$2$3$3');
  const [red = NaN, green = NaN, blue = NaN] = [0, 2, 4].map((at) => {
    const value = Number.parseInt(digits.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
