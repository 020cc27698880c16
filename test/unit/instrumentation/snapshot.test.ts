/** A snapshot says what a structured clone of the payload would carry, and taking it leaves no trace. */

import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import {
  snapshotDelivered,
  snapshotPosted,
  withoutClone,
  type Snapshot,
} from '../../../src/instrumentation/snapshot.js';

/** @returns what the snapshot says */
function read({ form, text, clone }: Snapshot): unknown {
  if (form === 'json') return JSON.parse(text);
  if (form === 'rich') return clone;
  throw new Error(`not readable: ${form}: ${text}`);
}

function posted(value: unknown): unknown {
  return read(snapshotPosted(value).snapshot);
}

const rich: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  leaf: fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('\ud800', '\udc00', 'a', '"', '\u2028', '<', '\0', '😀') }),
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.bigInt(),
    fc.constantFrom(null, undefined, NaN, -0, Infinity, -Infinity, ''),
    fc.date({ noInvalidDate: false }),
    fc.uint8Array(),
    fc.float64Array(),
    fc.uint8Array().map((bytes) => bytes.buffer),
    fc.constantFrom(/a+/giu, /"\//, Object(1), Object('s'), Object(false)),
  ),
  value: fc.oneof(
    { maxDepth: 5, withCrossShrink: true },
    tie('leaf'),
    fc.array(tie('value'), { maxLength: 5 }),
    fc.sparseArray(tie('value'), { maxNumElements: 3, maxLength: 9 }),
    fc.dictionary(fc.string({ unit: 'binary' }), tie('value'), { maxKeys: 5 }),
    fc.array(tie('value'), { maxLength: 4 }).map((values) => new Set(values)),
    fc
      .array(fc.tuple(tie('value'), tie('value')), { maxLength: 4 })
      .map((entries) => new Map(entries)),
  ),
})).value;

describe('snapshots', () => {
  it('say JSON exactly, in JSON', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false } as object), (value) => {
        const { snapshot, value: toPost } = snapshotPosted(value);
        if (JSON.stringify(value)?.includes('-0') || hasNegativeZero(value)) return;
        expect(snapshot.form).toBe('json');
        expect(toPost).toBe(value);
        expect(read(snapshot)).toStrictEqual(structuredClone(value));
      }),
    );
  });

  it('say whatever structured clone carries, on posting and on delivery', () => {
    fc.assert(
      fc.property(rich, (value) => {
        const { snapshot, value: toPost } = snapshotPosted(value);
        const clone = structuredClone(value);
        expect(read(snapshot)).toStrictEqual(clone);
        expect(structuredClone(toPost)).toStrictEqual(clone);
        const delivered = snapshotDelivered(clone);
        expect(read(delivered)).toStrictEqual(clone);
        if (delivered.form === 'rich' && typeof clone === 'object') {
          expect(delivered.clone).not.toBe(clone);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('run each getter once, wherever it stands', () => {
    fc.assert(
      fc.property(rich, rich, fc.nat(3), (before, after, depth) => {
        let runs = 0;
        let value: unknown = {
          before,
          get here() {
            runs += 1;
            return runs;
          },
          after,
        };
        for (let i = 0; i < depth; i += 1)
          value = i % 2 === 0 ? [before, value] : { before, value };
        const { snapshot, value: toPost } = snapshotPosted(value);
        const sent = structuredClone(toPost);
        expect(runs).toBe(1);
        expect(read(snapshot)).toStrictEqual(sent);
      }),
      { numRuns: 300 },
    );
  });

  it('run each getter once when the payload cannot be cloned, and fail for the same reason', () => {
    const thrown = new RangeError('of the host');
    for (const last of [() => 1, Object.defineProperty({}, 'bad', { get: () => thrown })]) {
      let runs = 0;
      const value = {
        map: new Map([
          [
            'key',
            {
              get counted() {
                runs += 1;
                return runs;
              },
            },
          ],
        ]),
        get bad() {
          if (typeof last === 'function') return last;
          throw thrown;
        },
      };
      const { snapshot, value: toPost } = snapshotPosted(value);
      expect(snapshot.form).toBe('unreadable');
      expect(() => structuredClone(toPost)).toThrow(
        typeof last === 'function' ? /could not be cloned/ : thrown,
      );
      expect(runs).toBe(1);
    }
  });

  it('leave a payload without getters to the browser, whose clone of a page’s objects says more', () => {
    const shared = { a: undefined };
    for (const value of [
      new Map([[shared, new Set([shared])]]),
      [1, , new Date(0), 12n],
      new (class extends Map<number, number> {})([[1, 2]]),
      { bytes: new Uint8Array(300_000) },
      { f: () => 1 },
      Symbol('s'),
    ]) {
      expect(snapshotPosted(value).value).toBe(value);
    }
    const hidden = new Set([
      {
        get a() {
          return 1;
        },
      },
    ]);
    expect(snapshotPosted(hidden).value).toEqual(new Set([{ a: 1 }]));
    expect(snapshotPosted(hidden).value).not.toBe(hidden);
  });

  it.each<[string, unknown]>([
    ['undefined', undefined],
    ['NaN', NaN],
    ['-0', -0],
    ['a bigint', 12n],
    ['nested -0', { a: [-0] }],
    ['a hole', [1, , 3]],
    ['a very sparse array', Object.assign([], { length: 1_000_000 })],
    ['a typed array on a part of its buffer', new Uint8Array(new ArrayBuffer(9), 2, 3)],
    ['an invalid date', new Date(NaN)],
    ['a key named like a method', { toString: 1, hasOwnProperty: 2, then: 3, toJSON: 4 }],
    ['empty things', { a: {}, b: [], c: '', d: new Map(), e: new Set() }],
    ['a __proto__ key', JSON.parse('{"__proto__": {"a": 1}}')],
    [
      'a __proto__ key beside what JSON cannot say',
      JSON.parse('{"__proto__":1,"b":[2]}', (key, value) => (key === 'b' ? 1n : value)),
    ],
    ['an array with names', Object.assign([1, 2], { index: 0, groups: undefined })],
    ['a match', 'abc'.match(/b(?<rest>.)/)],
  ])('say %s', (_, value) => {
    expect(posted(value)).toStrictEqual(structuredClone(value));
    expect(read(snapshotDelivered(structuredClone(value)))).toStrictEqual(structuredClone(value));
  });

  it('say a hole that a name makes up for', () => {
    const value = Object.assign([], { length: 1, name: 'x' });
    expect(value).toHaveLength(Object.keys(value).length);
    const said = posted(value) as unknown[];
    expect(0 in said).toBe(false);
    expect(said).toStrictEqual(structuredClone(value));
  });

  it('say cycles and what is shared', () => {
    const cycle: { self?: unknown; list: unknown[] } = { list: [] };
    cycle.self = cycle;
    cycle.list.push(cycle.list);
    const said = posted(cycle) as typeof cycle;
    expect(said.self).toBe(said);
    expect(said.list[0]).toBe(said.list);
  });

  it('take instances for what their clone is', () => {
    class Point {
      x = 1;
      get length(): number {
        throw new Error('not own');
      }
    }
    expect(posted(new Point())).toStrictEqual({ x: 1 });
    expect(posted(Object.assign(Object.create(null) as object, { x: 1 }))).toStrictEqual({ x: 1 });
    expect(posted({ deep: [new Point()] })).toStrictEqual({ deep: [{ x: 1 }] });
  });

  it('do not hand on a clone that the browser refused to carry', () => {
    const rich = snapshotPosted(new Map()).snapshot;
    expect(withoutClone(rich, 'no')).toEqual({ form: 'unreadable', bytes: 0, text: 'no' });
    const json = snapshotPosted({ a: 1 }).snapshot;
    expect(withoutClone(json, 'no')).toBe(json);
  });

  it('tell why there is none', () => {
    for (const value of [() => 1, { a: () => 1 }, Symbol('s'), new Proxy({}, {})]) {
      const { snapshot, value: toPost } = snapshotPosted(value);
      if (snapshot.form === 'json') continue;
      expect(snapshot.form).toBe('unreadable');
      expect(snapshot.text).toMatch(/could not be cloned/);
      expect(toPost).toBe(value);
    }
  });

  it('survive hostile payloads', () => {
    const trap = (): never => {
      throw { toString: trap };
    };
    const hostile = [
      new Proxy({}, { ownKeys: trap }),
      new Proxy([], { getPrototypeOf: trap }),
      { nested: new Proxy({ a: 1 }, { getOwnPropertyDescriptor: trap }) },
      {
        get a() {
          return trap();
        },
      },
      Proxy.revocable({}, {}),
    ];
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    for (const value of [...hostile, proxy]) {
      expect(() => snapshotPosted(value)).not.toThrow();
    }
  });

  it('preview what is too long, with its true size', () => {
    const value = { text: 'é'.repeat(25_000_000) };
    const { snapshot, value: toPost } = snapshotPosted(value);
    expect(toPost).toBe(value);
    expect(snapshot.form).toBe('json-preview');
    expect(snapshot.bytes).toBe(50_000_000 + '{"text":""}'.length);
    expect(snapshot.text).toHaveLength(64_000);
    expect(snapshot.text.startsWith('{"text":"éé')).toBe(true);
  });

  it.each<[string, unknown, number]>([
    ['a typed array', new Uint8Array(5_000_000), 5_000_000],
    ['a view', new DataView(new ArrayBuffer(3_000)), 3_000],
    ['a buffer', new ArrayBuffer(2_000), 2_000],
    ['the texts of a Map', new Map([['k'.repeat(500), { v: 'x'.repeat(1_500) }]]), 2_000],
    ['the texts of a Set', new Set(['x'.repeat(2_000)]), 2_000],
    ['texts', ['x'.repeat(2_000), undefined], 2_000],
    ['keys', { ['k'.repeat(2_000)]: undefined }, 2_000],
  ])('weigh %s', (_, value, least) => {
    const { form, bytes } = snapshotPosted(value).snapshot;
    expect(form).toBe('rich');
    expect(bytes).toBeGreaterThanOrEqual(least);
    expect(bytes).toBeLessThan(least + 100);
  });

  it('are taken in bounded time and memory of what is shared many times', () => {
    let shared: unknown = 'x'.repeat(1_000);
    for (let i = 0; i < 40; i += 1) shared = [shared, shared];
    expect(snapshotPosted(shared).snapshot.form).toBe('rich');
    const text = 'y'.repeat(10_000);
    const many = Array.from({ length: 12_000 }, () => text);
    expect(snapshotDelivered(many).form).toBe('rich');
  });

  it('are taken of deep payloads, or tell that they cannot', () => {
    let deep: unknown = 1;
    for (let i = 0; i < 1_000; i += 1) deep = { deep };
    expect(snapshotPosted(deep).snapshot.form).toBe('rich');
    for (let i = 0; i < 100_000; i += 1) deep = [deep];
    expect(['unreadable', 'rich']).toContain(snapshotDelivered(deep).form);
  });

  it('do not call toJSON of a prototype, nor run getters twice because of it', async () => {
    vi.resetModules();
    const fresh = await import('../../../src/instrumentation/snapshot.js');
    const called: unknown[] = [];
    Object.defineProperty(Array.prototype, 'toJSON', {
      configurable: true,
      value(this: unknown) {
        called.push(this);
        return 'broken';
      },
    });
    try {
      let runs = 0;
      const { snapshot, value } = fresh.snapshotPosted({
        list: [1],
        get a() {
          return (runs += 1);
        },
      });
      structuredClone(value);
      expect(runs).toBe(1);
      expect(snapshot.form).toBe('rich');
      expect(snapshot.clone).toEqual({ list: [1], a: 1 });
      expect(called).toEqual([]);
    } finally {
      delete (Array.prototype as { toJSON?: unknown }).toJSON;
    }
  });
});

function hasNegativeZero(value: unknown): boolean {
  if (typeof value === 'object' && value !== null)
    return Object.values(value).some(hasNegativeZero);
  return Object.is(value, -0);
}
