/** What is recorded of the traffic between instrumented contexts, from the call to the collector. */

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RELAY_PORT, REPORT_PORT, type PortholeEvent } from '../../../src/protocol/index.js';
import { createRelay } from '../../../src/instrumentation/relay.js';
import type { NativePort } from '../../../src/instrumentation/webext-types.js';
import { FakeCollector, installPorthole } from './fake-collector.js';
import { FakeBrowser, native, NOBODY, type FakeContext, type FakePort } from './fake-runtime.js';
import { instrumentFake, type Instrumented } from './load.js';

const HOST = 'host@example';
let browser: FakeBrowser;
let collector: FakeCollector;
let content: FakeContext;
let background: FakeContext;
let far: FakePort;

beforeEach(() => {
  vi.useFakeTimers();
  browser = new FakeBrowser();
  collector = new FakeCollector();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

async function host(): Promise<void> {
  background = browser.createContext(HOST, 'background', {
    manifest: { name: 'Host', version: '1.2' },
  });
  content = browser.createContext(HOST, 'content-script');
  await instrumentFake(background);
  background.browser.runtime.onConnect?.addListener((port: FakePort) => (far = port));
}

function pass(ms = 60): void {
  browser.settle();
  vi.advanceTimersByTime(ms);
  browser.settle();
}

/** Types, numbers and texts, without what differs in every run. */
function brief(recording?: number): unknown[] {
  return collector.stored
    .filter((entry) => entry.recording === (recording ?? collector.recording))
    .filter((entry) => entry.event[0] !== 'site')
    .map(({ event, text }) => {
      switch (event[0]) {
        case 'opened':
        case 'accepted':
          return [event[0], event[4], `${event.at(-2) as number}/${event.at(-1) as number}`];
        case 'posted':
          return ['posted', event[3], text];
        case 'delivered':
          return ['delivered', event[3], text, event[4]];
        case 'refused':
          return ['refused', event[3]];
        case 'disconnected':
          return ['disconnected', event[3], event[4], `${event[6]}/${event[7]}`];
        default:
          return event.filter((part) => typeof part !== 'number');
      }
    });
}

function find<T extends PortholeEvent[0]>(
  type: T,
): Extract<PortholeEvent, readonly [T, ...unknown[]]> {
  const event = collector.stored.map((entry) => entry.event).find((entry) => entry[0] === type);
  if (event === undefined) throw new Error(`no ${type} in ${JSON.stringify(brief())}`);
  return event as Extract<PortholeEvent, readonly [T, ...unknown[]]>;
}

describe('a recording', () => {
  beforeEach(() => {
    installPorthole(browser, collector);
    return host();
  });

  it('keeps no timer running while nothing is sent: not before, between or after, recorded or paused', async () => {
    await instrumentFake(content);
    pass();
    expect(vi.getTimerCount()).toBe(0);
    const port = content.browser.runtime.connect({ name: 'n' });
    for (const on of [true, false, true]) {
      collector.pause(!on);
      pass();
      port.postMessage(1);
      browser.settle();
      // The delay of a batch at each end, or none.
      expect(vi.getTimerCount()).toBe(on ? 2 : 0);
      pass();
      expect(vi.getTimerCount()).toBe(0);
    }
    port.disconnect();
    pass();
    expect(vi.getTimerCount()).toBe(0);
    const { received } = collector;
    pass(3_600_000);
    expect(collector.received).toBe(received);
  });

  it('tells who speaks', async () => {
    await instrumentFake(content);
    pass();
    expect(collector.hellos).toMatchObject([
      { kind: 'background', extensionName: 'Host', extensionVersion: '1.2', protocol: 3 },
      { kind: 'content-script', url: 'https://example.test/content-script' },
    ]);
    const [one, other] = collector.hellos;
    expect(one?.uid).not.toBe(other?.uid);
    expect(one?.uid.length).toBeGreaterThanOrEqual(8);
  });

  it('dates a port from before the native call: once that has returned it may be accepted already', async () => {
    const { runtime } = content.browser;
    const { connect } = runtime;
    runtime.connect = native((...args) => {
      const port = Reflect.apply(connect, runtime, args);
      vi.advanceTimersByTime(500);
      return port;
    });
    await instrumentFake(content);
    await Promise.resolve();
    const called = performance.timeOrigin + performance.now();
    content.browser.runtime.connect({ name: 'slow' });
    pass();
    expect(find('opened')[2]).toBeCloseTo(called, 0);
  });

  it('cuts a target short that no guard would take', async () => {
    await instrumentFake(content);
    await Promise.resolve();
    content.browser.runtime.connect('x'.repeat(5_000), { name: 'nowhere' });
    pass();
    expect(find('opened')[5]).toEqual({ extensionId: 'x'.repeat(1_000) });
  });

  it('holds a conversation from the opener’s end', async () => {
    await instrumentFake(content);
    await Promise.resolve();
    const near = content.browser.runtime.connect({ name: 'talk' });
    near.onMessage.addListener((message) => near.postMessage({ echo: message }));
    pass();
    far.postMessage('one');
    far.postMessage(undefined);
    browser.settle();
    near.disconnect();
    pass();
    const uid = collector.hellos[1]?.uid;
    expect(uid).toBeDefined();
    expect(find('opened').slice(3, 6)).toEqual(['runtime.connect', 'talk', {}]);
    expect(brief()).toEqual(
      expect.arrayContaining([
        ['opened', 'talk', '0/0'],
        ['delivered', 1, '"one"', 1],
        ['posted', 1, '{"echo":"one"}'],
        ['delivered', 2, '-1', 1],
        ['posted', 2, '[{"echo":-1}]'],
        ['disconnected', 'self', null, '2/2'],
      ]),
    );
  });

  it('holds the same from the acceptor’s end, with what the browser attests', async () => {
    const near = content.browser.runtime.connect({ name: 'talk' });
    browser.settle();
    near.postMessage({ a: 1 });
    near.postMessage({ a: 2 });
    browser.settle();
    far.onMessage.addListener(() => undefined);
    far.onMessage.addListener(() => undefined);
    near.postMessage({ a: 3 });
    browser.settle();
    far.postMessage('bye');
    near.disconnect();
    pass();
    expect(brief()).toEqual([
      ['accepted', 'talk', '0/0'],
      ['delivered', 1, '{"a":1}', 0],
      ['delivered', 2, '{"a":2}', 0],
      ['delivered', 3, '{"a":3}', 2],
      ['posted', 1, '"bye"'],
      ['disconnected', 'other', null, '1/3'],
    ]);
    expect(find('accepted')[5]).toEqual({
      id: HOST,
      url: 'https://example.test/',
      tabId: 7,
      frameId: 0,
      documentId: 'd',
      contextId: expect.any(Number),
      envType: 'content_child',
    });
  });

  it('says whom tabs.connect named', async () => {
    content.browser.runtime.onConnect?.addListener(() => undefined);
    background.browser.tabs?.connect(7, { name: 'down', frameId: 0, documentId: null });
    pass();
    expect(find('opened').slice(3, 6)).toEqual(['tabs.connect', 'down', { tabId: 7, frameId: 0 }]);
  });

  it('holds a message as it was before a listener changed it', () => {
    const near = content.browser.runtime.connect();
    browser.settle();
    far.onMessage.addListener((message: { a: number[] }) => void message.a.push(2));
    near.postMessage({ a: [1] });
    pass();
    expect(brief()[1]).toEqual(['delivered', 1, '{"a":[1]}', 1]);
  });

  it('holds a failed connection with the browser’s reason', async () => {
    const lonely = browser.createContext('lonely@example', 'content-script');
    await instrumentFake(lonely);
    lonely.browser.runtime.connect({ name: 'hello?' });
    pass();
    expect(brief()).toEqual([
      ['opened', 'hello?', '0/0'],
      ['disconnected', 'other', NOBODY, '0/0'],
    ]);
  });

  it('holds what was refused, and does not count it', () => {
    content.browser.runtime.connect();
    browser.settle();
    expect(() => far.postMessage(() => 1)).toThrow('could not be cloned');
    far.postMessage('ok');
    far.disconnect();
    expect(() => far.postMessage('late')).toThrow('Attempt to postMessage on disconnected port');
    pass();
    expect(brief()).toEqual([
      ['accepted', '', '0/0'],
      ['refused', expect.stringContaining('could not be cloned')],
      ['posted', 1, '"ok"'],
      ['disconnected', 'self', null, '1/0'],
      ['refused', 'Error: Attempt to postMessage on disconnected port'],
    ]);
  });

  it('keeps what happens inside a listener behind what it answers', () => {
    const near = content.browser.runtime.connect();
    browser.settle();
    far.onMessage.addListener((message) => far.postMessage(['re', message]));
    near.postMessage(1);
    near.postMessage(2);
    pass();
    expect(brief().slice(1)).toEqual([
      ['delivered', 1, '1', 1],
      ['posted', 1, '["re",1]'],
      ['delivered', 2, '2', 1],
      ['posted', 2, '["re",2]'],
    ]);
  });

  it('numbers what a getter posts before what it is in', () => {
    content.browser.runtime.connect();
    browser.settle();
    far.postMessage({
      get outer() {
        far.postMessage('inner');
        return 1;
      },
    });
    pass();
    expect(brief().slice(1)).toEqual([
      ['posted', 1, '"inner"'],
      ['posted', 2, '[{"outer":1},1]'],
    ]);
  });

  it('defines each call site before the event that names it, and again for a new recording', () => {
    collector.callSites = true;
    collector.tellCapture();
    content.browser.runtime.connect();
    browser.settle();
    const post = (): void => far.postMessage('x');
    for (let i = 0; i < 2; i += 1) post();
    pass();
    const check = (recording: number): number => {
      const known = new Map<number, string>();
      let named = 0;
      for (const { event, recording: own } of collector.stored) {
        if (own !== recording) continue;
        if (event[0] === 'site') known.set(event[1], event[2]);
        if (event[0] !== 'posted') continue;
        named += 1;
        expect(known.get(event[4])).toContain('post');
      }
      expect(known.size).toBe(1);
      return named;
    };
    expect(check(1)).toBe(2);
    collector.clear();
    browser.settle();
    post();
    pass();
    expect(check(2)).toBe(1);
  });

  it('restates open ports, with their counters, when a new one begins', () => {
    content.browser.runtime.connect({ name: 'a' });
    browser.settle();
    const gone = far;
    const near = content.browser.runtime.connect({ name: 'b' });
    browser.settle();
    near.postMessage(1);
    far.postMessage(2);
    far.postMessage(3);
    gone.disconnect();
    pass();
    collector.clear();
    pass();
    expect(brief(2)).toEqual([['accepted', 'b', '2/1']]);
    far.postMessage(4);
    pass();
    expect(brief(2).at(-1)).toEqual(['posted', 3, '4']);
  });

  it('tells after a pause what closed and what opened during it', () => {
    content.browser.runtime.connect({ name: 'before' });
    browser.settle();
    const before = far;
    pass();
    collector.pause(true);
    browser.settle();
    before.disconnect();
    content.browser.runtime.connect({ name: 'passing' });
    browser.settle();
    far.disconnect();
    content.browser.runtime.connect({ name: 'during' });
    browser.settle();
    far.postMessage('unrecorded');
    collector.pause(false);
    browser.settle();
    far.postMessage('recorded');
    pass();
    expect(brief()).toEqual([
      ['accepted', 'before', '0/0'],
      ['disconnected', 'self', null, '0/0'],
      ['accepted', 'during', '1/0'],
      ['posted', 2, '"recorded"'],
    ]);
  });

  it('records nothing while paused, not even call sites', () => {
    collector.callSites = true;
    collector.pause(true);
    browser.settle();
    content.browser.runtime.connect();
    browser.settle();
    far.postMessage(1);
    far.disconnect();
    pass(60_000);
    expect(collector.received).toBe(0);
  });
});

describe('what Porthole asks a context to count only', () => {
  let near: FakePort;
  beforeEach(async () => {
    installPorthole(browser, collector);
    await host();
    await instrumentFake(content);
    pass();
    near = content.browser.runtime.connect({ name: 'noisy' });
    pass();
  });

  const counted = (): unknown[] => collector.counted.map(([, way, , ...rest]) => [way, ...rest]);

  it('is counted by its numbers, which go on when all is told again', () => {
    near.postMessage('before');
    pass();
    collector.mute([1, -1]);
    pass();
    for (let n = 0; n < 5; n += 1) near.postMessage({ n });
    browser.settle();
    far.postMessage('heard');
    pass();
    near.postMessage('one more');
    pass();
    collector.mute([-1]);
    pass();
    near.postMessage('after');
    far.postMessage('heard');
    pass();
    expect(brief().slice(2)).toEqual([
      ['posted', 1, '"before"'],
      ['delivered', 1, '"before"', 0],
      ['posted', 8, '"after"'],
      ['posted', 2, '"heard"'],
    ]);
    // The two ends number their ports alike, each its own, so both have counted.
    expect(counted().sort()).toEqual(
      [
        // Content script: its posts, what it was sent.
        [1, 2, 1],
        [1, 6, 4],
        [1, 7, 1],
        [-1, 1, 1],
        [-1, 2, 1],
        // Background: what it was sent, its posts.
        [-1, 2, 1],
        [-1, 6, 4],
        [-1, 7, 1],
        [-1, 8, 1],
        [1, 1, 1],
      ].sort(),
    );
  });

  it('runs a getter once, for the host, and takes no call site', () => {
    collector.callSites = true;
    collector.mute([1, -1]);
    pass();
    let reads = 0;
    near.postMessage({
      get value() {
        reads += 1;
        return reads;
      },
    });
    pass();
    expect(reads).toBe(1);
    expect(brief().slice(2)).toEqual([]);
    expect(collector.stored.map(({ event }) => event[0])).not.toContain('site');
  });

  it('counts a refused post, and the host gets its error', () => {
    collector.mute([1, -1]);
    pass();
    near.postMessage(1);
    expect(() => near.postMessage(() => undefined)).toThrow('could not be cloned');
    near.postMessage(2);
    near.disconnect();
    pass();
    const posts = collector.counted.filter(([, way]) => way === 1);
    expect(posts.reduce((sum, [, , , , events]) => sum + events, 0)).toBe(3);
    expect(posts.at(-1)?.[3]).toBe(2);
    expect(brief().slice(2)).toEqual([
      ['disconnected', 'self', null, '2/0'],
      ['disconnected', 'other', null, '0/2'],
    ]);
  });

  it('is told when the line is new, until Porthole says it again', () => {
    collector.mute([1, -1]);
    pass();
    near.postMessage('counted');
    pass();
    collector.mute([]);
    collector.closeLines();
    pass(1_000);
    near.postMessage('told');
    pass();
    expect(brief().slice(2)).toEqual([
      ['posted', 2, '"told"'],
      ['delivered', 2, '"told"', 0],
    ]);
    expect(counted().sort()).toEqual([
      [-1, 1, 1],
      [1, 1, 1],
    ]);
  });

  it('keeps no timer running, and nothing is sent, while nothing is posted', () => {
    collector.mute([1, -1]);
    pass();
    near.postMessage(1);
    browser.settle();
    expect(vi.getTimerCount()).toBe(2);
    pass();
    expect(vi.getTimerCount()).toBe(0);
    const { received } = collector;
    pass(3_600_000);
    expect(collector.received).toBe(received);
  });
});

describe('without Porthole', () => {
  it('all works, is counted, and is stated when Porthole appears', async () => {
    await host();
    await instrumentFake(content);
    const near = content.browser.runtime.connect({ name: 'early' });
    browser.settle();
    const heard: unknown[] = [];
    near.onMessage.addListener((message) => heard.push(message));
    for (let i = 0; i < 5; i += 1) far.postMessage(i);
    browser.settle();
    expect(heard).toEqual([0, 1, 2, 3, 4]);
    installPorthole(browser, collector);
    vi.advanceTimersByTime(2_100);
    far.postMessage('asks');
    pass();
    far.postMessage('now');
    pass();
    pass();
    // One gap from each context; the background has missed its `accepted` and six posts.
    expect(brief().toSorted()).toEqual(
      [
        ['accepted', 'early', '6/0'],
        ['posted', 7, '"now"'],
        ['gap', 'porthole-absent'],
        ['opened', 'early', '0/6'],
        ['delivered', 7, '"now"', 1],
        ['gap', 'porthole-absent'],
      ].toSorted(),
    );
    const gaps = collector.events().filter((event) => event[0] === 'gap');
    expect(gaps.map((event) => event[2])).toEqual([7, 7]);
  });
});

describe('user scripts', () => {
  let world: FakeContext;
  beforeEach(async () => {
    await host();
    world = browser.createContext(HOST, 'user-script');
  });

  it('report through their background, once the host has connected there', async () => {
    installPorthole(browser, collector);
    await instrumentFake(world);
    const heard: unknown[] = [];
    background.browser.runtime.onUserScriptConnect?.addListener((port: FakePort) =>
      port.onMessage.addListener((message) => heard.push(message)),
    );
    pass();
    expect(collector.hellos.map((hello) => hello.kind)).toEqual(['background']);
    const port = world.browser.runtime.connect({ name: 'us' });
    port.postMessage('hi');
    pass();
    expect(heard).toEqual(['hi']);
    expect(collector.hellos.map((hello) => hello.kind)).toEqual(['background', 'user-script']);
    const relayed = [...collector.lines].find((line) => line.relayed !== null);
    expect(relayed?.relayed?.sender).toMatchObject({ userScriptWorldId: 'w', id: HOST });
    expect(collector.types().toSorted()).toEqual(['accepted', 'delivered', 'opened', 'posted']);
    expect(collector.complaints).toEqual([]);
  });

  it('are relayed once, however many listeners the host has', async () => {
    installPorthole(browser, collector);
    await instrumentFake(world);
    for (let i = 0; i < 3; i += 1) {
      background.browser.runtime.onUserScriptConnect?.addListener(() => i);
    }
    world.browser.runtime.connect();
    pass();
    expect(collector.hellos).toHaveLength(2);
  });

  it('do not wake their background when they find their port closed', async () => {
    installPorthole(browser, collector);
    await instrumentFake(world);
    background.browser.runtime.onUserScriptConnect?.addListener(() => undefined);
    const port = world.browser.runtime.connect({ name: 'us' });
    pass(3_000);
    background.destroy();
    pass(3_000);
    const { length } = browser.opened;
    expect(() => port.postMessage('anybody?')).toThrow('disconnected port');
    pass(3_000);
    expect(browser.opened).toHaveLength(length);
  });

  it('hear that nobody is there when their background cannot reach Porthole', () => {
    const relay = createRelay({
      connect: () => {
        throw new Error('Extension context invalidated.');
      },
    });
    let closed = 0;
    const port = { name: REPORT_PORT, disconnect: () => (closed += 1) } as unknown as NativePort;
    let heard = 0;
    const listen = relay.aroundConnect(() => () => (heard += 1), 'runtime.onUserScriptConnect');
    expect(() => listen(() => undefined, { count: 1 })(port)).not.toThrow();
    expect(heard).toBe(0);
    expect(closed).toBe(1);
  });

  it('cost their background no connection per message where Porthole is missing', async () => {
    await instrumentFake(world);
    let connections = 0;
    background.browser.runtime.onUserScriptConnect?.addListener(() => (connections += 1));
    const port = world.browser.runtime.connect();
    for (let i = 0; i < 20; i += 1) {
      port.postMessage(i);
      pass(10);
    }
    expect(connections).toBe(1);
    expect(browser.opened.filter((name) => name === REPORT_PORT)).toHaveLength(2);
    expect(browser.opened.filter((name) => name === RELAY_PORT)).toHaveLength(1);
    expect(browser.errors).toEqual([]);
    installPorthole(browser, collector);
    vi.advanceTimersByTime(2_100);
    port.postMessage('now');
    port.postMessage('then');
    pass();
    pass();
    const gap = collector.events().findLast((event) => event[0] === 'gap');
    expect(gap?.[2]).toBeGreaterThanOrEqual(21);
  });
});

describe('a page that goes', () => {
  let page: Instrumented;
  let port: FakePort;
  beforeEach(async () => {
    installPorthole(browser, collector);
    await host();
    page = await instrumentFake(content);
    port = content.browser.runtime.connect();
    pass();
    collector.stored.length = 0;
  });

  it('sends what it has, and what the host says in its own farewell', () => {
    port.postMessage('last words');
    page.transition('pagehide', false);
    port.postMessage('farewell');
    browser.settle();
    expect(brief().filter((entry) => (entry as string[])[0] !== 'delivered')).toEqual([
      ['posted', 1, '"last words"'],
      ['lifecycle', 'unloaded'],
      ['posted', 2, '"farewell"'],
    ]);
  });

  it('says that it was frozen, and thawed', () => {
    page.transition('pagehide', true);
    browser.settle();
    page.transition('pageshow', true);
    pass();
    expect(brief()).toEqual([
      ['lifecycle', 'frozen'],
      ['lifecycle', 'thawed'],
    ]);
  });

  it('does not believe the page that it goes', () => {
    page.transition('pagehide', false, false);
    page.transition('pageshow', false);
    pass();
    expect(collector.stored).toEqual([]);
    port.postMessage('still here');
    pass();
    expect(brief()[0]).toEqual(['posted', 1, '"still here"']);
  });
});
