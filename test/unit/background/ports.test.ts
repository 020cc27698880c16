import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Runtime } from 'webextension-polyfill';
import { keepAwake } from '../../../src/background/awake.js';
import { createPanels } from '../../../src/background/panels.js';
import { loopback, takeReportPort } from '../../../src/background/report-ports.js';
import {
  PANEL_PORT,
  RELAY_PORT,
  REPORT_PORT,
  type ToContext,
} from '../../../src/protocol/index.js';
import { packEvents } from '../../../src/protocol/wire-form.js';
import { NewerDatabaseError } from '../../../src/store/reader.js';
import { hello, setUp, site, storedEvents, until } from './harness.js';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  vi.stubGlobal('location', { href: 'moz-extension://own/background.html' });
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

type Listener = (message: unknown) => void;

/** The accepting side of a `runtime.Port`, and what the other side does and sees. */
function fakePort(name: string, sender: object = { id: 'demo@example' }) {
  const heard: Listener[] = [];
  const gone: (() => void)[] = [];
  const sent: unknown[] = [];
  const port = {
    name,
    sender,
    postMessage: (message: unknown) => sent.push(message),
    disconnect: vi.fn(),
    onMessage: { addListener: (listener: Listener) => heard.push(listener) },
    onDisconnect: { addListener: (listener: () => void) => gone.push(listener) },
  };
  return {
    port: port as unknown as Runtime.Port,
    sent,
    closed: () => port.disconnect.mock.calls.length > 0,
    say: (message: unknown) => heard.forEach((listener) => listener(message)),
    leave: () => gone.forEach((listener) => listener()),
  };
}

test('messages that come before the collector has started are handled in order', async () => {
  const setup = await setUp();
  let go: (value: typeof setup.collector) => void = () => undefined;
  const started = new Promise<typeof setup.collector>((resolve) => {
    go = resolve;
  });
  const context = fakePort(REPORT_PORT);
  expect(takeReportPort(context.port, 'onConnectExternal', () => started)).toBe(true);
  context.say(hello());
  for (const number of [1, 2]) {
    context.say({
      type: 'batch',
      batch: number,
      ...packEvents([site(number)], ''),
    });
  }
  expect(context.sent).toEqual([]);
  go(setup.collector);
  await until('ack', () => context.sent.find((message) => (message as ToContext).type === 'ack'));
  expect((await storedEvents(setup.database)).map((event) => event[1])).toEqual([1, 2]);
  context.leave();
  await until('end', () => setup.collector.state().type === 'state' && !setup.needed());
});

test.each([
  ['onConnect', REPORT_PORT, true],
  ['onConnect', RELAY_PORT, false],
  ['onUserScriptConnect', REPORT_PORT, true],
  ['onUserScriptConnect', RELAY_PORT, false],
  ['onConnectExternal', REPORT_PORT, true],
  ['onConnectExternal', RELAY_PORT, true],
  ['onConnectExternal', PANEL_PORT, false],
  ['onConnect', 'port-from-cs', false],
] as const)('on %s, %s is taken: %s', (kind, name, taken) => {
  const never = new Promise<never>(() => undefined);
  expect(takeReportPort(fakePort(name).port, kind, () => never)).toBe(taken);
});

test('a collector that cannot start closes the line; only a newer database rejects for good', async () => {
  const broken = fakePort(REPORT_PORT);
  takeReportPort(broken.port, 'onConnect', () => Promise.reject(new Error('disk')));
  const newer = fakePort(REPORT_PORT);
  const error = new NewerDatabaseError('VersionError');
  takeReportPort(newer.port, 'onConnect', () => Promise.reject(error));
  await until('close', () => broken.closed() && newer.closed());
  expect(broken.sent).toEqual([]);
  expect(newer.sent).toEqual([{ type: 'rejected', reason: error.message }]);
});

test('the loopback speaks like a port, never before the caller has returned', async () => {
  const setup = await setUp();
  const received: ToContext[] = [];
  const channel = loopback(() => Promise.resolve(setup.collector)).open(
    (message) => received.push(message),
    () => undefined,
  );
  channel.postMessage(hello('own-background', { kind: 'background' }));
  channel.postMessage({ type: 'batch', batch: 1, ...packEvents([site(1)], '') });
  expect(received).toEqual([]);
  await until('ack', () => received.some(({ type }) => type === 'ack'));
  expect(received.map(({ type }) => type)).toEqual(['welcome', 'ack']);
});

test('panels: only own pages; state first, then what was asked, in order', async () => {
  const setup = await setUp();
  const panels = createPanels({
    starting: () => Promise.resolve(setup.collector),
    erase: () => Promise.resolve(),
    run: (tabId) => Promise.resolve({ ok: true, message: `ran in ${tabId}` }),
    post: (text) => ({ ok: false, message: text }),
    installed: () => Promise.resolve(null),
    ownRoot: 'moz-extension://own/',
  });
  const script = fakePort(PANEL_PORT, { id: 'porthole', url: 'https://page.test/' });
  panels.take(script.port);
  expect(script.closed()).toBe(true);

  const panel = fakePort(PANEL_PORT, { url: 'moz-extension://own/devtools/panel.html' });
  panels.take(panel.port);
  panel.say({ type: 'record', on: false });
  panel.say({ type: 'playground-run', tabId: 4, run: { example: 'user-script' } });
  panel.say({ type: 'playground-post', text: 'hi' });
  panel.say({ type: 'list-installed' });
  await until(
    'answers',
    () => panel.sent.length >= 7,
    () => panel.sent,
  );
  expect(panel.sent).toMatchObject([
    { type: 'state', on: true },
    { type: 'redaction', on: false },
    { type: 'mutes', rules: [] },
    { type: 'admission', waiting: [] },
    { type: 'storage', fault: null },
    { type: 'playground', ok: true, message: 'ran in 4' },
    { type: 'playground', ok: false, message: 'hi' },
    { type: 'installed', extensions: null },
  ]);
  expect(setup.collector.state()).toMatchObject({ on: false });
  panels.tell({ type: 'contexts' });
  expect(panel.sent.at(-1)).toEqual({ type: 'contexts' });
  panel.say({ type: 'reboot' });
  await until('close', () => panel.closed());
  panels.tell({ type: 'notice' });
  expect(panel.sent.at(-1)).toEqual({ type: 'contexts' });
});

test('the page is nudged at once and every 20 s while it is needed, and never else', () => {
  vi.useFakeTimers();
  try {
    const nudge = vi.fn();
    const needed = keepAwake(nudge);
    needed(false);
    vi.advanceTimersByTime(100_000);
    expect(nudge).toHaveBeenCalledTimes(0);
    needed(true);
    needed(true);
    vi.advanceTimersByTime(40_000);
    expect(nudge).toHaveBeenCalledTimes(3);
    needed(false);
    vi.advanceTimersByTime(100_000);
    expect(nudge).toHaveBeenCalledTimes(3);
  } finally {
    vi.useRealTimers();
  }
});
