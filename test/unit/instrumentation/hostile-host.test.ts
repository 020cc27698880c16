/** Whatever the host does to its own globals: it neither breaks the instrumentation nor sees it at work. */

import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FakeCollector, installPorthole } from './fake-collector.js';
import { FakeBrowser, native, type FakeContext, type FakePort } from './fake-runtime.js';
import { instrumentFake } from './load.js';

let browser: FakeBrowser;
let collector: FakeCollector;
let content: FakeContext;
let background: FakeContext;
let undo: (() => void)[];

beforeEach(() => {
  vi.useFakeTimers();
  browser = new FakeBrowser();
  collector = new FakeCollector();
  installPorthole(browser, collector);
  content = browser.createContext('host@example', 'content-script');
  background = browser.createContext('host@example', 'background');
  undo = [];
});
afterEach(() => {
  for (const restore of undo) restore();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Replaces every function of `holder`; `called` hears of the calls that our code makes, directly. */
function replaceAll(holder: object, name: string, called: (what: string) => void): void {
  for (const key of Reflect.ownKeys(holder)) {
    const descriptor = Object.getOwnPropertyDescriptor(holder, key) as PropertyDescriptor;
    const original = descriptor.value as unknown;
    if (key === 'constructor' || typeof original !== 'function' || !descriptor.configurable)
      continue;
    const { apply } = Reflect;
    const replacement = function (this: unknown, ...args: unknown[]): unknown {
      if (busy) return apply(original, this, args) as unknown;
      busy = true;
      const stack = new Error().stack as string;
      const from = stack.indexOf('\n', stack.indexOf('\n') + 1) + 1;
      const end = stack.indexOf('\n', from);
      if (OURS.exec(end === -1 ? stack.slice(from) : stack.slice(from, end)) !== null) {
        called(`${name}.${String(key)}`);
      }
      busy = false;
      return apply(original, this, args) as unknown;
    };
    Object.defineProperty(holder, key, { ...descriptor, value: replacement });
    undo.push(() => Object.defineProperty(holder, key, descriptor));
  }
}

/** Looking at a call makes calls itself. */
let busy = false;

// The collector's code has this global of the test in common with the host.
const OURS = /src\/(instrumentation\/|protocol\/constants)/;

/** Some traffic of every kind, between two instrumented ends. */
function talk(): void {
  let far: FakePort | undefined;
  background.browser.runtime.onConnect?.addListener((port: FakePort) => {
    far = port;
    port.onMessage.addListener(() => undefined);
  });
  const near = content.browser.runtime.connect({ name: 'p' });
  browser.settle();
  for (let i = 0; i < 600; i += 1)
    near.postMessage({ text: `é${i}`, list: [i, null, { deep: true }] });
  far?.postMessage('back');
  try {
    near.postMessage(() => 1);
  } catch {
    // As it should be.
  }
  browser.settle();
  vi.advanceTimersByTime(100);
  browser.settle();
  collector.clear();
  browser.settle();
  near.postMessage('x'.repeat(1_100_000));
  near.disconnect();
  browser.settle();
  vi.advanceTimersByTime(100);
  browser.settle();
}

/** One-off messages of every kind, answered in every way. */
async function chat(): Promise<void> {
  background.browser.runtime.onMessage?.addListener(
    (message, _sender, respond: (answer: unknown) => void) => {
      switch (message as string) {
        case 'reject':
          return Promise.reject(new TypeError('no'));
        case 'promise':
          return Promise.resolve({ date: new Date(0), map: new Map([[1, [2]]]) });
        default:
          respond({ list: [1, undefined] });
          return true;
      }
    },
  );
  for (const message of ['reject', 'promise', 'respond', { rich: new Set([1]) }]) {
    (content.browser.runtime.sendMessage(message) as Promise<unknown>).catch(() => undefined);
    content.browser.runtime.sendMessage(null, message, {}, () => content.browser.runtime.lastError);
  }
  void background.browser.tabs?.sendMessage(7, 'tab', () => undefined);
  const native = background.browser.runtime.connectNative?.('app');
  native?.postMessage({ date: new Date(0) });
  void background.browser.runtime.sendNativeMessage?.('app', [new Date(0)]);
  await browser.rest();
  vi.advanceTimersByTime(100);
  await browser.rest();
}

it.each([
  ['Promise.prototype', Promise.prototype],
  ['Promise', Promise],
  ['Set.prototype', Set.prototype],
  ['Error.prototype', Error.prototype],
  ['Array.prototype', Array.prototype],
  ['String.prototype', String.prototype],
  ['Map.prototype', Map.prototype],
  ['WeakMap.prototype', WeakMap.prototype],
  ['RegExp.prototype', RegExp.prototype],
  ['Function.prototype', Function.prototype],
  ['Number.prototype', Number.prototype],
  ['Object.prototype', Object.prototype],
  ['Object', Object],
  ['Reflect', Reflect],
  ['JSON', JSON],
  ['Number', Number],
  ['Array', Array],
  ['performance', performance],
])('calls nothing the host put on %s', async (name, holder) => {
  await instrumentFake(background);
  await instrumentFake(content);
  browser.settle();
  const calls = new Set<string>();
  const { add } = Set.prototype;
  const { apply } = Reflect;
  replaceAll(holder, name, (what) => apply(add, calls, [what]));
  try {
    talk();
    await chat();
  } finally {
    for (const restore of undo) restore();
  }
  expect([...calls]).toEqual([]);
  expect(collector.complaints).toEqual([]);
  expect(collector.types(1).filter((type) => type === 'posted')).toHaveLength(601);
  const requests = collector.types(2).filter((type) => type === 'replied' || type === 'failed');
  expect(requests).toHaveLength(10);
});

it('is heard rightly though Array.prototype and Object.prototype have a toJSON', async () => {
  await instrumentFake(background);
  await instrumentFake(content);
  browser.settle();
  const asked: unknown[] = [];
  for (const prototype of [Array.prototype, Object.prototype] as object[]) {
    Object.defineProperty(prototype, 'toJSON', {
      configurable: true,
      writable: true,
      value(this: unknown) {
        asked.push(this);
        return 'no';
      },
    });
    undo.push(() => Reflect.deleteProperty(prototype, 'toJSON'));
  }
  let far: FakePort | undefined;
  background.browser.runtime.onConnect?.addListener((port: FakePort) => (far = port));
  content.browser.runtime.connect({ name: 'p' });
  browser.settle();
  far?.postMessage({ list: [1] });
  browser.settle();
  vi.advanceTimersByTime(100);
  browser.settle();
  expect(asked).toEqual([]);
  expect(collector.types().toSorted()).toEqual(['accepted', 'delivered', 'opened', 'posted']);
  const texts = collector.stored
    .filter(({ event }) => event[0] === 'posted')
    .map(({ text }) => text);
  expect(texts).toEqual(['[{"list":1},[2],1]']);
});

it('runs no code of errors, and no getter of answers', async () => {
  await instrumentFake(background);
  await instrumentFake(content);
  browser.settle();
  let runs = 0;
  const get = (): string => {
    runs += 1;
    return 'mine';
  };
  const error = Object.defineProperties(new Error('plain'), {
    name: { get },
    toString: { value: get },
    [Symbol.toPrimitive]: { value: get },
  });
  const silent = Object.defineProperty(new Error('seen'), 'message', { get });
  const answer = Object.defineProperty({ date: new Date(0) }, 'secret', { enumerable: true, get });
  const tagged = Object.defineProperty({ date: new Date(0) }, Symbol.toStringTag, { get });
  const responds: ((value: unknown) => void)[] = [];
  background.browser.runtime.onMessage?.addListener(
    (message, _sender, respond: (value: unknown) => void) => {
      if (message === 'reject') return Promise.reject(error);
      if (message === 'silent') throw silent;
      responds.push(respond);
      return true;
    },
  );
  for (const message of ['reject', 'silent', 'answer']) {
    content.browser.runtime.sendMessage(message, () => content.browser.runtime.lastError);
  }
  browser.settle();
  for (const respond of responds) {
    respond(answer);
    respond(tagged);
  }
  expect(runs).toBe(0);
  await browser.rest();
  vi.advanceTimersByTime(100);
  await browser.rest();
  const texts = collector
    .events()
    .flatMap((event) =>
      event[0] === 'rejected' ? [event[4]] : event[0] === 'returned' ? [event[5]] : [],
    );
  expect(texts.toSorted()).toEqual(['Error: unprintable', null, null, 'plain']);
});

it('throws nothing into the host when everything it needs throws', async () => {
  await instrumentFake(background);
  await instrumentFake(content);
  browser.settle();
  // No port as we know them.
  const port = { name: undefined } as unknown as FakePort;
  const odd = browser.createContext('odd@example', 'content-script');
  odd.browser.runtime.connect = native(() => port);
  await instrumentFake(odd);
  expect(odd.browser.runtime.connect()).toBe(port);
  odd.browser.runtime.connect = native(() => null as unknown as FakePort);
  await instrumentFake(odd);
  expect(odd.browser.runtime.connect()).toBeNull();
});

it.each(['content-script', 'user-script'] as const)(
  'a second copy in a %s is not seen by what the host has put in place',
  async (kind) => {
    const context = browser.createContext('host@example', kind);
    await instrumentFake(context);
    const { runtime } = context.browser;
    const { connect, sendMessage, onConnect } = runtime;
    const seen: unknown[] = [];
    runtime.connect = (...args) => {
      seen.push(args);
      return connect(...args);
    };
    runtime.sendMessage = (...args: unknown[]) => {
      seen.push(args);
      return sendMessage(...args);
    };
    const replaced = { ...runtime, addListener: onConnect?.addListener };
    await instrumentFake(context);
    browser.settle();
    expect({ ...context.browser.runtime, addListener: onConnect?.addListener }).toEqual(replaced);
    expect(seen).toEqual([]);
  },
);

it('listeners that were there before stay known, can be removed, and are not doubled', async () => {
  const calls: string[] = [];
  const { onConnect } = background.browser.runtime;
  const listener = (): void => void calls.push('called');
  onConnect?.addListener(listener);
  await instrumentFake(background);
  expect(onConnect?.hasListener(listener)).toBe(true);
  onConnect?.addListener(listener);
  content.browser.runtime.connect({});
  browser.settle();
  expect(calls).toEqual(['called']);
  onConnect?.removeListener(listener);
  expect(onConnect?.hasListener(listener)).toBe(false);
  content.browser.runtime.connect({});
  browser.settle();
  expect(calls).toEqual(['called']);
});

it('listeners of a port that it had before it was seen can be removed', async () => {
  const calls: unknown[] = [];
  const { onConnect } = background.browser.runtime;
  const listener = (message: unknown): void => void calls.push(message);
  let accepted: FakePort | undefined;
  onConnect?.addListener((port: FakePort) => port.onMessage.addListener(listener));
  await instrumentFake(background);
  onConnect?.addListener((port: FakePort) => (accepted = port));
  const near = content.browser.runtime.connect({});
  browser.settle();
  expect(accepted?.onMessage.hasListener(listener)).toBe(true);
  accepted?.onMessage.addListener(listener);
  near.postMessage('heard once');
  browser.settle();
  accepted?.onMessage.removeListener(listener);
  near.postMessage('too late');
  browser.settle();
  expect(calls).toEqual(['heard once']);
});
