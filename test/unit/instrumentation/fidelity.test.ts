/** What the host extension can observe must be the same with and without the instrumentation. */

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RELAY_PORT, REPORT_PORT } from '../../../src/protocol/index.js';
import { FakeCollector, installPorthole } from './fake-collector.js';
import {
  FakeBrowser,
  NOBODY,
  type FakeContext,
  type FakeEvent,
  type FakePort,
} from './fake-runtime.js';
import { instrumentFake } from './load.js';

const HOST = 'host@example';
let browser: FakeBrowser;
let collector: FakeCollector;
let content: FakeContext;
let background: FakeContext;

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

/** Every situation with and without the instrumentation, and with one that is told to count only. */
const ALL = [
  { title: 'bare', instrumented: false },
  { title: 'instrumented', instrumented: true },
  { title: 'muted', instrumented: 'muted' },
] as const;

async function prepare(instrumented: boolean | 'muted'): Promise<void> {
  if (!instrumented) return;
  // More ports than any of the tests opens.
  if (instrumented === 'muted') collector.mute([1, -1, 2, -2, 3, -3, 4, -4, 5, -5]);
  await instrumentFake(background);
  await instrumentFake(content);
  browser.settle();
}

describe.each(ALL)('onConnect, $title', ({ instrumented }) => {
  let calls: string[];
  let onConnect: FakeEvent;
  const connect = (): void => {
    content.browser.runtime.connect({ name: 'p' });
    browser.settle();
  };
  beforeEach(async () => {
    await prepare(instrumented);
    calls = [];
    onConnect = background.browser.runtime.onConnect as FakeEvent;
  });

  it('calls listeners in the order they were added', () => {
    onConnect.addListener(() => calls.push('a'));
    onConnect.addListener(() => calls.push('b'));
    connect();
    expect(calls).toEqual(['a', 'b']);
  });

  it('adds the same listener once, and one removal takes it away', () => {
    const listener = (): void => void calls.push('a');
    onConnect.addListener(listener);
    onConnect.addListener(listener);
    connect();
    expect(calls).toEqual(['a']);
    onConnect.removeListener(listener);
    expect(onConnect.hasListener(listener)).toBe(false);
    connect();
    expect(calls).toEqual(['a']);
  });

  it('knows which listeners it has', () => {
    const listener = (): void => undefined;
    expect(onConnect.hasListener(listener)).toBe(false);
    onConnect.addListener(listener);
    expect(onConnect.hasListener(listener)).toBe(true);
    expect(onConnect.hasListener(() => undefined)).toBe(false);
    onConnect.removeListener(() => undefined);
    expect(onConnect.hasListener(listener)).toBe(true);
  });

  it('adds a listener again after it was removed, behind the others', () => {
    const listener = (): void => void calls.push('a');
    onConnect.addListener(listener);
    onConnect.addListener(() => calls.push('b'));
    onConnect.removeListener(listener);
    onConnect.addListener(listener);
    connect();
    expect(calls).toEqual(['b', 'a']);
  });

  it('hands one port object to all listeners, called with the event as they would be', () => {
    const seen: unknown[] = [];
    onConnect.addListener((port: FakePort) => seen.push(port));
    onConnect.addListener((...args: never[]) => seen.push(...args));
    connect();
    expect(seen).toHaveLength(2);
    expect(seen[0]).toBe(seen[1]);
  });

  it('refuses what is no function with the browser’s own error', () => {
    expect(() => onConnect.addListener({} as never)).toThrow('Incorrect argument types');
  });

  it('lets the errors of listeners through and goes on', () => {
    onConnect.addListener(() => {
      throw new Error('mine');
    });
    onConnect.addListener(() => calls.push('b'));
    connect();
    expect(browser.errors).toEqual([new Error('mine')]);
    expect(calls).toEqual(['b']);
  });

  it('has no listener where the host has none, so that connecting fails as it would', () => {
    const port = content.browser.runtime.connect();
    let error: unknown;
    port.onDisconnect.addListener((closed: FakePort) => (error = closed.error));
    browser.settle();
    expect(error).toEqual({ message: NOBODY });
    expect(background.listeners('onConnect')).toBe(0);
  });

  it('has native-looking functions', () => {
    for (const event of [onConnect, content.browser.runtime.connect({}).onMessage]) {
      expect([event.addListener.name, event.addListener.length]).toEqual(['addListener', 1]);
      expect([event.removeListener.name, event.removeListener.length]).toEqual([
        'removeListener',
        1,
      ]);
      expect([event.hasListener.name, event.hasListener.length]).toEqual(['hasListener', 1]);
    }
  });
});

describe.each(ALL)('ports, $title', ({ instrumented }) => {
  let near: FakePort;
  let far: FakePort;
  beforeEach(async () => {
    await prepare(instrumented);
    background.browser.runtime.onConnect?.addListener((port: FakePort) => (far = port));
    near = content.browser.runtime.connect({ name: 'p' });
    browser.settle();
  });

  it('carries messages both ways, in order', () => {
    const heard: unknown[] = [];
    far.onMessage.addListener((message) => {
      heard.push(message);
      far.postMessage(`re ${message as string}`);
    });
    near.onMessage.addListener((message) => heard.push(message));
    near.postMessage('1');
    near.postMessage('2');
    browser.settle();
    expect(heard).toEqual(['1', '2', 're 1', 're 2']);
  });

  it('has a port’s own properties and no others', () => {
    const own = ['disconnect', 'error', 'name', 'onDisconnect', 'onMessage', 'postMessage'];
    expect(Object.keys(near).toSorted()).toEqual(own);
    expect(Object.keys(far).toSorted()).toEqual([...own, 'sender'].toSorted());
    for (const key of own) {
      expect(Object.getOwnPropertyDescriptor(near, key)).toMatchObject({
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
    expect(Reflect.ownKeys(near)).toHaveLength(own.length);
  });

  it('adds, removes and knows listeners as the browser does', () => {
    let calls = 0;
    const listener = (): void => void (calls += 1);
    for (const event of [near.onMessage, near.onDisconnect]) {
      calls = 0;
      event.addListener(listener);
      event.addListener(listener);
      expect(event.hasListener(listener)).toBe(true);
      expect(event.hasListener(() => undefined)).toBe(false);
      event.removeListener(listener);
      expect(event.hasListener(listener)).toBe(false);
    }
    far.postMessage('nobody listens');
    browser.settle();
    expect(calls).toBe(0);
    expect(() => near.onMessage.addListener(1 as never)).toThrow('Incorrect argument types');
  });

  it('hands one object to all listeners of a message, and the port with it', () => {
    const seen: unknown[][] = [];
    far.onMessage.addListener((...args: never[]) => seen.push(args));
    far.onMessage.addListener((...args: never[]) => seen.push(args));
    near.postMessage({ a: 1 });
    browser.settle();
    expect(seen).toHaveLength(2);
    expect(seen[0]?.[0]).toBe(seen[1]?.[0]);
    expect(seen[0]?.[1]).toBe(far);
  });

  it('tells the other end of a disconnect once, and not its own', () => {
    const told: string[] = [];
    near.onDisconnect.addListener(() => told.push('near'));
    far.onDisconnect.addListener((port: FakePort) => {
      told.push('far');
      expect(port).toBe(far);
    });
    expect(near.disconnect()).toBeUndefined();
    near.disconnect();
    browser.settle();
    expect(told).toEqual(['far']);
    expect(() => near.postMessage('late')).toThrow('Attempt to postMessage on disconnected port');
  });

  it('gives the browser’s own error for what cannot be cloned', () => {
    const thrown = (payload: unknown): { name: string; message: string } => {
      try {
        near.postMessage(payload);
      } catch (error) {
        return error as Error;
      }
      throw new Error('nothing was thrown');
    };
    for (const payload of [() => 1, Symbol('s'), { deep: [() => 1] }, new Proxy({}, {})]) {
      let native: unknown;
      try {
        structuredClone(payload);
      } catch (error) {
        native = error;
      }
      expect(thrown(payload)).toMatchObject({
        name: 'DataCloneError',
        message: (native as Error).message,
      });
    }
    expect(far.postMessage('still open')).toBeUndefined();
  });

  it('passes on what a getter throws', () => {
    const mine = new Error('mine');
    const payload = {
      get a() {
        throw mine;
      },
    };
    expect(() => near.postMessage(payload)).toThrow(mine);
  });

  it('delivers what the payload was at the time of the call', () => {
    const heard: unknown[] = [];
    far.onMessage.addListener((message) => heard.push(message));
    const payload = { list: [1] };
    near.postMessage(payload);
    payload.list.push(2);
    browser.settle();
    expect(heard).toEqual([{ list: [1] }]);
  });

  it('runs each getter once', () => {
    const runs = { plain: 0, afterMap: 0, inClass: 0 };
    class Model {
      get notOwn(): number {
        return (runs.inClass += 100);
      }
      constructor() {
        Object.defineProperty(this, 'own', { enumerable: true, get: () => (runs.inClass += 1) });
      }
    }
    const heard: unknown[] = [];
    far.onMessage.addListener((message) => heard.push(message));
    near.postMessage({
      get a() {
        return (runs.plain += 1);
      },
    });
    near.postMessage({
      map: new Map([[1, 2]]),
      get b() {
        return (runs.afterMap += 1);
      },
    });
    near.postMessage(new Model());
    browser.settle();
    expect(runs).toEqual({ plain: 1, afterMap: 1, inClass: 1 });
    expect(heard).toEqual([{ a: 1 }, { map: new Map([[1, 2]]), b: 1 }, { own: 1 }]);
  });

  it('keeps its functions usable when they are taken off the port', () => {
    const heard: unknown[] = [];
    far.onMessage.addListener((message) => heard.push(message));
    const { postMessage } = near;
    postMessage('loose');
    browser.settle();
    expect(heard).toEqual(['loose']);
  });

  it('has native-looking functions', () => {
    expect([near.postMessage.name, near.postMessage.length]).toEqual(['postMessage', 0]);
    expect([near.disconnect.name, near.disconnect.length]).toEqual(['disconnect', 0]);
  });

  it('lets a getter post on the same port', () => {
    const heard: unknown[] = [];
    far.onMessage.addListener((message) => heard.push(message));
    near.postMessage({
      get outer() {
        near.postMessage('inner');
        return 1;
      },
    });
    browser.settle();
    expect(heard).toEqual(['inner', { outer: 1 }]);
  });
});

describe.each(ALL)('connecting, $title', ({ instrumented }) => {
  beforeEach(() => prepare(instrumented));

  it('throws the browser’s own errors', () => {
    const { connect } = content.browser.runtime;
    expect(() => connect(1)).toThrow('Incorrect argument types for runtime.connect.');
    expect(() => connect(Symbol('s'))).toThrow('Incorrect argument types for runtime.connect.');
    expect(() => background.browser.tabs?.connect('no tab')).toThrow('Incorrect argument types');
  });

  it('returns the very port that the listeners of its context are given', () => {
    const port = content.browser.runtime.connect({ name: 'p' });
    let told: unknown;
    port.onDisconnect.addListener((closed: FakePort) => (told = closed));
    browser.settle();
    expect(told).toBe(port);
    expect(port.name).toBe('p');
  });

  it('works without its object', () => {
    const { connect } = content.browser.runtime;
    expect(connect().name).toBe('');
  });
});

describe('the instrumentation', () => {
  it('patches chrome too where that is another object, each with its own listeners', async () => {
    const mv2 = browser.createContext('mv2@example', 'background', { chromeApart: true });
    const page = browser.createContext('mv2@example', 'page', { chromeApart: true });
    await instrumentFake(mv2);
    await instrumentFake(page);
    const heard: string[] = [];
    const both = (): void => void heard.push('both');
    mv2.browser.runtime.onConnect?.addListener(both);
    mv2.chrome.runtime.onConnect?.addListener(both);
    expect(mv2.chrome.runtime.onConnect?.hasListener(both)).toBe(true);
    page.chrome.runtime.connect({ name: 'by chrome' });
    browser.settle();
    vi.advanceTimersByTime(60);
    browser.settle();
    // One event under two names, so one listener.
    expect(heard).toEqual(['both']);
    expect(collector.events().map((event) => [event[0], event[4]])).toEqual([
      ['accepted', 'by chrome'],
      ['opened', 'by chrome'],
    ]);
    expect(page.chrome.runtime.connect).not.toBe(page.browser.runtime.connect);
  });

  it('shows the host none of Porthole’s ports', async () => {
    const names: string[] = [];
    await instrumentFake(background);
    for (const key of ['onConnect', 'onConnectExternal', 'onUserScriptConnect'] as const) {
      background.browser.runtime[key]?.addListener((port: FakePort) => names.push(port.name));
    }
    const userScript = browser.createContext(HOST, 'user-script');
    userScript.browser.runtime.connect({ name: REPORT_PORT });
    userScript.browser.runtime.connect({ name: 'app' });
    content.browser.runtime.connect({ name: RELAY_PORT });
    browser.settle();
    expect(names).toEqual(['app']);
  });

  it('does nothing where it runs a second time', async () => {
    await instrumentFake(content);
    const { connect } = content.browser.runtime;
    await instrumentFake(content);
    expect(content.browser.runtime.connect).toBe(connect);
    browser.settle();
    expect(collector.hellos).toHaveLength(1);
  });

  it('does nothing where there is no messaging', async () => {
    const world = browser.createContext(HOST, 'user-script');
    const bare = { ...world, browser: {} as never, chrome: {} as never };
    const { uninstall } = await instrumentFake(bare);
    expect(bare.browser).toEqual({});
    expect(uninstall).not.toThrow();
  });

  it('puts every native function back', async () => {
    const { connect } = content.browser.runtime;
    const add = content.browser.runtime.onConnect?.addListener;
    const { uninstall } = await instrumentFake(content);
    expect(content.browser.runtime.connect).not.toBe(connect);
    browser.settle();
    const port = content.browser.runtime.connect();
    uninstall();
    expect(content.browser.runtime.connect).toBe(connect);
    expect(content.browser.runtime.onConnect?.addListener).toBe(add);
    expect(collector.lines.size).toBe(1);
    browser.settle();
    expect(collector.lines.size).toBe(0);
    expect(() => port.postMessage('unrecorded')).toThrow('Attempt to postMessage');
    vi.advanceTimersByTime(60_000);
    browser.settle();
    expect(collector.stored).toEqual([]);
    expect(collector.lines.size).toBe(0);
  });
});
