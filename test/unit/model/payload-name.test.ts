/** What tells whether two texts say the same payload. */

import { stringify } from 'devalue';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { payloadName } from '../../../src/model/payload-name.js';

const json = (value: unknown) => payloadName('json', JSON.stringify(value));
const rich = (value: unknown) => payloadName('rich', stringify(value));

/** Without minus zero, which JSON does not say, and without `__proto__`, which devalue refuses to say. */
const values = fc
  .jsonValue()
  .map((value) => JSON.parse(JSON.stringify(value).replaceAll('__proto__', 'proto')) as unknown);

it('is the same for a value whichever way it is said, and only for that value', () => {
  fc.assert(
    fc.property(values, values, (a, b) => {
      expect(rich(a)).toBe(json(a));
      if (JSON.stringify(a) !== JSON.stringify(b)) expect(json(a)).not.toBe(json(b));
    }),
  );
});

it('keeps apart what JSON cannot say from what it would make of it', () => {
  for (const [value, mistaken] of [
    [new Map([[1, 2]]), {}],
    [undefined, null],
    [NaN, null],
    [{ a: undefined }, {}],
    [new Date(0), new Date(0).toJSON()],
    [[undefined], [null]],
    [1n, 1],
  ]) {
    expect(rich(value)).not.toBe(json(mistaken));
    expect(rich(value)).toBe(rich(value));
  }
});

it('says a shared part as often as JSON does, and a cycle not at all', () => {
  const part = { n: 1 };
  expect(rich([part, part])).toBe(json([{ n: 1 }, { n: 1 }]));
  const cycle: { self?: unknown } = {};
  cycle.self = cycle;
  expect(rich(cycle)).toMatch(/^rich /);
});

it('stays short for a long text, and tells long texts apart', () => {
  const long = 'x'.repeat(100_000);
  expect(json(long).length).toBeLessThan(40);
  expect(json(long)).not.toBe(json(`${long.slice(1)}y`));
  expect(payloadName('json-preview', '{"a')).toBe(payloadName('rich-preview', '[{'));
});
