/** Files of inspected extensions: who is asked for them, what is asked for, and what is taken as an answer. */

import fc from 'fast-check';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Contexts } from '../../../src/background/contexts.js';
import { Files } from '../../../src/background/files.js';
import type { Origin } from '../../../src/background/link.js';
import {
  PIECE_CHARS,
  type FileNews,
  type Hello,
  type ReadFile,
  type ToContext,
} from '../../../src/protocol/index.js';
import { connect, CONTENT, hello, setUp, until } from './harness.js';

const ID = CONTENT.extensionId;
const ROOT = 'moz-extension://1234-demo/';
const URL = `${ROOT}js/background.js`;
const PAGE: Origin = {
  route: 'external',
  extensionId: ID,
  sender: { id: ID, url: `${ROOT}page.html`, contextId: 2, envType: 'addon_child' },
};

let contexts: Contexts;
let files: Files;
let news: FileNews[];

beforeEach(() => {
  vi.useFakeTimers();
  contexts = new Contexts();
  files = new Files(() => contexts.all());
  news = [];
});
afterEach(() => {
  vi.useRealTimers();
});

/** A context with a line, and what it was asked. */
function present(uid: string, more: Partial<Hello> = {}, origin: Origin = PAGE) {
  const asked: ReadFile[] = [];
  const link = {
    send: (message: ToContext) => {
      if (message.type === 'read') asked.push(message);
    },
    close: () => undefined,
  };
  const said = hello(`context-${uid}`, { kind: 'background', readsFiles: true, ...more });
  const context = contexts.connect(said, origin, link);
  return { context, asked, leave: () => contexts.disconnect(context, link, 1) };
}

const read = (url = URL, extensionId = ID): void =>
  files.read(extensionId, url, (told) => news.push(told) > 0);

describe('who is asked', () => {
  test('the background, else a page; never a content script', () => {
    const content = present('content', { kind: 'content-script' }, CONTENT);
    read();
    const page = present('page', { kind: 'page' });
    read();
    const background = present('background');
    read();
    expect(news).toEqual([{ type: 'no-file', fault: 'no-page' }]);
    expect(content.asked).toEqual([]);
    expect(page.asked).toEqual([{ type: 'read', ask: 1, url: URL, from: 0 }]);
    expect(background.asked).toEqual([{ type: 'read', ask: 2, url: URL, from: 0 }]);
  });

  test('nobody, when all pages have gone: none is woken', () => {
    present('background').leave();
    read();
    expect(news).toEqual([{ type: 'no-file', fault: 'asleep' }]);
  });

  test('nobody whose instrumentation could not answer', () => {
    const { asked } = present('background', { readsFiles: false });
    read();
    expect(news).toEqual([{ type: 'no-file', fault: 'older' }]);
    expect(asked).toEqual([]);
  });

  test('nobody of another extension', () => {
    const { asked } = present('background');
    read(URL, 'other@example');
    expect(news).toEqual([{ type: 'no-file', fault: 'no-page' }]);
    expect(asked).toEqual([]);
  });

  test('nobody who only says, or is only said, to be a page of it', () => {
    present(
      'liar',
      {},
      {
        ...CONTENT,
        sender: { ...CONTENT.sender, url: `${ROOT}page.html`.replace('moz-extension', 'https') },
      },
    );
    const relayed = present('relayed', {}, { ...PAGE, route: 'relay' });
    read();
    expect(news).toEqual([{ type: 'no-file', fault: 'no-page' }]);
    expect(relayed.asked).toEqual([]);
  });
});

test('whatever a call site names, only files where the browser says the extension lives are asked for', () => {
  const { asked } = present('background');
  const beginnings = fc.constantFrom(
    '',
    ROOT,
    ROOT.slice(0, -1),
    'moz-extension://other/',
    `https://example.test/${ROOT}`,
    ROOT.toUpperCase(),
    ` ${ROOT}`,
    'moz-extension://1234-demo@other/',
  );
  fc.assert(
    fc.property(beginnings, fc.string(), (beginning, rest) => {
      const url = `${beginning}${rest}`;
      const before = asked.length;
      news.length = 0;
      read(url);
      const isOwn = url.startsWith(ROOT);
      expect(news).toEqual(isOwn ? [] : [{ type: 'no-file', fault: 'foreign' }]);
      expect(asked.slice(before).map((ask) => ask.url)).toEqual(isOwn ? [url] : []);
    }),
  );
});

describe('what comes', () => {
  test('is handed on piece by piece, and the next is asked for', () => {
    const { context, asked } = present('background');
    read();
    const length = PIECE_CHARS + 5;
    files.take(context, { type: 'piece', ask: 1, text: 'a'.repeat(PIECE_CHARS), length });
    expect(asked.at(-1)).toEqual({ type: 'read', ask: 1, url: URL, from: PIECE_CHARS });
    files.take(context, { type: 'piece', ask: 1, text: 'bbbbb', length });
    expect(news.map((told) => told.type === 'file' && told.text.length)).toEqual([PIECE_CHARS, 5]);
    expect(asked).toHaveLength(2);
    files.take(context, { type: 'piece', ask: 1, text: 'bbbbb', length });
    expect(news).toHaveLength(2);
  });

  test('may be empty, or that there is no such file', () => {
    const { context } = present('background');
    read();
    files.take(context, { type: 'piece', ask: 1, text: '', length: 0 });
    read();
    files.take(context, { type: 'unread', ask: 2, reason: 'too-big' });
    expect(news).toEqual([
      { type: 'file', text: '', length: 0 },
      { type: 'no-file', fault: 'too-big' },
    ]);
  });

  test.each([
    ['less than a piece', 'ab', 5],
    ['more than the whole', 'abc', 2],
    ['nothing', '', 5],
  ])('is not taken when it is %s', (_, text, length) => {
    const { context, asked } = present('background');
    read();
    files.take(context, { type: 'piece', ask: 1, text, length });
    expect(news).toEqual([{ type: 'no-file', fault: 'no-answer' }]);
    expect(asked).toHaveLength(1);
  });

  test('is not taken when the whole grows under way', () => {
    const { context } = present('background');
    read();
    const text = 'a'.repeat(PIECE_CHARS);
    files.take(context, { type: 'piece', ask: 1, text, length: 3 * PIECE_CHARS });
    files.take(context, { type: 'piece', ask: 1, text, length: 4 * PIECE_CHARS });
    expect(news.at(-1)).toEqual({ type: 'no-file', fault: 'no-answer' });
  });

  test('from anybody else is ignored, as is what nobody asked for', () => {
    present('background');
    const other = present('other', { kind: 'page' });
    read();
    files.take(other.context, { type: 'piece', ask: 1, text: 'x', length: 1 });
    files.take(other.context, { type: 'piece', ask: 9, text: 'x', length: 1 });
    expect(news).toEqual([]);
  });

  test('is asked for no more once nobody wants it', () => {
    const { context, asked } = present('background');
    files.read(ID, URL, () => false);
    const text = 'a'.repeat(PIECE_CHARS);
    files.take(context, { type: 'piece', ask: 1, text, length: 2 * PIECE_CHARS });
    expect(asked).toHaveLength(1);
  });

  test('from a page that goes meanwhile is not waited for', () => {
    const page = present('page', { kind: 'page' });
    const background = present('background');
    read();
    background.leave();
    files.left(background.context);
    read();
    page.leave();
    files.left(page.context);
    expect(news).toEqual([
      { type: 'no-file', fault: 'no-answer' },
      { type: 'no-file', fault: 'asleep' },
    ]);
    vi.advanceTimersByTime(60_000);
    expect(news).toHaveLength(2);
  });

  test('in vain is not waited for without end', () => {
    present('background');
    read();
    expect(news).toEqual([]);
    vi.advanceTimersByTime(60_000);
    expect(news).toEqual([{ type: 'no-file', fault: 'no-answer' }]);
  });
});

test('the collector hands it on between a page and whoever asked', async () => {
  vi.useRealTimers();
  globalThis.indexedDB = new IDBFactory();
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  const { collector } = await setUp();
  const line = connect(collector, PAGE);
  line.end.message(hello('context-one', { kind: 'background', readsFiles: true }));
  collector.readFile(ID, URL, (told) => news.push(told) > 0);
  const { ask, url } = await line.last('read');
  expect(url).toBe(URL);
  line.end.message({ type: 'piece', ask, text: 'let a;', length: 6 });
  expect(news).toEqual([{ type: 'file', text: 'let a;', length: 6 }]);
  collector.readFile(ID, URL, (told) => news.push(told) > 0);
  await until('the second ask', () => line.received.filter(({ type }) => type === 'read')[1]);
  line.end.closed();
  expect(news.at(-1)).toEqual({ type: 'no-file', fault: 'asleep' });
  const again = connect(collector, PAGE);
  again.end.message(hello('context-one', { kind: 'background', readsFiles: true }));
  again.end.message({ type: 'piece', ask, text: 'let a;', length: '6' });
  await until('the garbage to cost the line', () => again.closed());
});
