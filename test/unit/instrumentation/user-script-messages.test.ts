/** User scripts of a host that listens for their messages alone: reports go among those, and nobody notices. */

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { REPORT_PORT } from '../../../src/protocol/index.js';
import { FakeCollector, installPorthole } from './fake-collector.js';
import { FakeBrowser, NOBODY, type FakeContext, type FakeEvent } from './fake-runtime.js';
import { instrumentFake, type Instrumented } from './load.js';

const HOST = 'host@example';

let browser: FakeBrowser;
let collector: FakeCollector;
let background: FakeContext;
let world: FakeContext;
let page: Instrumented;
let heard: unknown[];
/** Messages of the world that left it, the instrumentation's among them. */
let left: { porthole?: string; message?: { type: string } }[];
const rejections: unknown[] = [];
const onRejection = (reason: unknown): void => void rejections.push(reason);

const answer = (message: unknown): Promise<unknown> => {
  heard.push(message);
  return Promise.resolve({ about: message });
};

function messages(of = background): FakeEvent {
  return of.browser.runtime.onUserScriptMessage as FakeEvent;
}

beforeEach(() => {
  vi.useFakeTimers();
  process.on('unhandledRejection', onRejection);
  browser = new FakeBrowser();
  collector = new FakeCollector();
  heard = [];
  left = [];
});
afterEach(() => {
  process.off('unhandledRejection', onRejection);
  const [error] = [...rejections.splice(0), ...browser.errors];
  vi.useRealTimers();
  vi.unstubAllGlobals();
  if (error !== undefined) throw error as Error;
});

async function start(listens = true): Promise<void> {
  background = browser.createContext(HOST, 'background');
  await instrumentFake(background);
  if (listens) messages().addListener(answer);
  world = browser.createContext(HOST, 'user-script');
  const { runtime } = world.browser;
  const native = runtime.sendMessage;
  runtime.sendMessage = (...args) => {
    left.push(args[0] as (typeof left)[number]);
    return Reflect.apply(native, runtime, args);
  };
  page = await instrumentFake(world);
  await browser.rest();
}

async function pass(ms = 60): Promise<void> {
  await browser.rest();
  vi.advanceTimersByTime(ms);
  await browser.rest();
}

async function ask(message: unknown): Promise<unknown> {
  let came: unknown = 'pending';
  (world.browser.runtime.sendMessage(message) as Promise<unknown>).then(
    (value) => (came = { value }),
    (error: unknown) => (came = { error: (error as Error).message }),
  );
  await browser.rest();
  return came;
}

const ours = (): string[] =>
  left.flatMap(({ porthole, message }) => (porthole === REPORT_PORT ? [message?.type ?? '?'] : []));

/** What the world itself said. */
const told = (): string[] =>
  collector.types().filter((type) => /^(sent|replied|failed)$/.test(type));

describe('reports as messages', () => {
  it('arrive, acknowledged, and the host’s listeners are not called with them', async () => {
    installPorthole(browser, collector);
    await start();
    const other = vi.fn();
    messages().addListener(other);
    expect(ours()).toEqual([]);
    expect(await ask('one')).toEqual({ value: { about: 'one' } });
    await pass();
    expect(ours()).toEqual(['hello', 'batch']);
    expect(collector.hellos.map(({ kind }) => kind)).toEqual(['background', 'user-script']);
    const relayed = [...collector.lines].find((line) => line.relayed !== null);
    expect(relayed?.relayed?.sender).toMatchObject({ userScriptWorldId: 'w', id: HOST });
    expect(told()).toEqual(['sent', 'replied']);
    expect(collector.types().filter((type) => type === 'received')).toHaveLength(1);
    expect(await ask('two')).toEqual({ value: { about: 'two' } });
    await pass();
    // The acknowledgement came: nothing is sent twice.
    expect(ours()).toEqual(['hello', 'batch', 'batch']);
    expect(told()).toEqual(['sent', 'replied', 'sent', 'replied']);
    expect(heard).toEqual(['one', 'two']);
    expect(other.mock.calls.map(([message]) => message as unknown)).toEqual(['one', 'two']);
    expect(messages().hasListener(answer)).toBe(true);
    expect(collector.complaints).toEqual([]);
  });

  it('go nowhere where the host does not listen, and it hears so', async () => {
    installPorthole(browser, collector);
    await start(false);
    expect(await ask('anybody?')).toEqual({ error: NOBODY });
    await pass();
    expect(background.listeners('onUserScriptMessage')).toBe(0);
    expect(background.listeners('onUserScriptConnect')).toBe(0);
    expect(collector.hellos.map(({ kind }) => kind)).toEqual(['background']);
    expect(ours()).toEqual(['hello']);
    for (let i = 0; i < 20; i += 1) expect(await ask(i)).toEqual({ error: NOBODY });
    // Once in a while, not with every message.
    expect(ours()).toEqual(['hello']);
    messages().addListener(answer);
    await pass(2_500);
    expect(await ask('now')).toEqual({ value: { about: 'now' } });
    await pass();
    expect(collector.hellos.map(({ kind }) => kind)).toEqual(['background', 'user-script']);
  });

  it('cost little where Porthole is missing', async () => {
    await start();
    for (let i = 0; i < 20; i += 1) {
      expect(await ask(i)).toEqual({ value: { about: i } });
      await pass(10);
    }
    expect(ours()).toEqual(['hello']);
    expect(heard).toHaveLength(20);
  });

  it('tell what changes in what is captured, and go by it', async () => {
    installPorthole(browser, collector);
    collector.pause(true);
    await start();
    await ask('paused');
    await pass();
    expect(told()).toEqual([]);
    const quiet = left.length;
    await ask('still');
    await pass();
    expect(left.length).toBe(quiet + 1);
    collector.pause(false);
    await pass(2_500);
    await ask('asks again');
    await pass();
    await ask('recorded');
    await pass();
    expect(told()).toEqual(['sent', 'replied']);
    collector.clear();
    await ask('told on the way');
    await pass();
    await ask('anew');
    await pass();
    expect(told()).toContain('replied');
    expect(collector.complaints).toEqual([]);
  });

  it('move to a port when that is what the host listens for', async () => {
    installPorthole(browser, collector);
    await start();
    await ask('one');
    await pass();
    messages().removeListener(answer);
    background.browser.runtime.onUserScriptConnect?.addListener(() => undefined);
    const count = ours().length;
    expect(await ask('two')).toEqual({ error: NOBODY });
    await pass();
    await pass(2_500);
    world.browser.runtime.connect({ name: 'host' });
    await pass();
    await pass();
    expect(browser.opened.filter((name) => name === REPORT_PORT).length).toBeGreaterThan(1);
    expect(ours().length).toBeLessThanOrEqual(count + 2);
    expect(told()).toEqual(['sent', 'replied', 'sent', 'failed']);
    expect(collector.types()).toContain('opened');
    expect(collector.complaints).toEqual([]);
  });

  it('are not sent once the host has been silent, so that its background is not woken', async () => {
    installPorthole(browser, collector);
    await start();
    await ask('one');
    await pass();
    const count = left.length;
    await pass(3_000);
    page.transition('pagehide', false);
    await pass(3_000);
    expect(left).toHaveLength(count);
    expect(collector.types()).not.toContain('lifecycle');
  });

  it('tell of the page’s end while the host is talking', async () => {
    installPorthole(browser, collector);
    await start();
    await ask('one');
    await pass();
    page.transition('pagehide', false);
    await pass();
    expect(collector.types()).toContain('lifecycle');
  });

  it('are sent again when the background has gone before it answered', async () => {
    installPorthole(browser, collector);
    await start();
    await ask('one');
    await pass();
    collector.prompt = false;
    await ask('two');
    await pass();
    background.destroy();
    await pass(2_500);
    collector.prompt = true;
    background = browser.createContext(HOST, 'background');
    await instrumentFake(background);
    messages().addListener(answer);
    // The new one holds no line for the world, which learns so from this one, and begins another with the next.
    await ask('three');
    await pass();
    await ask('four');
    await pass();
    expect(told().filter((type) => type === 'replied')).toHaveLength(4);
    expect(told()).toHaveLength(8);
    expect(collector.complaints).toEqual([]);
  });

  it('reach Porthole once, whoever else of the host listens', async () => {
    installPorthole(browser, collector);
    await start();
    const popup = browser.createContext(HOST, 'page');
    await instrumentFake(popup);
    const inPage = vi.fn();
    messages(popup).addListener(inPage);
    for (let i = 0; i < 3; i += 1) {
      await ask(i);
      await pass();
    }
    expect(told()).toEqual(['sent', 'replied', 'sent', 'replied', 'sent', 'replied']);
    expect(inPage).toHaveBeenCalledTimes(3);
    expect(collector.complaints).toEqual([]);
  });

  it('cannot go over another’s line, nor do harm', async () => {
    installPorthole(browser, collector);
    await start();
    await ask('one');
    await pass();
    const uid = collector.hellos.at(-1)?.uid;
    const stranger = browser.createContext(HOST, 'user-script');
    const { received } = collector;
    const forged = { type: 'batch', batch: 2, start: 0, events: '[]', payload: '' };
    for (const message of [forged, null, undefined, {}, 7]) {
      const sent = stranger.browser.runtime.sendMessage({ porthole: REPORT_PORT, uid, message });
      (sent as Promise<unknown>).catch(() => undefined);
      await pass(2_000);
    }
    expect(collector.received).toBe(received);
    expect(heard).toEqual(['one']);
  });
});
