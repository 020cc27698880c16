import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  GuardError,
  readBatch,
  readEvents,
  readFromPanel,
  readHello,
  readRelayHeader,
  readReport,
  senderFacts,
} from '../../../src/protocol/guards.js';
import {
  extensionRoot,
  FILE_CHARS,
  FILE_URL_CHARS,
  hasPayload,
  PIECE_CHARS,
  PROTOCOL_VERSION,
  type Batch,
  type PortholeEvent,
} from '../../../src/protocol/index.js';
import { packEvents, scriptOfStack } from '../../../src/protocol/wire-form.js';

const hello = {
  type: 'hello',
  protocol: PROTOCOL_VERSION,
  uid: 'abcdefgh1234',
  kind: 'content-script',
  url: 'https://example.test/',
  startedAt: 1.5,
};

/** @param events in their wire form */
function batch(events: unknown, payload = ''): Batch {
  return { type: 'batch', batch: 1, start: 0, events: JSON.stringify(events), payload };
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
      /speaks protocol 3, the instrumentation speaks 4; instrument the extension again/,
    );
  });
});

describe('events', () => {
  test.each([
    [[[1, 'posted', 1, 1, 0, 3]], 'payload: expected to end at 2 at most, ends at 3'],
    [[[1, 'posted', 1, 1, 0, -1]], 'event 0 (posted): expected 9 elements, got 6'],
    [[[1, 'posted', 1, 1, 0, 0.5]], 'event 0 (posted), bytes: expected'],
    [[[1, 'posted', 1, 1, 0, 2, 'json', 2, 7]], 'event 0 (posted): expected 9 elements, got 10'],
    [[[null, 'posted', 1, 1, 0, 2]], 'event 0 (posted), at: expected number, got null'],
    [[[1, 'posted', 1, 1.5, 0, 2]], 'event 0 (posted), seq: expected'],
    [[[1, 'posted', 1, 1, 0, 2, 'yaml', 2]], 'event 0 (posted), form: expected'],
    [[[1, 'posted', 1]], 'event 0 (posted): expected 9 elements, got 3'],
    [[[1, 'gap', 2, 'buffer-full', 9]], 'event 0 (gap): expected 4 elements, got 5'],
    [
      [
        [0, 'site', 1, 'x'],
        [0, 'site', 0, 'x'],
      ],
      'event 1 (site), id: expected >=1, got 0',
    ],
    [
      [[1, 'accepted', 1, 'runtime.onConnect', 'n', { tabId: 'one' }, 0, 0]],
      'event 0 (accepted), sender.tabId: expected number, got "one"',
    ],
    [[[1, 'opened', 1, 'runtime.connect', 'n', { x: 1 }, 0, 0, 0]], 'target.x: is not known'],
    [[[1e99, 'posted', 1, 1, 0, 2]], 'event 0 (posted), at: expected <='],
    [[[-1, 'posted', 1, 1, 0, 2]], 'event 0 (posted), at: expected >=0'],
    [[[1, 'constructor', 1]], 'event 0: expected a known type, got "constructor"'],
    [[7], 'event 0: expected an array, got 7'],
    [{}, 'batch 1, events: expected an array, got an object'],
  ])('%j is refused', (events, message) => {
    expect(refusal(() => readEvents(batch(events, 'ab')))).toContain(message);
  });

  test('text that is not JSON, too many events, too long texts', () => {
    expect(refusal(() => readEvents({ ...batch([]), batch: 4, events: '[' }))).toMatch(
      /^batch 4, events: /,
    );
    const many = Array.from({ length: 10_001 }, () => [0, 'site', 1, '']);
    expect(refusal(() => readEvents(batch(many)))).toContain('at most 10000, got 10001');
    const long = batch([[0, 'site', 1, 'x'.repeat(1_000_001)]]);
    expect(refusal(() => readEvents(long))).toContain('stack: expected at most 1000000 characters');
    expect(refusal(() => readBatch({ ...long, payload: 'x'.repeat(16_000_001) }))).toContain(
      'batch, payload: expected at most 16000000 characters',
    );
  });

  test('valid events always pass, and are stored with time, place and size', () => {
    fc.assert(
      fc.property(fc.array(event), fc.constantFrom('p', 'é', '😀'), (all, letter) => {
        const events = JSON.parse(JSON.stringify(all)) as PortholeEvent[];
        const payload = letter.repeat(PAYLOAD).slice(0, PAYLOAD);
        const sent = { type: 'batch', batch: 1, ...packEvents(events, payload) } as const;
        const stored = readEvents(readBatch(sent));
        expect(stored).toHaveLength(events.length);
        let offset = 0;
        for (const [index, was] of events.entries()) {
          const is = stored[index] as PortholeEvent;
          if (!hasPayload(was)) {
            expect(is).toEqual(was);
            continue;
          }
          const [form, bytes, from, length] = was.slice(-4) as [string, number, number, number];
          const text = payload.slice(from, from + length);
          const size = form === 'json' ? new TextEncoder().encode(text).length : bytes;
          expect(is).toEqual([...was.slice(0, -3), size, offset, length]);
          expect(sent.payload.slice(offset, offset + length)).toBe(text);
          offset += length;
        }
      }),
    );
  });

  test('times are counted from the start of the batch', () => {
    const sent = batch([
      [1.5, 'posted', 1, 1, 0, 0],
      [-2, 'lifecycle', 'frozen'],
      [7, 'site', 1, 'a'],
    ]);
    expect(readEvents({ ...sent, start: 100 })).toEqual([
      ['posted', 1, 101.5, 1, 0, 'json', 0, 0, 0],
      ['lifecycle', 98, 'frozen'],
      ['site', 1, 'a'],
    ]);
  });

  test('of a sender what is known is kept, whatever else the browser comes to say', () => {
    const sender = { id: 'a@b', origin: 'null', tlsChannelId: '', depth: [[[[]]]], tabId: 3 };
    const sent = batch([[1, 'accepted', 1, 'runtime.onConnect', 'n', sender, 0, 0]]);
    expect(readEvents(sent)[0]?.[5]).toEqual({ id: 'a@b', tabId: 3 });
  });

  test('the frames of the instrumentation’s own script are no call site', () => {
    const script = 'moz-extension://0-1/porthole/content-script.js';
    const stack = `app@a.js:1:2\nchange@${script}:1:77\n@b.js:3:4\n`;
    const sent = batch([[0, 'site', 1, stack]]);
    const own = scriptOfStack(`currentStack@${script}:1:100\n@${script}:1:200\n`);
    expect(own).toBe(script);
    expect(readEvents(sent, own)).toEqual([['site', 1, 'app@a.js:1:2\n@b.js:3:4']]);
    expect(readEvents(sent, null)).toEqual([['site', 1, stack.trimEnd()]]);
    for (const stack of [undefined, '', 'nonsense', '@a.js', '@a.js:1', '@:1:2']) {
      expect(scriptOfStack(stack)).toBe(null);
    }
  });

  test('a rich payload is a text, or one of the values', () => {
    const delivered = (...lengths: number[]): Batch => ({
      ...batch(
        lengths.map((length) => [0, 'delivered', 1, 1, 1, length, 'rich', 8]),
        'text',
      ),
      values: [new Map()],
    });
    expect(readEvents(readBatch(delivered(0)))).toHaveLength(1);
    expect(readEvents(readBatch(delivered(4)))).toHaveLength(1);
    for (const [wrong, most] of [
      [delivered(0, 0), 1],
      [delivered(5), 4],
    ] as const) {
      expect(refusal(() => readEvents(readBatch(wrong)))).toContain(
        `expected to end at ${most} at most`,
      );
    }
    const { values: _, ...none } = delivered(0);
    expect(refusal(() => readEvents(readBatch(none)))).toContain('expected to end at 0 at most');
    expect(refusal(() => readBatch({ ...none, values: {} }))).toContain('batch, values');
  });

  test('one element replaced by anything is accepted or refused by the guard, never another error', () => {
    fc.assert(
      fc.property(event, fc.nat(8), fc.anything(), (valid, index, junk) => {
        const sent = packEvents([valid as unknown as PortholeEvent], 'p'.repeat(PAYLOAD));
        const [wire] = JSON.parse(sent.events) as [unknown[]];
        const events = [wire.with(index % wire.length, junk)];
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

describe('files of extensions', () => {
  const piece = { type: 'piece', ask: 1, text: 'let a;', length: 6 };

  test('a piece, and the word that there is none, come through without what nobody asked for', () => {
    expect(readReport({ ...piece, extra: 1 })).toEqual(piece);
    const unread = { type: 'unread', ask: 2, reason: 'too-big' };
    expect(readReport(unread)).toEqual(unread);
    expect(readReport(batch([]))).toEqual(batch([]));
  });

  test('a piece is a bounded text of a bounded whole', () => {
    const refused = (wrong: object): string => refusal(() => readReport({ ...piece, ...wrong }));
    expect(refused({ text: 'x'.repeat(PIECE_CHARS + 1) })).toContain(`at most ${PIECE_CHARS}`);
    expect(refused({ length: FILE_CHARS + 1 })).toContain('file, length');
    expect(refused({ length: -1 })).toContain('file, length');
    expect(refused({ text: ['x'] })).toContain('file, text');
    expect(refused({ ask: 1.5 })).toContain('file, ask');
    expect(refusal(() => readReport({ type: 'unread', ask: 1, reason: '<b>' }))).toContain(
      'reason',
    );
  });

  test('a panel asks for a URL of bounded length', () => {
    const ask = { type: 'read-file', ask: 1, extensionId: 'a@b', url: 'moz-extension://x/a.js' };
    expect(readFromPanel(ask)).toEqual(ask);
    const long = { ...ask, url: 'x'.repeat(FILE_URL_CHARS + 1) };
    expect(refusal(() => readFromPanel(long))).toContain('url');
  });

  test('where an extension lives is the beginning of its URLs, and of no other URL', () => {
    expect(extensionRoot('moz-extension://1a-2b/js/a.js?x#y')).toBe('moz-extension://1a-2b/');
    for (const url of [
      'https://example.test/moz-extension://1a/',
      'moz-extension://1a',
      'moz-extension://1a@2b/a.js',
      'moz-extension://1a:80/a.js',
      'MOZ-EXTENSION://1a/',
      '',
    ]) {
      expect(extensionRoot(url), url).toBeNull();
    }
    fc.assert(
      fc.property(fc.string(), fc.uuid(), (text, uuid) => {
        const url = `moz-extension://${uuid}/${text}`;
        expect(extensionRoot(url)).toBe(`moz-extension://${uuid}/`);
        if (URL.canParse(url)) expect(new URL(url).host).toBe(uuid);
        const inner = extensionRoot(text);
        expect(inner === null || text.startsWith(inner)).toBe(true);
      }),
    );
  });
});
