/** Files of the host's extension, read when the collector asks a page of it for them. */

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FILE_CHARS, PIECE_CHARS, type ToContext } from '../../../src/protocol/index.js';
import { FakeCollector, installPorthole } from './fake-collector.js';
import { FakeRequest } from './fake-request.js';
import { FakeBrowser, type FakeContext, type FakePort, type Kind } from './fake-runtime.js';
import { instrumentFake } from './load.js';

const ROOT = 'moz-extension://host@example/';
let browser: FakeBrowser;
let collector: FakeCollector;

beforeEach(() => {
  browser = new FakeBrowser();
  collector = new FakeCollector();
  installPorthole(browser, collector);
  FakeRequest.files.clear();
  FakeRequest.asked.length = 0;
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

async function host(kind: Kind = 'background'): Promise<FakeContext> {
  const context = browser.createContext('host@example', kind);
  await instrumentFake(context);
  browser.settle();
  return context;
}

async function tell(message: ToContext): Promise<void> {
  for (const line of collector.lines) line.send(message);
  browser.settle();
  // The file is read.
  await Promise.resolve();
  await Promise.resolve();
  browser.settle();
}

async function read(url: string, ask = 1, from = 0): Promise<unknown> {
  await tell({ type: 'read', ask, url, from });
  return collector.files.at(-1);
}

describe('an extension page', () => {
  it.each(['background', 'page'] as const)(
    'that is a %s says that it reads files',
    async (kind) => {
      await host(kind);
      expect(collector.hellos).toMatchObject([{ kind, readsFiles: true }]);
      expect(FakeRequest.asked).toEqual([]);
    },
  );

  it('gives a file of its extension, whatever is in it', async () => {
    await host();
    FakeRequest.files.set(`${ROOT}js/a.js`, 'let \ud800 = "</script>";\u2028');
    expect(await read(`${ROOT}js/a.js`)).toEqual({
      type: 'piece',
      ask: 1,
      text: 'let \ud800 = "</script>";\u2028',
      length: 21,
    });
    FakeRequest.files.set(`${ROOT}empty.js`, '');
    expect(await read(`${ROOT}empty.js`, 2)).toEqual({
      type: 'piece',
      ask: 2,
      text: '',
      length: 0,
    });
  });

  it('gives a long one in pieces, each when it is asked for, and reads it once', async () => {
    await host();
    const text = 'a'.repeat(PIECE_CHARS) + 'b'.repeat(PIECE_CHARS) + 'c';
    FakeRequest.files.set(`${ROOT}a.js`, text);
    let got = '';
    for (let pieces = 1; got.length < text.length; pieces += 1) {
      await read(`${ROOT}a.js`, 7, got.length);
      expect(collector.files).toHaveLength(pieces);
      const piece = collector.files.at(-1);
      if (piece?.type !== 'piece') throw new Error(JSON.stringify(piece));
      expect(piece.length).toBe(text.length);
      got += piece.text;
    }
    expect(got).toBe(text);
    expect(FakeRequest.asked).toEqual([`${ROOT}a.js`]);
  });

  it('says so of a file that is not there, is too long, or is not of its extension', async () => {
    await host();
    expect(await read(`${ROOT}none.js`)).toEqual({ type: 'unread', ask: 1, reason: 'not-found' });
    FakeRequest.files.set(`${ROOT}long.js`, 'x'.repeat(FILE_CHARS + 1));
    expect(await read(`${ROOT}long.js`, 2)).toEqual({ type: 'unread', ask: 2, reason: 'too-big' });
    const asked = FakeRequest.asked.length;
    for (const url of ['https://example.test/a.js', 'moz-extension://other/a.js', 'a.js', '']) {
      FakeRequest.files.set(url, 'secret');
      expect(await read(url, 3)).toEqual({ type: 'unread', ask: 3, reason: 'not-found' });
    }
    expect(FakeRequest.asked).toHaveLength(asked);
  });

  it('keeps recording meanwhile', async () => {
    const { browser: api } = await host();
    FakeRequest.files.set(`${ROOT}a.js`, 'a');
    await read(`${ROOT}a.js`);
    api.runtime.onConnect?.addListener((port: FakePort) => port.postMessage('x'));
    expect(collector.complaints).toEqual([]);
    await tell({ type: 'ack', batch: 0 });
    expect(collector.lines.size).toBe(1);
  });

  it('goes through nothing that the host has replaced', async () => {
    await host();
    FakeRequest.files.set(`${ROOT}a.js`, 'a');
    const touched = vi.fn();
    const { prototype } = FakeRequest;
    for (const key of ['open', 'send'] as const) {
      vi.spyOn(prototype, key).mockImplementation(() => touched(key));
    }
    for (const key of ['responseText', 'responseType'] as const) {
      vi.spyOn(prototype, key, 'get').mockImplementation(() => touched(key) as never);
    }
    vi.spyOn(EventTarget.prototype, 'addEventListener').mockImplementation(touched);
    vi.spyOn(String.prototype, 'startsWith').mockImplementation(touched as never);
    vi.spyOn(String.prototype, 'slice').mockImplementation(touched as never);
    vi.stubGlobal('XMLHttpRequest', touched);
    vi.stubGlobal('location', { origin: 'https://host.example' });
    await tell({ type: 'read', ask: 1, url: `${ROOT}a.js`, from: 0 });
    const calls = touched.mock.calls.length;
    vi.restoreAllMocks();
    expect(calls).toBe(0);
    expect(collector.files).toEqual([{ type: 'piece', ask: 1, text: 'a', length: 1 }]);
  });
});

it('a content script reads nothing', async () => {
  await host('content-script');
  expect(collector.hellos).toHaveLength(1);
  expect(collector.hellos[0]?.readsFiles).toBeUndefined();
  FakeRequest.files.set(`${ROOT}a.js`, 'a');
  await tell({ type: 'read', ask: 1, url: `${ROOT}a.js`, from: 0 });
  expect(FakeRequest.asked).toEqual([]);
  expect(collector.files).toEqual([]);
});
