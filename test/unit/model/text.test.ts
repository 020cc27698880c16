/** Message types, previews, labels, free text and the lines for terminals. */

import { stringify } from 'devalue';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  contextLabel,
  contextName,
  detectMessageType,
  extensionLabel,
  messageLine,
  tabScope,
} from '../../../src/model/index.js';
import { previewOf } from '../../../src/model/preview.js';
import { parseRich } from '../../../src/model/rich-reader.js';
import { typeOfValue } from '../../../src/model/message-type.js';
import type { Row } from '../../../src/model/types.js';
import { context, draw, fold, passing, short } from './fixture.js';

/** Control characters, line separators, and the mark that turns the direction of text. */
const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\u202e]/u;

describe('detectMessageType', () => {
  const ofJson = (value: unknown) => detectMessageType('json', JSON.stringify(value));

  it.each([
    [{ type: 'greet', text: 'x' }, 'greet'],
    [{ name: 'n', action: 'a', type: 't' }, 't'],
    [{ data: { type: 'inner' }, cmd: 'outer' }, 'outer'],
    [{ type: { deep: 1 }, method: 'getAll' }, 'getAll'],
    [{ type: 7 }, '7'],
    [{ what: 'retrieveContentScriptParameters' }, 'retrieveContentScriptParameters'],
    [{ type: 'a "quoted" \\ word' }, 'a "quoted" \\ word'],
    [{ type: '', kind: 'k' }, 'k'],
    [{ type: 'x'.repeat(61), op: 'o' }, 'o'],
    [{ 'ty\\pe': 1, list: ['type', { type: 'no' }] }, null],
    ['ping', 'ping'],
    ['a sentence, no word', null],
    [[{ type: 'no' }], null],
    [42, null],
    [null, null],
    [{}, null],
  ])('finds in %j %j', (payload, expected) => {
    expect(ofJson(payload)).toBe(expected);
  });

  it('agrees with reading the parsed value', () => {
    const words = fc.constantFrom('type', 'cmd', 'name', 'x', '\\', '"');
    const values = fc.oneof(fc.string(), fc.integer(), fc.constant(null), fc.jsonValue());
    fc.assert(
      fc.property(fc.dictionary(words, values), (payload) => {
        expect(ofJson(payload)).toBe(typeOfValue(payload));
      }),
      { numRuns: 500 },
    );
  });

  it('looks at the beginning alone: at cut-off text, and a type behind megabytes is not looked for', () => {
    expect(detectMessageType('json-preview', '{"type":"big","data":"aaaa')).toBe('big');
    expect(detectMessageType('json-preview', '{"data":[1,2,{"type":"in')).toBeNull();
    const huge = `{"data":"${'a'.repeat(20_000_000)}","type":"late"}`;
    expect(detectMessageType('json', huge)).toBeNull();
  });

  it('reads rich text, and nothing into broken or unreadable text', () => {
    const text = stringify({ action: 'tick', when: new Date(0) });
    expect(detectMessageType('rich', text, parseRich(text))).toBe('tick');
    expect(parseRich('[{"type":99999}')).toBeUndefined();
    expect(detectMessageType('rich', 'garbage')).toBeNull();
    expect(detectMessageType('unreadable', 'type')).toBeNull();
  });
});

describe('preview', () => {
  const rich = (value: unknown) => {
    const text = stringify(value);
    return previewOf('rich', text, parseRich(text));
  };

  it('shows rich values in words', () => {
    const cyclic: Record<string, unknown> = { a: 1 };
    cyclic['self'] = cyclic;
    expect(rich({ when: new Date(0), tags: new Set([1, 2]), n: 5n })).toBe(
      '{when: Date(1970-01-01T00:00:00.000Z), tags: Set(2), n: 5n}',
    );
    expect(rich([undefined, Number.NaN, -0, new Uint8Array(3), new Map()])).toBe(
      '[undefined, NaN, -0, Uint8Array(3 B), Map(0)]',
    );
    expect(rich(cyclic)).toBe('{a: 1, self: (cycle)}');
    expect(rich({ 'a b': { c: { d: { e: 1n } } } })).toBe('{"a b": {c: {d: {…}}}}');
  });

  it('is one line, short, whole characters, and without control characters', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        for (const form of [
          'json',
          'json-preview',
          'unreadable',
          'rich',
          'rich-preview',
        ] as const) {
          const line = previewOf(form, text);
          expect(line.length).toBeLessThanOrEqual(120);
          expect(line).not.toMatch(UNSAFE);
        }
      }),
    );
    // A lone half of a pair would come back as U+FFFD.
    const faces = previewOf('json', `"${'😀'.repeat(100)}"`);
    expect(Buffer.from(faces).toString()).toBe(faces);
    expect(rich({ a: 'x'.repeat(50_000), b: 1n })).toHaveLength(120);
  });
});

describe('labels', () => {
  it.each([
    [context('bg'), 'background'],
    [context('popup', { kind: 'page' }), 'page popup.html'],
    [
      context('a', { kind: 'content-script', frameId: 3, url: 'https://example.org/path?q#h' }),
      'content-script example.org/path (frame 3)',
    ],
    [
      context('a', { kind: 'user-script', worldId: 'w', frameId: 0, url: 'https://example.org/' }),
      'user-script «w» example.org/',
    ],
    [
      context('a', { kind: 'user-script', worldId: '', url: 'file:///tmp/a.html' }),
      'user-script /tmp/a.html',
    ],
    [context('a', { kind: 'content-script', url: 'about:blank' }), 'content-script about:blank'],
    [context('a', { kind: 'content-script', url: 'no\u001burl' }), 'content-script no\\u001burl'],
  ])('%#: %s', (stored, expected) => {
    expect(contextLabel(stored)).toBe(expected);
  });

  it.each([
    [context('bg'), 'background', ''],
    [context('popup', { kind: 'page' }), 'page', 'popup.html'],
    [
      context('a', { kind: 'content-script', frameId: 3, url: 'https://example.org/path?q#h' }),
      'content-script',
      '/path (frame 3)',
    ],
    [
      context('a', { kind: 'user-script', worldId: 'w', url: 'https://example.org/' }),
      'user-script',
      '«w» example.org/',
    ],
    [context('a', { kind: 'content-script', url: 'about:blank' }), 'content-script', 'about:blank'],
    [
      context('a', { kind: 'content-script', url: 'no\u001burl' }),
      'content-script',
      'no\\u001burl',
    ],
  ])('in two parts, %#: %s', (stored, kind, rest) => {
    expect(contextName(stored)).toEqual({ kind, rest });
  });

  it('names an extension, else its id', () => {
    expect(extensionLabel(context('bg'))).toBe('Demo');
    expect(extensionLabel(context('bg', { extensionName: null }))).toBe('demo@example');
  });
});

const TRAFFIC = `
  context cs content-script tab=1 frame=0 url=https://shop.example/cart
  context other content-script tab=2 frame=0 url=https://else.example/
  context bg background
  100 cs opens 1 "basket"
  101 bg accepts 1 "basket" from cs
  102 cs posts 1 {"type":"add","item":"Größe (L)"}
  103 bg gets 1 {"type":"add","item":"Größe (L)"}
  104 bg posts 1 {"type":"total"}
  105 cs refused 1 "DataCloneError" "f"
  106 other opens 1 "nobody-home"
  107 other closed 1 "Receiving end does not exist."
  108 other gap 3 buffer-full
`;

describe('free text', () => {
  const model = fold(draw(TRAFFIC));
  const kept = (keep: (row: Row) => boolean) =>
    [...model.rows].filter((row) => keep(row)).map((row) => `${row.at} ${row.kind}`);
  const found = (text: string) => kept(passing(text, model));

  it.each([
    ['GRÖßE', ['102 message']],
    ['größe', ['102 message']],
    ['"(L)"', ['102 message']],
    ['ADD', ['102 message']],
    ['add total', []],
    ['dataclone', ['105 message']],
    ['refused', ['105 message']],
    ['buffer-full', ['108 gap']],
    ['failed', ['107 closed']],
    ['basket opened', ['100 opened']],
    ['shop.example message', ['102 message', '104 message', '105 message']],
    ['receiving end', ['106 opened', '107 closed']],
    ['lifecycle started else', ['0 lifecycle']],
    ['[', []],
    ['c:\\', []],
  ])('%s', (text, expected) => {
    expect(found(text)).toEqual(expected);
  });

  it('keeps everything for no words, and for the extension’s name', () => {
    expect(found('  ')).toHaveLength(model.rows.length);
    expect(found('demo')).toHaveLength(model.rows.length);
  });
});

describe('tabScope', () => {
  const model = fold(
    draw(`
      context cs content-script tab=1 url=https://shop.example/
      context other content-script tab=2 url=https://else.example/
      context options page tab=3
      context bg background
      context idle background
      100 cs opens 1 "basket"
      101 bg accepts 1 "basket" from cs
      102 other opens 1 "nobody-home"
      103 bg opens 2 "to-strangers" via tabs.connect to tab=4
      104 options opens 1 "into-the-page" via tabs.connect to tab=1
    `),
  );
  const named = (tabId: number) => {
    const scope = tabScope(tabId, model);
    const contexts = [...model.contexts.keys()];
    const short = (key: string) => key.replace(/^.*\n/, '');
    return {
      lives: contexts.filter((key) => scope.context(key)).map(short),
      reaches: contexts.filter((key) => scope.reaches(key)).map(short),
      connections: [...model.connections.values()].filter(scope.connection).map(({ name }) => name),
    };
  };

  it('has the tab’s contexts, and the connections with an end there', () => {
    expect(named(2)).toEqual({
      lives: ['other'],
      reaches: ['other'],
      connections: ['nobody-home'],
    });
    expect(named(1)).toEqual({
      lives: ['cs'],
      reaches: ['cs', 'options', 'bg'],
      connections: ['basket', 'into-the-page'],
    });
  });

  it('has a connection to the tab whose end there reports nothing', () => {
    expect(named(4)).toEqual({ lives: [], reaches: ['bg'], connections: ['to-strangers'] });
  });

  it('has a connection from the tab whose opener reports nothing', () => {
    const { contexts, facts } = draw(`
      context cs content-script tab=1
      context bg background
      100 bg accepts 1 "basket" from cs
    `);
    const lone = fold({ contexts: contexts.filter(({ kind }) => kind === 'background'), facts });
    const [connection] = lone.connections.values();
    expect(connection && tabScope(1, lone).connection(connection)).toBe(true);
    expect(connection && tabScope(2, lone).connection(connection)).toBe(false);
  });
});

describe('messageLine', () => {
  it('tells each kind of row in one line', () => {
    const model = fold(draw(TRAFFIC));
    expect([...model.rows].map((row) => messageLine(model, row, 100))).toEqual([
      '   -0.100s  background  started',
      '   -0.100s  content-script shop.example/cart  started',
      '   -0.100s  content-script else.example/  started',
      '   +0.000s  content-script shop.example/cart → background  "basket"  opened',
      '   +0.002s  content-script shop.example/cart → background  "basket"  add  35 B  {"type":"add","item":"Größe (L)"}',
      '   +0.004s  background → content-script shop.example/cart  "basket"  total  16 B  {"type":"total"}  (not delivered)',
      '   +0.005s  content-script shop.example/cart → background  "basket"  f  3 B  "f"  (refused: DataCloneError)',
      '   +0.006s  content-script else.example/ → nobody  "nobody-home"  opened',
      '   +0.007s  content-script else.example/ → nobody  "nobody-home"  closed  Receiving end does not exist.',
      '   +0.008s  content-script else.example/  gap: 3 events lost (buffer-full)',
    ]);
  });

  it('tells how ports and contexts ended', () => {
    const { contexts, facts } = draw(`
      context bg background
      context cs content-script tab=1 frame=0 url=https://shop.example/cart
      100 cs opens 1 "basket"
      101 bg accepts 1 "basket" from cs
      110 bg closed 1
      5000 bg unloaded
    `);
    const model = fold({
      contexts: contexts.map((each) =>
        each.kind === 'background'
          ? each
          : { ...each, disconnectedAt: 112, endFacts: { tab: 'replaced' } },
      ),
      facts,
    });
    expect([...model.rows].map((row) => messageLine(model, row, 100)).slice(3)).toEqual([
      '   +0.010s  content-script shop.example/cart → background  "basket"  closed (crashed)',
      '   +0.012s  content-script shop.example/cart  ended (crashed)',
      '   +4.900s  background  unloaded (suspended)',
    ]);
  });

  it('lets nothing through that a terminal would act on', () => {
    const evil = '\u001b]0;title\u0007\u009b31m\u202e\n\r';
    const url = `https://a.example/${evil}`;
    const contexts = [
      context('cs', { kind: 'user-script', worldId: evil, tabId: 1, contextId: 7, url }),
    ];
    const { key } = contexts[0] ?? context('');
    const text = JSON.stringify({ type: evil });
    const model = fold({
      contexts,
      facts: [
        {
          context: key,
          event: ['opened', 1, 100, 'runtime.connect', evil, {}, 0, 0, 0],
          payload: '',
        },
        {
          context: key,
          event: ['posted', 1, 101, 1, 0, 'json', text.length, 0, text.length],
          payload: text,
        },
        {
          context: key,
          event: ['posted', 1, 101, 2, 0, 'json-preview', 9, 0, evil.length],
          payload: evil,
        },
        {
          context: key,
          event: ['refused', 1, 102, evil, 0, 'unreadable', 0, 0, evil.length],
          payload: evil,
        },
        { context: key, event: ['disconnected', 1, 103, 'other', evil, 0, 2, 0], payload: '' },
      ],
    });
    expect(short(key)).toBe('cs');
    for (const row of model.rows) {
      expect(messageLine(model, row)).not.toMatch(UNSAFE);
    }
  });
});
