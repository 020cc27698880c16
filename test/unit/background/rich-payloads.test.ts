/** Values become text that says them; what cannot be said is marked, and the other payloads stay. */

import { parse } from 'devalue';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { payloadWithValues } from '../../../src/background/rich-payloads.js';
import {
  RICH_REVIVERS,
  RichError,
  RichPlatformObject,
  type Batch,
  type PortholeEvent,
} from '../../../src/protocol/index.js';

interface Said {
  readonly form: unknown;
  readonly bytes: unknown;
  readonly text: string;
}

/** @returns how the collector says each of the values, sent in one batch */
function say(values: readonly unknown[], payload = ''): Said[] {
  const events = values.map((_, index): PortholeEvent => [
    'posted',
    1,
    0,
    index + 1,
    0,
    'rich',
    8,
    index,
    0,
  ]);
  const batch: Batch = { type: 'batch', batch: 1, start: 0, events: '', payload, values };
  const texts = payloadWithValues(batch, events);
  expect(texts.startsWith(payload)).toBe(true);
  return events.map((event) => {
    const [form, bytes, offset, length] = event.slice(-4) as [string, number, number, number];
    return { form, bytes, text: texts.slice(offset, offset + length) };
  });
}

function read({ form, text }: Said): unknown {
  expect(form).toBe('rich');
  return parse(text, RICH_REVIVERS);
}

const value = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.double(),
      fc.bigInt(),
      fc.boolean(),
      fc.constantFrom(null, undefined, NaN, -0, Infinity),
      fc.date({ noInvalidDate: false }),
      fc.uint8Array(),
    ),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.sparseArray(tie('value'), { maxNumElements: 3, maxLength: 9 }),
    fc.dictionary(fc.string({ unit: 'binary' }), tie('value'), { maxKeys: 5 }),
    fc.array(tie('value'), { maxLength: 4 }).map((values) => new Set(values)),
    fc.array(fc.tuple(tie('value'), tie('value')), { maxLength: 4 }).map((list) => new Map(list)),
  ),
})).value;

describe('values', () => {
  it('are said in text, each in its place', () => {
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 4 }), (values) => {
        const clones = structuredClone(values);
        say(clones, '{"a":1}').forEach((said, index) => {
          expect(read(said)).toStrictEqual(clones[index]);
          expect(said.bytes).toBe(new TextEncoder().encode(said.text).length);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('leave events with a text of their own alone', () => {
    const events: PortholeEvent[] = [
      ['posted', 1, 0, 1, 0, 'json', 7, 0, 7],
      ['delivered', 1, 0, 1, 1, 'rich', 8, 0, 0],
      ['posted', 1, 0, 2, 0, 'rich', 7, 0, 7],
      ['lifecycle', 0, 'frozen'],
    ];
    const batch = {
      type: 'batch',
      batch: 1,
      events: '',
      payload: '{"a":1}',
      values: [1n],
    } as const;
    expect(payloadWithValues(batch, events)).toBe('{"a":1}[["BigInt","1"]]');
    expect(events[0]).toEqual(['posted', 1, 0, 1, 0, 'json', 7, 0, 7]);
    expect(events[1]).toEqual(['delivered', 1, 0, 1, 1, 'rich', 16, 7, 16]);
    expect(events[2]).toEqual(['posted', 1, 0, 2, 0, 'rich', 7, 0, 7]);
  });

  it('keep what can be kept of errors and platform objects', () => {
    const error = new TypeError('no');
    const blob = new Blob(['abc'], { type: 'text/plain' });
    const failure = new DOMException('gone', 'AbortError');
    const [first, second, third] = say([{ error }, blob, failure]).map(read);
    expect(first).toStrictEqual({ error: new RichError('TypeError', 'no', error.stack ?? '') });
    expect(second).toStrictEqual(new RichPlatformObject('Blob', { type: 'text/plain', size: 3 }));
    expect(third).toMatchObject({ facts: { name: 'AbortError', message: 'gone' } });
  });

  it('are previewed when too long, with their true size', () => {
    const [said] = say([new Uint8Array(5_000_000)]) as [Said];
    expect(said.form).toBe('rich-preview');
    expect(said.bytes).toBeGreaterThan(6_600_000);
    expect(said.text).toHaveLength(64_000);
  });

  it('are said in bounded time and memory of what is shared many times', () => {
    let shared: unknown = 'x'.repeat(1_000);
    for (let i = 0; i < 40; i += 1) shared = [shared, shared];
    const [said] = say([shared]) as [Said];
    expect(said.form).toBe('rich');
    expect(said.text.length).toBeLessThan(10_000);
  });

  it('too deep to be said are marked', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 100_000; i += 1) deep = [deep];
    const [first, second] = say([deep, 1n]) as [Said, Said];
    expect(first).toMatchObject({
      form: 'unreadable',
      text: expect.stringMatching(/call stack|recursion/),
    });
    expect(read(second)).toBe(1n);
  });

  it('too many for one batch are left out by name, the others kept', () => {
    const text = 'x'.repeat(900_000);
    const said = say(Array.from({ length: 30 }, (_, index) => [undefined, text, index]));
    expect(said.filter(({ form }) => form === 'rich').length).toBeGreaterThan(15);
    const last = said.at(-1);
    expect(last?.form).toBe('unreadable');
    expect(last?.text).toContain('16,000,000 characters');
  });
});
