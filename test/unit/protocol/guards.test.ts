import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  GuardError,
  readBatch,
  readEvents,
  readFromPanel,
  readHello,
  readRelayHeader,
  senderFacts,
} from '../../../src/protocol/guards.js';
import { PROTOCOL_VERSION, type Batch, type PortholeEvent } from '../../../src/protocol/index.js';

const hello = {
  type: 'hello',
  protocol: PROTOCOL_VERSION,
  uid: 'abcdefgh1234',
  kind: 'content-script',
  url: 'https://example.test/',
  startedAt: 1.5,
};

function batch(events: unknown, payload = '', number = 1): Batch {
  return { type: 'batch', batch: number, events: JSON.stringify(events), payload };
}

/** The message of the guard's error; fails when there is none or it is another kind of error. */
function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    expect(error).toBeInstanceOf(GuardError);
    return (error as Error).message;
  }
  throw new Error('was accepted');
}

const finite = fc.double({ min: 0, max: 8.64e15, noNaN: true });
const count = fc.nat();
const ordinal = fc.integer({ min: 1 });
const form = fc.constantFrom('json', 'json-preview', 'rich-preview', 'unreadable');
const PAYLOAD = 100;
const place = fc
  .tuple(fc.nat(PAYLOAD), fc.nat(PAYLOAD))
  .map(([a, b]) => [Math.min(a, b), Math.abs(a - b)] as const);
const some = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const sender = fc.record({
  id: some(fc.string()),
  url: some(fc.string()),
  tabId: some(fc.integer()),
  frameId: some(fc.integer()),
  documentId: some(fc.string()),
  contextId: some(fc.integer()),
  envType: some(fc.string()),
  userScriptWorldId: some(fc.string()),
});
const event: fc.Arbitrary<unknown[]> = fc.oneof(
  fc.tuple(
    fc.constant('opened'),
    ordinal,
    finite,
    fc.constantFrom('runtime.connect', 'tabs.connect'),
    fc.string(),
    fc.record({ extensionId: some(fc.string()), tabId: some(fc.integer()) }),
    count,
    count,
    count,
  ),
  fc.tuple(
    fc.constant('accepted'),
    ordinal,
    finite,
    fc.constantFrom('runtime.onConnect', 'runtime.onConnectExternal'),
    fc.string(),
    sender,
    count,
    count,
  ),
  fc
    .tuple(
      fc.constantFrom('posted', 'delivered'),
      ordinal,
      finite,
      ordinal,
      count,
      form,
      count,
      place,
    )
    .map(([...all]) => [...all.slice(0, 7), ...(all[7] as readonly number[])]),
  fc
    .tuple(fc.constant('refused'), ordinal, finite, fc.string(), count, form, count, place)
    .map(([...all]) => [...all.slice(0, 7), ...(all[7] as readonly number[])]),
  fc.tuple(
    fc.constant('disconnected'),
    ordinal,
    finite,
    fc.constantFrom('self', 'other'),
    fc.option(fc.string()),
    count,
    count,
    count,
  ),
  fc.tuple(fc.constant('site'), ordinal, fc.string()),
  fc.tuple(fc.constant('lifecycle'), finite, fc.constantFrom('frozen', 'thawed', 'unloaded')),
  fc.tuple(fc.constant('gap'), finite, count, fc.constantFrom('buffer-full', 'porthole-absent')),
);

describe('hello', () => {
  test('a valid one passes; fields nobody asked for are dropped', () => {
    expect(readHello({ ...hello, extensionName: 'Demo', more: 1 })).toEqual({
      ...hello,
      extensionName: 'Demo',
    });
    expect(Object.keys(readHello({ ...hello, extensionName: undefined }))).not.toContain(
      'extensionName',
    );
  });

  test.each([
    [{ ...hello, uid: 5 }, 'hello, uid: expected string, got 5'],
    [
      { ...hello, uid: 'abcdefgh\nijkl' },
      'hello, uid: expected /^[\\w-]*$/, got "abcdefgh\\nijkl"',
    ],
    [
      { ...hello, startedAt: 8.65e15 },
      'hello, startedAt: expected <=8640000000000000, got 8650000000000000',
    ],
    [{ ...hello, uid: 'short' }, 'hello, uid: expected at least 8 characters, got 5'],
    [{ ...hello, uid: 'u'.repeat(101) }, 'hello, uid: expected at most 100 characters, got 101'],
    [{ ...hello, startedAt: Infinity }, 'hello, startedAt: expected'],
    [{ ...hello, kind: 'window' }, 'hello, kind: expected ("content-script" | "user-script"'],
    [{ type: 'hello', protocol: PROTOCOL_VERSION }, 'hello, uid: is missing'],
    [null, 'hello: expected Object, got null'],
    ['hello', 'hello: expected Object, got "hello"'],
  ])('%j is refused', (value, message) => {
    expect(refusal(() => readHello(value))).toContain(message);
  });

  test('another protocol version is refused with the remedy, whatever else it says', () => {
    expect(refusal(() => readHello({ protocol: PROTOCOL_VERSION + 1 }))).toMatch(
      /speaks protocol 2, the instrumentation speaks 3; instrument the extension again/,
    );
  });
});

describe('events', () => {
  test.each([
    [[['posted', 1, 1, 1, 0, 'json', 2, 0, 3]], 'payload: expected to end at 2 at most, ends at 3'],
    [[['posted', 1, 1, 1, 0, 'json', 2, -1, 2]], 'event 0 (posted), offset: expected >=0, got -1'],
    [
      [['posted', 1, null, 1, 0, 'json', 2, 0, 2]],
      'event 0 (posted), at: expected number, got null',
    ],
    [[['posted', 1, 1, 1.5, 0, 'json', 2, 0, 2]], 'event 0 (posted), seq: expected'],
    [[['posted', 1, 1, 1, 0, 'yaml', 2, 0, 2]], 'event 0 (posted), form: expected'],
    [[['posted', 1]], 'event 0 (posted): expected 9 elements, got 2'],
    [[['gap', 1, 2, 'buffer-full', 9]], 'event 0 (gap): expected 4 elements, got 5'],
    [
      [
        ['site', 1, 'x'],
        ['site', 0, 'x'],
      ],
      'event 1 (site), id: expected >=1, got 0',
    ],
    [
      [['accepted', 1, 1, 'runtime.onConnect', 'n', { tabId: 'one' }, 0, 0]],
      'event 0 (accepted), sender.tabId: expected number, got "one"',
    ],
    [
      [['accepted', 1, 1, 'runtime.onConnect', 'n', { depth: [[[[]]]] }, 0, 0]],
      'event 0 (accepted), sender.depth: is not known',
    ],
    [[['opened', 1, 1, 'runtime.connect', 'n', { x: 1 }, 0, 0, 0]], 'target.x: is not known'],
    [[['posted', 1, 1e99, 1, 0, 'json', 2, 0, 2]], 'event 0 (posted), at: expected <='],
    [[['posted', 1, -1, 1, 0, 'json', 2, 0, 2]], 'event 0 (posted), at: expected >=0'],
    [[['constructor']], 'event 0: expected a known type, got "constructor"'],
    [[7], 'event 0: expected an array, got 7'],
    [{}, 'batch 1, events: expected an array, got an object'],
  ])('%j is refused', (events, message) => {
    expect(refusal(() => readEvents(batch(events, 'ab')))).toContain(message);
  });

  test('text that is not JSON, too many events, too long texts', () => {
    expect(refusal(() => readEvents({ ...batch([]), batch: 4, events: '[' }))).toMatch(
      /^batch 4, events: /,
    );
    const many = Array.from({ length: 10_001 }, () => ['site', 1, '']);
    expect(refusal(() => readEvents(batch(many)))).toContain('at most 10000, got 10001');
    const long = batch([['site', 1, 'x'.repeat(1_000_001)]]);
    expect(refusal(() => readEvents(long))).toContain('stack: expected at most 1000000 characters');
    expect(refusal(() => readBatch({ ...long, payload: 'x'.repeat(16_000_001) }))).toContain(
      'batch, payload: expected at most 16000000 characters',
    );
  });

  test('valid events always pass, unchanged', () => {
    fc.assert(
      fc.property(fc.array(event), (events) => {
        const sent = batch(events, 'p'.repeat(PAYLOAD));
        expect(readEvents(readBatch(sent))).toEqual(
          JSON.parse(sent.events) as readonly PortholeEvent[],
        );
      }),
    );
  });

  test('a rich payload is a text, or one of the values', () => {
    const delivered = (index: number, length: number): Batch => ({
      ...batch([['delivered', 1, 0, 1, 1, 'rich', 8, index, length]], 'text'),
      values: [new Map()],
    });
    expect(readEvents(readBatch(delivered(0, 0)))).toHaveLength(1);
    expect(readEvents(readBatch(delivered(0, 4)))).toHaveLength(1);
    for (const [wrong, most] of [
      [delivered(1, 0), 1],
      [delivered(0, 5), 4],
    ] as const) {
      expect(refusal(() => readEvents(readBatch(wrong)))).toContain(
        `expected to end at ${most} at most`,
      );
    }
    const { values: _, ...none } = delivered(0, 0);
    expect(refusal(() => readEvents(readBatch(none)))).toContain('expected to end at 0 at most');
    expect(refusal(() => readBatch({ ...none, values: {} }))).toContain('batch, values');
  });

  test('one element replaced by anything is accepted or refused by the guard, never another error', () => {
    fc.assert(
      fc.property(event, fc.nat(8), fc.anything(), (valid, index, junk) => {
        const events = [valid.with(index % valid.length, junk)];
        let text: string | undefined;
        try {
          text = JSON.stringify(events);
        } catch {
          return; // not a JSON value at all
        }
        try {
          readEvents({ ...batch([]), events: text, payload: 'p'.repeat(PAYLOAD) });
        } catch (error) {
          expect(error).toBeInstanceOf(GuardError);
        }
      }),
    );
  });
});

describe('anything at all', () => {
  const anything = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withSet: true,
    withNullPrototype: true,
    withObjectString: true,
    withTypedArray: true,
    withSparseArray: true,
  });
  const half = fc.oneof(
    anything,
    fc.record({ type: fc.constantFrom('hello', 'batch', 'relayed', 'record'), sender: anything }),
    fc.record({
      type: fc.constant('batch'),
      batch: ordinal,
      events: fc.json(),
      payload: fc.string(),
    }),
    fc.record({ type: fc.constant('playground-run'), tabId: count, run: anything }),
  );

  test('throws nothing but the guard’s own error, on one line', () => {
    const guards = [
      readHello,
      (value: unknown) => readEvents(readBatch(value)),
      readRelayHeader,
      readFromPanel,
    ];
    fc.assert(
      fc.property(half, fc.constantFrom(...guards), (value, guard) => {
        try {
          guard(value);
        } catch (error) {
          expect(error).toBeInstanceOf(GuardError);
          expect((error as Error).message).not.toContain('\n');
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('senderFacts holds only well-typed facts', () => {
    fc.assert(
      fc.property(half, (value) => {
        const facts = senderFacts(value);
        expect(() => readRelayHeader({ type: 'relayed', sender: facts })).not.toThrow();
      }),
    );
    expect(
      senderFacts({
        id: 'a@b',
        tab: { id: 3, title: 'x' },
        frameId: 'no',
        contextId: 7,
        origin: '',
      }),
    ).toEqual({ id: 'a@b', tabId: 3, contextId: 7 });
  });
});

test('panel messages', () => {
  expect(readFromPanel({ type: 'record', on: false })).toEqual({ type: 'record', on: false });
  const run = { type: 'playground-run', tabId: 1, run: { example: 'code', code: '1' } };
  expect(readFromPanel(run)).toEqual(run);
  expect(refusal(() => readFromPanel({ ...run, run: { example: 'code' } }))).toContain(
    'panel message, run.code: is missing',
  );
  expect(refusal(() => readFromPanel({ type: 'reboot' }))).toContain(
    'panel message, type: expected',
  );
});
