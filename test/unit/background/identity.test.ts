import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test, vi } from 'vitest';
import type { Origin } from '../../../src/background/link.js';
import type { PortholeEvent } from '../../../src/protocol/index.js';
import { readContexts } from '../../../src/store/reader.js';
import { connect, CONTENT, hello, join, setUp, site, storedEvents, until } from './harness.js';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

const STRANGER: Origin = {
  ...CONTENT,
  extensionId: 'stranger@example',
  sender: { ...CONTENT.sender, id: 'stranger@example', contextId: 99, tabId: 7 },
};

test('the uid of another extension’s context names one of its own', async () => {
  const { collector, database } = await setUp();
  const good = join(collector, 'context-one');
  good.batch(1, [site(1)]);
  const bad = join(collector, 'context-one', STRANGER);
  bad.batch(1, [site(66)]);
  good.batch(2, [site(2)]);
  await Promise.all([good.acked(2), bad.acked(1)]);
  expect(await storedEvents(database)).toEqual([site(1), site(2)]);
  expect(await storedEvents(database, 'stranger@example\ncontext-one')).toEqual([site(66)]);
  expect(good.closed()).toBe(false);
});

test.each<[string, Origin]>([
  ['place', { ...CONTENT, sender: { ...CONTENT.sender, contextId: 9 } }],
  ['frame', { ...CONTENT, sender: { ...CONTENT.sender, frameId: 4 } }],
  ['kind of process', { ...CONTENT, sender: { ...CONTENT.sender, envType: 'addon_child' } }],
  ['route', { ...CONTENT, route: 'relay' }],
])('a context at another %s cannot take the line of one with its uid', async (_, origin) => {
  const { collector, database } = await setUp();
  const good = join(collector, 'context-one');
  const bad = connect(collector, origin);
  if (origin.route === 'relay') bad.end.message({ type: 'relayed', sender: CONTENT.sender });
  bad.end.message(hello('context-one'));
  expect(bad.received).toMatchObject([{ type: 'rejected' }]);
  expect(good.closed()).toBe(false);
  good.batch(1, [site(1)]);
  await good.acked(1);
  expect(await storedEvents(database)).toEqual([site(1)]);
});

test('a uid cannot end the key before it, nor look like a port of another context', async () => {
  const { collector, database } = await setUp();
  for (const uid of ['victim@example\nuid', 'context-one#1', '__proto__ ']) {
    const line = connect(collector, STRANGER);
    line.end.message(hello(uid));
    expect(line.received, uid).toMatchObject([{ type: 'rejected' }]);
  }
  expect(await readContexts(database)).toEqual([]);
});

test('contexts are counted as they come, whatever their clocks say, and in the next life of this page too', async () => {
  const { collector, database } = await setUp();
  const speak = async (name: string, to = collector): Promise<void> => {
    const line = join(to, name);
    line.batch(1, [site(1)]);
    await line.acked(1);
  };
  await speak('zebra-context');
  await speak('ant-context');
  await speak('mouse-context', (await setUp()).collector);
  const orders = (await readContexts(database)).map(({ key, order }) => [
    key.split('\n')[1],
    order,
  ]);
  expect(Object.fromEntries(orders)).toEqual({
    'zebra-context': 1,
    'ant-context': 2,
    'mouse-context': 3,
  });
});

test('keys of prototypes are names like any other', async () => {
  const { collector, database } = await setUp({ admitted: ['__proto__', 'constructor'] });
  for (const extensionId of ['__proto__', 'constructor']) {
    const line = connect(collector, { ...STRANGER, extensionId });
    line.end.message(hello('__proto__', { extensionName: 'constructor' }));
    line.batch(1, [site(1)]);
    await line.acked(1);
    expect(await storedEvents(database, `${extensionId}\n__proto__`)).toEqual([site(1)]);
  }
  expect(collector.admission()).toMatchObject({
    decided: [{ extensionId: '__proto__' }, { extensionId: 'constructor' }],
  });
  expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
});

test('what is nested too deeply to be written out is refused, and costs nobody else anything', async () => {
  const { collector, database } = await setUp();
  const good = join(collector);
  good.batch(1, [site(1)]);
  const bad = join(collector, 'context-bad', STRANGER);
  const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
  const events = [
    `[1,"accepted",1,"runtime.onConnect","n",{"tabId":1,"id":${deep}},0,0]`,
    `[1,"opened",1,"runtime.connect","n",{"__proto__":${deep}},0,0,0]`,
    `[0,"site",1,${deep}]`,
    deep,
  ];
  for (const [index, event] of events.entries()) {
    const line = join(collector, `context-bad-${index}`, STRANGER);
    line.end.message({ type: 'batch', batch: 1, start: 0, events: `[${event}]`, payload: '' });
    expect(line.received.at(-1), String(index)).toMatchObject({ type: 'rejected' });
  }
  bad.end.closed();
  await good.acked(1);
  good.batch(2, [site(2)]);
  await good.acked(2);
  expect(await storedEvents(database)).toEqual([site(1), site(2)]);
});

test('an event that claims to be of another extension stays the sender’s own', async () => {
  const { collector, database } = await setUp();
  const good = join(collector);
  good.batch(1, [site(1)]);
  const bad = join(collector, 'context-bad', STRANGER);
  const forged: PortholeEvent = [
    'accepted',
    1,
    1,
    'runtime.onConnectExternal',
    'port',
    { id: CONTENT.extensionId, tabId: 3, frameId: 0, documentId: 'd1', contextId: 8 },
    0,
    0,
  ];
  bad.batch(1, [forged]);
  await Promise.all([good.acked(1), bad.acked(1)]);
  expect(await storedEvents(database, 'stranger@example\ncontext-bad')).toEqual([forged]);
  expect(await storedEvents(database)).toEqual([site(1)]);
  const contexts = await until('both', async () => {
    const all = await readContexts(database);
    return all.length === 2 && all;
  });
  expect(contexts.map(({ extensionId, tabId }) => [extensionId, tabId]).sort()).toEqual([
    ['demo@example', 3],
    ['stranger@example', 7],
  ]);
});
