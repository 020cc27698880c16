import { compileFunction } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { callOf, fixtureOf } from '../../../devtools/arithmetic/copy-forms.js';
import { javaScriptOf } from '../../../devtools/arithmetic/javascript.js';
import { above, expressionAt, openBelow } from '../../../devtools/arithmetic/payload-paths.js';
import {
  findBytes,
  marksIn,
  MOST_HITS,
  searchPayload,
} from '../../../devtools/arithmetic/payload-search.js';
import { flatten } from '../../../devtools/arithmetic/payload-tree.js';
import {
  findBytesIn,
  findLines,
  hexLine,
  linesOf,
} from '../../../devtools/arithmetic/text-lines.js';
import type { Detail } from '../../../devtools/worker-protocol.js';

/** Runs a program's text, as somebody does who pastes it. */
function run(expression: string, message?: unknown): unknown {
  return (compileFunction(`return (${expression});`, ['message']) as (given: unknown) => unknown)(
    message,
  );
}

function search(root: unknown, text: string): string[] {
  const work = searchPayload(root, text);
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}

/** What structured clone carries, without what JavaScript text cannot give back (identity, NaN's bits). */
const anything = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(undefined, null, true, -0, Number.NaN, Infinity, '__proto__', 'a\u2028"b'),
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.bigInt(),
    fc.date(),
    fc.uint8Array({ maxLength: 20 }),
    fc.float64Array({ maxLength: 5 }),
    fc.bigInt64Array({ maxLength: 5 }),
    fc.array(tie('node'), { maxLength: 6 }),
    fc.array(fc.tuple(tie('node'), tie('node')), { maxLength: 5 }).map((pairs) => new Map(pairs)),
    fc.array(tie('node'), { maxLength: 5 }).map((items) => new Set(items)),
    fc.dictionary(
      fc.string().filter((key) => key !== '__proto__'),
      tie('node'),
      { maxKeys: 6, noNullPrototype: true },
    ),
  ),
})).node;

describe('a payload as JavaScript', () => {
  test('gives the same value when it is run', () => {
    fc.assert(
      fc.property(anything, (value) => {
        expect(run(javaScriptOf(value))).toEqual(value);
      }),
      { numRuns: 300 },
    );
  });

  test('keeps what is in two places one, cycles, and holes', () => {
    const shared = { x: 1 };
    const cycle: Record<string, unknown> = { shared, again: shared, map: new Map([[shared, 1n]]) };
    cycle['self'] = cycle;
    const back = run(javaScriptOf(cycle)) as typeof cycle;
    expect(back['self']).toBe(back);
    expect(back['again']).toBe(back['shared']);
    const holey: number[] = [1];
    holey[2] = 3;
    expect(1 in (run(javaScriptOf(holey)) as number[])).toBe(false);
    const named = run(javaScriptOf(JSON.parse('{"__proto__": 5}'))) as object;
    expect(Object.keys(named)).toEqual(['__proto__']);
    const view = new DataView(Uint8Array.of(1, 2, 3, 4).buffer, 1, 2);
    expect((run(javaScriptOf(view)) as DataView).getUint16(0)).toBe(0x0203);
  });

  test('is laid out: short things on a line, long ones one entry a line', () => {
    expect(javaScriptOf({ a: [1, 2], 'b c': new Map([['k', 1n]]) })).toBe(
      '{ a: [1, 2], "b c": new Map([["k", 1n]]) }',
    );
    const text = javaScriptOf({ long: 'x'.repeat(80), short: { y: 1 } });
    expect(text.split('\n').map((line) => line.slice(0, 12))).toEqual([
      '{',
      '  long: "xxx',
      '  short: { y',
      '}',
    ]);
  });
});

describe('the path of a value', () => {
  test('is an expression that gives that value', () => {
    fc.assert(
      fc.property(anything, (root) => {
        const { opened } = openBelow(root, '$', 300);
        for (const { path, tone, value } of flatten(root, opened)) {
          // A Map's entry is its value; pieces of texts have no place of their own.
          const inMap = typeof value === 'object' && value?.constructor.name === 'Pair';
          if (tone === 'group' || tone === 'text' || inMap) continue;
          expect(run(expressionAt(root, path, 'message'), root)).toEqual(value);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('reads as one would write it', () => {
    const root = { items: [{ 'first name': 'A' }], tags: new Set(['x']), by: new Map([['k', 1]]) };
    const at = (path: string) => expressionAt(root, path, 'message');
    expect(at('$')).toBe('message');
    expect(at('$/0/0/0')).toBe('message.items[0]["first name"]');
    expect(at('$/1/0')).toBe('[...message.tags][0]');
    expect(at('$/2/0')).toBe('message.by.get("k")');
    expect(at('$/2/0/1')).toBe('message.by.get("k")');
    const long = Array.from({ length: 20_000 }, (_, index) => index);
    expect(expressionAt(long, '$/10000-19999/12300-12399/12345', 'm')).toBe('m[12345]');
  });
});

describe('search in a payload', () => {
  const root = {
    user: { name: 'Ada', id: 7 },
    list: Array.from({ length: 5000 }, (_, index) => ({ index })),
    text: `${'x'.repeat(150)}needle${'y'.repeat(50)}`,
    when: new Date(0),
  };

  test('finds keys, texts and numbers, and each hit’s line appears once what is above it is open', () => {
    for (const [text, count] of [
      ['ada', 1],
      ['NAME', 1],
      ['4999', 2],
      ['needle', 1],
      ['1970-01', 1],
      ['index', 5000],
      ['not there', 0],
    ] as const) {
      const hits = search(root, text);
      expect(hits, text).toHaveLength(count);
      const last = hits.at(-1);
      if (last === undefined) continue;
      const line = flatten(root, new Set(above(last))).find(({ path }) => path === last);
      expect(`${line?.label ?? ''} ${line?.text ?? ''}`.toLowerCase()).toContain(
        text.toLowerCase(),
      );
    }
  });

  test('finds every line that says it, whatever the payload, and none else', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 4 }),
        fc.constantFrom('a', '1', 'tr', '"'),
        (value, text) => {
          const { opened } = openBelow(value, '$');
          const said = flatten(value, opened)
            .filter(({ label, text: own, expandable }) =>
              [label ?? '', expandable ? '' : own].some((part) => part.includes(text)),
            )
            .map(({ path }) => path);
          const found = new Set(search(value, text));
          // Texts are searched without their quotes, and whatever their capitals.
          if (text !== '"') for (const path of said) expect(found).toContain(path);
        },
      ),
    );
  });

  test('ends where an object holds itself, and after enough hits', () => {
    const cycle: Record<string, unknown> = { name: 'x' };
    cycle['up'] = cycle;
    expect(search(cycle, 'x')).toEqual(['$/0']);
    expect(
      search(
        Array.from({ length: 2 * MOST_HITS }, () => 'a'),
        'a',
      ),
    ).toHaveLength(MOST_HITS);
  });

  test('finds what stands across two pieces of a long text, at the text itself', () => {
    expect(search({ t: `${'x'.repeat(118)}needle${'y'.repeat(100)}` }, 'needle')).toEqual(['$/0']);
  });

  test('marks what was found', () => {
    expect(marksIn('Banana', 'an')).toEqual([
      [1, 3],
      [3, 5],
    ]);
    expect(marksIn('İx', 'x')).toEqual([]);
  });
});

describe('expanding all', () => {
  test('opens everything where it is little, and says so where it is not', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const { opened, all } = openBelow(value, '$');
        expect(all).toBe(true);
        expect(
          flatten(value, opened).filter(({ expandable, expanded }) => expandable && !expanded),
        ).toEqual([]);
      }),
    );
    const much = Array.from({ length: 3000 }, () => ({ a: [1, 2, 3] }));
    const { opened, all } = openBelow(much, '$', 1000);
    expect(all).toBe(false);
    expect(flatten(much, opened).length).toBeLessThanOrEqual(1000);
    expect(flatten(much, opened).length).toBeGreaterThan(900);
  });

  test('ends in a cycle and in what is nested thousands deep', () => {
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    expect(openBelow(cycle, '$').all).toBe(true);
    const deep = JSON.parse(`${'['.repeat(3000)}${']'.repeat(3000)}`) as unknown;
    expect(flatten(deep, openBelow(deep, '$').opened).length).toBe(3000);
  });

  test('can begin at a line', () => {
    const { opened } = openBelow({ a: [[1]], b: [[2]] }, '$/0');
    expect([...opened]).toEqual(['$/0', '$/0/0']);
  });
});

describe('text and bytes as lines', () => {
  test('lines hold the whole text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 900 }), (text) => {
        const lines = linesOf(text);
        expect(lines.join('')).toBe(text.replaceAll('\n', ''));
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(200);
      }),
    );
    expect(findLines(['a', 'Bab', 'c'], 'B', 10)).toEqual([1]);
  });

  test('a hex line says offset, bytes, and what is ASCII', () => {
    const bytes = new TextEncoder().encode('Porthole\0ü and more');
    expect(hexLine(bytes, 0, 8)).toEqual({
      offset: '00000000',
      digits: '50 6f 72 74  68 6f 6c 65',
      text: 'Porthole',
    });
    expect(hexLine(bytes, 1, 8)).toMatchObject({ offset: '00000008', text: '... and ' });
    expect(hexLine(bytes, 2, 8).digits).toBe('6d 6f 72 65  '.padEnd(24));
  });

  test('bytes are found as text and as hex', () => {
    const bytes = new TextEncoder().encode('abcabc');
    expect(findBytesIn(bytes, 'bc', 10)).toEqual([1, 4]);
    expect(findBytesIn(bytes, '0x62 63', 1)).toEqual([1]);
    expect(findBytesIn(bytes, 'bcd', 10)).toEqual([]);
    expect(findBytesIn(bytes, '', 10)).toEqual([]);
  });

  test('every buffer and view in a payload is offered', () => {
    const view = new DataView(Uint8Array.of(9, 8, 7).buffer, 1);
    const found = findBytes({
      a: Uint8Array.of(1),
      b: [new ArrayBuffer(2)],
      c: new Map([[1, view]]),
    });
    expect(found.map(({ path, bytes }) => [path, [...bytes]])).toEqual([
      ['$/0', [1]],
      ['$/1/0', [0, 0]],
      ['$/2/0/1', [8, 7]],
    ]);
  });
});

describe('a message as code', () => {
  const row = {
    key: 'message a',
    at: 5000,
    since: 1000,
    connection: 'port-1',
    port: 'port-1',
    messageType: 'hello',
    direction: 'out',
  };
  const message = {
    row,
    request: null,
    deliveries: [{ at: 5002.25 }, { at: null }],
  } as unknown as Detail;

  test('posts the same again', () => {
    expect(callOf({ a: 1n }, message, 'payload')).toBe('port.postMessage({ a: 1n });');
  });

  test('is a fixture with name, direction, payload and times', () => {
    expect(run(fixtureOf({ type: 'hello' }, message))).toEqual({
      name: 'port-1',
      type: 'hello',
      direction: 'from opener',
      payload: { type: 'hello' },
      postedAt: 1000,
      deliveredAt: [1002.25],
    });
  });

  test('of a port without a name, its name is empty in the fixture', () => {
    const nameless = { ...message, row: { ...row, connection: '(no name)', port: '' } };
    expect(run(fixtureOf({}, nameless as unknown as Detail))).toMatchObject({ name: '' });
  });

  test('a request is sent to whom it was sent', () => {
    const to = (target: object | null) =>
      callOf('x', { ...message, request: { target } } as unknown as Detail, 'payload');
    expect(to(null)).toBe('await browser.runtime.sendMessage("x");');
    expect(to({ tabId: 3, frameId: 0 })).toBe(
      'await browser.tabs.sendMessage(3, "x", { frameId: 0 });',
    );
    expect(to({ extensionId: 'a@b' })).toBe('await browser.runtime.sendMessage("a@b", "x");');
    expect(to({ application: 'app' })).toBe('await browser.runtime.sendNativeMessage("app", "x");');
    const request = { target: null } as Detail['request'];
    expect(callOf([1], { ...message, request }, 'reply')).toBe('sendResponse([1]);');
  });
});
