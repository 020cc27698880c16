/** One-off messages: what the host observes must be the same with and without the instrumentation, and all of it recorded. */

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { PortholeEvent } from '../../../src/protocol/index.js';
import { FakeCollector, installPorthole } from './fake-collector.js';
import { FakeBrowser, NOBODY, type FakeContext, type FakeEvent } from './fake-runtime.js';
import { instrumentFake } from './load.js';

const HOST = 'host@example';

type Respond = (...args: unknown[]) => void;

let browser: FakeBrowser;
let collector: FakeCollector;
let content: FakeContext;
let background: FakeContext;
let onMessage: FakeEvent;

beforeEach(() => {
  vi.useFakeTimers();
  browser = new FakeBrowser();
  collector = new FakeCollector();
  installPorthole(browser, collector);
  content = browser.createContext(HOST, 'content-script');
  background = browser.createContext(HOST, 'background');
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function prepare(instrumented = true): Promise<void> {
  if (instrumented) {
    await instrumentFake(background);
    await instrumentFake(content);
    browser.settle();
  }
  onMessage = background.browser.runtime.onMessage as FakeEvent;
}

const send = (...args: unknown[]): Promise<unknown> =>
  content.browser.runtime.sendMessage(...args) as Promise<unknown>;

/** What a promise came to. */
async function outcome(promise: unknown): Promise<unknown> {
  let came: unknown = 'pending';
  (promise as Promise<unknown>).then(
    (value) => (came = { value }),
    (error: unknown) => (came = { error }),
  );
  await browser.rest();
  return came;
}

/** Events after the line was established, as type and what matters of them; payloads as text. */
async function recorded(): Promise<unknown[][]> {
  await browser.rest();
  vi.advanceTimersByTime(60);
  await browser.rest();
  expect(collector.complaints).toEqual([]);
  return collector.stored
    .filter(({ event }) => event[0] !== 'site')
    .map(({ event, text }) => brief(event, text));
}

function brief(event: PortholeEvent, text: string): unknown[] {
  switch (event[0]) {
    case 'sent':
      return ['sent', event[1], event[3], JSON.stringify(event[4]), text];
    case 'replied':
      return ['replied', event[1], text];
    case 'failed':
      return ['failed', event[1], event[3]];
    case 'received':
      return ['received', event[1], event[3], event[5], text];
    case 'returned':
      return ['returned', event[1], event[3], event[4], event[5]];
    case 'answered':
      return ['answered', event[1], event[3], event[4], event[5] === 'json' ? text : event[5]];
    case 'rejected':
      return ['rejected', event[1], event[3], event[4]];
    default:
      return [event[0]];
  }
}

const BOTH = [
  { title: 'bare', instrumented: false },
  { title: 'instrumented', instrumented: true },
];

describe.each(BOTH)('a sender, $title', ({ instrumented }) => {
  beforeEach(() => prepare(instrumented));

  it('gets a promise of the browser’s own kind', async () => {
    onMessage.addListener(() => Promise.resolve(7));
    const promise = send('x');
    expect(Object.getPrototypeOf(promise)).toBe(Promise.prototype);
    expect(Reflect.ownKeys(promise)).toEqual([]);
    expect(await outcome(promise)).toEqual({ value: 7 });
  });

  it('gets nothing with a callback, which is called as the browser calls it', async () => {
    onMessage.addListener(() => Promise.resolve(7));
    const calls: unknown[] = [];
    const returned = send('x', function (this: unknown, ...args: unknown[]) {
      calls.push([this, args, content.browser.runtime.lastError]);
    });
    expect(returned).toBeUndefined();
    await browser.rest();
    expect(calls).toEqual([[undefined, [7], null]]);
  });

  it('finds the error in lastError, and is told off when it does not look', async () => {
    const seen: unknown[] = [];
    void send('x', (...args: unknown[]) => {
      seen.push(args, content.browser.runtime.lastError);
    });
    void send('y', () => undefined);
    await browser.rest();
    expect(seen).toEqual([[], new Error(NOBODY)]);
    expect(browser.unchecked).toEqual([NOBODY]);
    expect(content.browser.runtime.lastError).toBeNull();
  });

  it('sees errors of its callback printed', async () => {
    void send('x', () => {
      throw new Error('mine');
    });
    await browser.rest();
    expect(browser.errors).toEqual([new Error('mine')]);
  });

  it('is thrown the browser’s own errors at once', () => {
    const { tabs } = background.browser;
    expect(() => tabs?.sendMessage('no tab', 'x')).toThrow('Incorrect argument types');
  });

  it('is rejected with the browser’s own errors', async () => {
    expect(await outcome(send())).toMatchObject({
      error: { message: 'runtime.sendMessage’s message argument is missing' },
    });
    expect(await outcome(send('id', 'message', { a: 1 }))).toMatchObject({
      error: { message: 'runtime.sendMessage’s options argument is invalid' },
    });
    expect(await outcome(send({ run: () => 1 }))).toMatchObject({
      error: { name: 'DataCloneError' },
    });
  });

  it('may leave a rejection unhandled, and may handle it', async () => {
    const unhandled: unknown[] = [];
    const before = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    const listen = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', listen);
    try {
      vi.useRealTimers();
      send('handled').catch(() => undefined);
      void send('left alone');
      await browser.rest();
      await new Promise((resolve) => setImmediate(resolve));
      expect(unhandled).toEqual([new Error(NOBODY)]);
    } finally {
      process.removeListener('unhandledRejection', listen);
      for (const listener of before) process.on('unhandledRejection', listener);
    }
  });

  it('sends what the message was when it called, and its getters run once', async () => {
    const heard: unknown[] = [];
    onMessage.addListener((message) => void heard.push(message));
    let runs = 0;
    const message = {
      list: [1],
      get runs() {
        return (runs += 1);
      },
    };
    void send(message);
    message.list.push(2);
    void send(HOST, { to: 'own' });
    void send({ plain: true }, {});
    void send(null, { to: 'null' }, null);
    await browser.rest();
    expect(heard).toEqual([{ list: [1], runs: 1 }, { to: 'own' }, { plain: true }, { to: 'null' }]);
    expect(runs).toBe(1);
  });

  it('has functions of the right name and length', () => {
    const { sendMessage } = content.browser.runtime;
    expect([sendMessage.name, sendMessage.length]).toEqual(['', 0]);
    expect(Object.keys(content.browser.runtime)).toEqual([
      'id',
      'connect',
      'sendMessage',
      'lastError',
      'getManifest',
      'onConnect',
      'onMessage',
    ]);
  });
});

describe.each(BOTH)('listeners, $title', ({ instrumented }) => {
  beforeEach(() => prepare(instrumented));

  it('get one message, one sender, and a sendResponse each, all as the browser makes them', async () => {
    const seen: { message: unknown; sender: unknown; respond: Respond; count: number }[] = [];
    const listen = (...args: never[]): void => {
      const [message, sender, respond] = args as unknown as [unknown, unknown, Respond];
      seen.push({ message, sender, respond, count: args.length });
    };
    onMessage.addListener((...args: never[]) => listen(...args));
    onMessage.addListener((...args: never[]) => listen(...args));
    void send({ a: 1 });
    await browser.rest();
    const [one, two] = seen as [(typeof seen)[number], (typeof seen)[number]];
    expect([one.count, two.count]).toEqual([3, 3]);
    expect(one.message).toBe(two.message);
    expect(one.sender).toBe(two.sender);
    expect(one.respond).not.toBe(two.respond);
    expect(Reflect.ownKeys(one.respond).toSorted()).toEqual(['length', 'name']);
    expect([one.respond.name, one.respond.length]).toEqual(['', 1]);
    expect(one.respond('late')).toBeUndefined();
  });

  it('are added once, known and removed, through browser and chrome alike', async () => {
    const mv2 = browser.createContext('mv2@example', 'background', { chromeApart: true });
    const page = browser.createContext('mv2@example', 'page', { chromeApart: true });
    if (instrumented) {
      await instrumentFake(mv2);
      await instrumentFake(page);
    }
    let calls = 0;
    const listener = (): void => void (calls += 1);
    const [a, b] = [mv2.browser.runtime.onMessage, mv2.chrome.runtime.onMessage];
    expect(a).not.toBe(b);
    a?.addListener(listener);
    b?.addListener(listener);
    expect([a?.hasListener(listener), b?.hasListener(listener)]).toEqual([true, true]);
    expect(page.chrome.runtime.sendMessage('x')).toBeUndefined();
    await browser.rest();
    expect(calls).toBe(1);
    b?.removeListener(listener);
    expect([a?.hasListener(listener), b?.hasListener(listener)]).toEqual([false, false]);
    page.chrome.runtime.sendMessage('x');
    await browser.rest();
    expect(calls).toBe(1);
    expect(browser.unchecked).toEqual([NOBODY]);
  });

  it('answer as they would: sooner, later, never, twice, with an error', async () => {
    onMessage.addListener((message, _sender, respond: Respond) => {
      switch (message as string) {
        case 'sync':
          respond(1);
          respond(2);
          return undefined;
        case 'later':
          void Promise.resolve().then(() => respond('later'));
          return true;
        case 'promise':
          return Promise.resolve('promised');
        case 'reject':
          return Promise.reject(new TypeError('no'));
        case 'throw':
          throw new RangeError('broken');
        case 'renounce':
          void Promise.resolve().then(() => respond('late'));
          return 'true';
        case 'thenable':
          return { then: (f: Respond) => f(1) };
        case 'changed': {
          const answer = { n: 1 };
          respond(answer);
          answer.n = 2;
          return undefined;
        }
        default:
          return undefined;
      }
    });
    const cases = [
      'sync',
      'later',
      'promise',
      'reject',
      'throw',
      'renounce',
      'thenable',
      'changed',
    ];
    const seen: unknown[] = [];
    for (const name of [...cases, 'nothing']) seen.push(await outcome(send(name)));
    expect(seen).toEqual([
      { value: 1 },
      { value: 'later' },
      { value: 'promised' },
      { error: new Error('no') },
      { error: new Error('broken') },
      { value: undefined },
      { value: undefined },
      { value: { n: 2 } },
      { value: undefined },
    ]);
  });

  it('may return promises of a class of their own, whose code runs as often as it would', async () => {
    let made = 0;
    class Counted extends Promise<unknown> {
      constructor(run: (resolve: (value: unknown) => void) => void) {
        super(run);
        made += 1;
      }
    }
    onMessage.addListener(() => {
      const promise = new Counted((resolve) => resolve('counted'));
      expect(made).toBe(1);
      return promise;
    });
    expect(await outcome(send('x'))).toEqual({ value: 'counted' });
    // The second by the browser, which waits for it.
    expect(made).toBe(2);
  });

  it('may answer with an object whose getters the browser does not run', async () => {
    let runs = 0;
    const answer = Object.defineProperty({ a: new Date(0) }, 'secret', {
      enumerable: true,
      get: () => (runs += 1),
    });
    const responds: Respond[] = [];
    onMessage.addListener((_message, _sender, respond: Respond) => {
      responds.push(respond);
      return true;
    });
    void send('x');
    await browser.rest();
    runs = 0;
    responds[0]?.(answer);
    expect(runs).toBe(0);
    await browser.rest();
  });

  it('are as many as they would be: nobody is there when none was added', async () => {
    expect(await outcome(send('x'))).toEqual({ error: new Error(NOBODY) });
    expect(background.listeners('onMessage')).toBe(0);
  });
});

describe('what is recorded', () => {
  it('is the request, its reply, and each listener’s account in order', async () => {
    await prepare();
    onMessage.addListener((_message, _sender, respond: Respond) => {
      respond({ first: 1 });
      respond({ second: 2 });
    });
    onMessage.addListener(() => Promise.resolve(undefined));
    onMessage.addListener(() => false);
    await outcome(send({ ask: 1 }));
    expect(await recorded()).toEqual(
      expect.arrayContaining([
        ['sent', 1, 'runtime.sendMessage', '{}', '{"ask":1}'],
        ['replied', 1, '{"first":1}'],
      ]),
    );
    expect((await recorded()).filter(([type]) => type !== 'sent' && type !== 'replied')).toEqual([
      ['received', 1, 'runtime.onMessage', 3, '{"ask":1}'],
      ['answered', 1, 1, 'sendResponse', '{"first":1}'],
      ['answered', 1, 1, 'sendResponse', '{"second":2}'],
      ['returned', 1, 1, 'nothing', null],
      ['returned', 1, 2, 'promise', null],
      ['returned', 1, 3, 'nothing', null],
      ['answered', 1, 2, 'promise', 'rich'],
    ]);
  });

  it('tells what was thrown, and why a promise was rejected', async () => {
    await prepare();
    onMessage.addListener((message) => {
      if (message === 'throw') throw new RangeError('broken');
      const plain = { message: 'plain' } as Error;
      return Promise.reject<unknown>(message === 'plain' ? plain : new TypeError('no'));
    });
    for (const message of ['throw', 'reject', 'plain']) await outcome(send(message));
    const events = await recorded();
    expect(events).toEqual(
      expect.arrayContaining([
        ['returned', 1, 1, 'threw', 'RangeError: broken'],
        ['failed', 1, 'broken'],
        ['rejected', 2, 1, 'TypeError: no'],
        ['failed', 2, 'no'],
        ['rejected', 3, 1, 'plain'],
        ['failed', 3, 'plain'],
      ]),
    );
  });

  it('has errors of callbacks as far as the host read them', async () => {
    await prepare();
    void send('read', () => content.browser.runtime.lastError);
    await browser.rest();
    void send('unread', () => undefined);
    await browser.rest();
    void send('thrown', () => {
      throw (content.browser.runtime.lastError as Error) ?? new Error('none');
    });
    const events = await recorded();
    expect(events.filter(([type]) => type === 'failed')).toEqual([
      ['failed', 1, NOBODY],
      ['failed', 2, null],
      ['failed', 3, NOBODY],
    ]);
  });

  it('names whom the call named, in every form of it', async () => {
    await prepare();
    const other = browser.createContext('other@example', 'background');
    await instrumentFake(other);
    other.browser.runtime.onMessageExternal?.addListener(() => Promise.resolve('far'));
    content.browser.runtime.onMessage?.addListener(() => Promise.resolve('tab'));
    onMessage.addListener(() => undefined);
    await outcome(send('other@example', { a: 1 }));
    await outcome(send('string', {}));
    await outcome(send(null, 'null', null));
    await outcome(send(null, { a: 2 }));
    await outcome(background.browser.tabs?.sendMessage(7, 'to all'));
    await outcome(background.browser.tabs?.sendMessage(7, 'to one', { frameId: 3 }));
    expect(() => background.browser.tabs?.sendMessage('7', 'refused')).toThrow(
      'Incorrect argument types',
    );
    const events = await recorded();
    expect(events.filter(([type]) => type === 'sent').map((event) => event.slice(1))).toEqual([
      [1, 'runtime.sendMessage', '{"extensionId":"other@example"}', '{"a":1}'],
      [2, 'runtime.sendMessage', '{}', '"string"'],
      [3, 'runtime.sendMessage', '{}', '"null"'],
      [4, 'runtime.sendMessage', '{}', '{"a":2}'],
      [1, 'tabs.sendMessage', '{"tabId":7}', '"to all"'],
      [2, 'tabs.sendMessage', '{"tabId":7,"frameId":3}', '"to one"'],
      [3, 'tabs.sendMessage', '{}', '"refused"'],
    ]);
    expect(events).toContainEqual(['received', 1, 'runtime.onMessageExternal', 1, '{"a":1}']);
    expect(events).toContainEqual(['failed', 3, 'Incorrect argument types for tabs.sendMessage.']);
  });

  it('counts listeners as the host adds and removes them', async () => {
    await prepare();
    const [a, b] = [(): void => undefined, (): void => undefined];
    onMessage.addListener(a);
    onMessage.addListener(a);
    onMessage.addListener(b);
    await outcome(send(1));
    onMessage.removeListener(b);
    onMessage.removeListener(b);
    await outcome(send(2));
    const received = (await recorded()).filter((event) => event[0] === 'received');
    expect(received.map((event) => event[3])).toEqual([2, 1]);
  });

  it('shows replies to calls through chrome that asked for none', async () => {
    const mv2 = browser.createContext('mv2@example', 'background', { chromeApart: true });
    const page = browser.createContext('mv2@example', 'page');
    page.browser.runtime.onMessage?.addListener(() => Promise.resolve('yes'));
    await instrumentFake(mv2);
    browser.settle();
    expect(mv2.chrome.runtime.sendMessage('asked')).toBeUndefined();
    await browser.rest();
    expect(await recorded()).toEqual([
      ['sent', 1, 'runtime.sendMessage', '{}', '"asked"'],
      ['replied', 1, '"yes"'],
    ]);
  });

  it('has messages to native applications as they are written, toJSON run once', async () => {
    await prepare();
    let runs = 0;
    class Labelled {
      toJSON(): object {
        runs += 1;
        return { label: 'a' };
      }
    }
    const { runtime } = background.browser;
    expect(await outcome(runtime.sendNativeMessage?.('app', new Labelled()))).toEqual({
      value: { label: 'a' },
    });
    const port = runtime.connectNative?.('app');
    const heard: unknown[] = [];
    port?.onMessage.addListener((message) => heard.push(message));
    port?.postMessage({ deep: new Labelled(), date: new Date(0) });
    expect(() => port?.postMessage(1n)).toThrow(TypeError);
    await browser.rest();
    const text = '{"deep":{"label":"a"},"date":"1970-01-01T00:00:00.000Z"}';
    expect(heard).toEqual([JSON.parse(text)]);
    expect(browser.toNative).toEqual(['{"label":"a"}', text]);
    expect(runs).toBe(2);
    await recorded();
    expect(collector.stored.map(({ event, text: payload }) => [event[0], payload])).toEqual([
      ['sent', '{"label":"a"}'],
      ['replied', '{"label":"a"}'],
      ['opened', ''],
      ['posted', text],
      ['refused', expect.stringContaining('BigInt') as string],
      ['delivered', text],
    ]);
    expect(collector.events()[2]?.slice(3, 6)).toEqual([
      'runtime.connectNative',
      'app',
      { application: 'app' },
    ]);
  });

  it('is nothing while nobody records, and the promise is the browser’s', async () => {
    collector.on = false;
    const native = Promise.resolve('native');
    content.browser.runtime.sendMessage = () => native;
    await prepare();
    expect(send('x')).toBe(native);
    const listener = (): boolean => true;
    onMessage.addListener(listener);
    expect(await recorded()).toEqual([]);
  });

  it('is a gap, counted, when nobody is there to be told', async () => {
    const alone = new FakeBrowser();
    const page = alone.createContext(HOST, 'page');
    await instrumentFake(page);
    alone.settle();
    for (let i = 0; i < 3; i += 1) {
      const sent = page.browser.runtime.sendMessage(i) as Promise<unknown>;
      sent.catch(() => undefined);
    }
    await alone.rest();
    installPorthole(alone, collector);
    vi.advanceTimersByTime(10_000);
    (page.browser.runtime.sendMessage('found') as Promise<unknown>).catch(() => undefined);
    await alone.rest();
    (page.browser.runtime.sendMessage('told') as Promise<unknown>).catch(() => undefined);
    await alone.rest();
    vi.advanceTimersByTime(60);
    await alone.rest();
    const gaps = collector.events().flatMap((event) => (event[0] === 'gap' ? [event[2]] : []));
    expect(gaps.reduce((sum, lost) => sum + lost, 0)).toBeGreaterThanOrEqual(3);
    expect(collector.stored.at(-2)?.text).toBe('"told"');
  });
});

it('opens a user script’s line when the script has sent a message', async () => {
  await instrumentFake(background);
  background.browser.runtime.onUserScriptConnect?.addListener(() => undefined);
  background.browser.runtime.onUserScriptMessage?.addListener(() => Promise.resolve('heard'));
  const world = browser.createContext(HOST, 'user-script');
  await instrumentFake(world);
  browser.settle();
  expect(collector.hellos.map(({ kind }) => kind)).toEqual(['background']);
  expect(await outcome(world.browser.runtime.sendMessage('hello'))).toEqual({ value: 'heard' });
  const events = await recorded();
  expect(collector.hellos.map(({ kind }) => kind)).toEqual(['background', 'user-script']);
  expect(events).toEqual(
    expect.arrayContaining([
      ['sent', 1, 'runtime.sendMessage', '{}', '"hello"'],
      ['replied', 1, '"heard"'],
      ['received', 1, 'runtime.onUserScriptMessage', 1, '"hello"'],
    ]),
  );
});

it('says of each event when it was, and of a call when it was made', async () => {
  await prepare();
  onMessage.addListener((() => Promise.resolve('here')) as Respond);
  const called = performance.timeOrigin + performance.now();
  await outcome(send('hello'));
  await recorded();
  const types = ['sent', 'received', 'returned', 'answered', 'replied'];
  const events = collector.stored
    .map(({ event }) => event)
    .filter(([type]) => types.includes(type));
  expect(new Set(events.map(([type]) => type))).toEqual(new Set(types));
  for (const event of events) expect(event[2], event[0]).toBeCloseTo(called, -2);
});
