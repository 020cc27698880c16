import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import {
  PROTOCOL_VERSION,
  type EndFacts,
  type PortholeEvent,
  type StoredContext,
} from '../../../src/protocol/index.js';
import {
  readContexts,
  readNotices,
  readRecording,
  readSegments,
} from '../../../src/store/reader.js';
import {
  connect,
  CONTENT,
  hello,
  join,
  setUp,
  site,
  storedEvents,
  until,
  type Setup,
} from './harness.js';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

async function notices({ database }: Setup): Promise<string[]> {
  return (await readNotices(database)).map(({ text }) => text);
}

/** Resolves after everything under way has had time to go wrong: several gather times. */
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 120));

describe('reporting', () => {
  test('welcome says what is captured and what is stored; the browser says who it is', async () => {
    const setup = await setUp();
    const line = join(setup.collector);
    expect(line.received).toEqual([{ type: 'welcome', taken: 0, recording: 1, callSites: true }]);
    const [context] = await until('context', async () => {
      const all = await readContexts(setup.database);
      return all.length > 0 && all;
    });
    expect(context).toMatchObject({
      key: 'demo@example\ncontext-one',
      extensionId: 'demo@example',
      url: 'https://example.test/',
      tabId: 3,
      contextId: 8,
      kind: 'content-script',
      worldId: null,
      attestedBy: 'browser',
      disconnectedAt: null,
    });
    expect(setup.told).toContainEqual({ type: 'contexts' });
  });

  test('acknowledges only what is committed', async () => {
    const setup = await setUp();
    const line = join(setup.collector);
    line.batch(1, [site(1)]);
    line.batch(2, [site(2)]);
    setup.failure = new Error('disk full');
    await settle();
    expect(line.received.map(({ type }) => type)).toEqual(['welcome']);
    expect(await readSegments(setup.database, 0, 10)).toEqual([]);
    setup.failure = null;
    await line.acked(2);
    expect(await storedEvents(setup.database)).toEqual([[...site(1)], [...site(2)]]);
    expect((await readContexts(setup.database))[0]?.taken).toBe(2);
    const segment = setup.told.find(({ type }) => type === 'segment');
    expect(segment).toMatchObject({ count: 2 });
  });

  test('a batch sent twice is stored once and acknowledged twice', async () => {
    const setup = await setUp();
    const line = join(setup.collector);
    line.batch(1, [site(1)]);
    line.batch(1, [site(1)]);
    await line.acked(1);
    line.batch(1, [site(1)]);
    await until('second ack', () => line.received.filter(({ type }) => type === 'ack').length >= 2);
    await settle();
    expect(await storedEvents(setup.database)).toHaveLength(1);
  });

  test('resent after a reconnect in the middle of a commit: nothing lost, nothing twice', async () => {
    const setup = await setUp();
    const first = join(setup.collector);
    first.batch(1, [site(1)]);
    first.end.closed();
    const second = join(setup.collector);
    expect(await second.last('welcome')).toMatchObject({ taken: 0 });
    second.batch(1, [site(1)]);
    second.batch(2, [site(2)]);
    await second.acked(2);
    expect((await storedEvents(setup.database)).map((event) => event[1])).toEqual([1, 2]);
  });

  test('the newest line of a context wins, whatever still comes on the old one', async () => {
    const setup = await setUp();
    const old = join(setup.collector);
    const next = join(setup.collector);
    expect(old.closed()).toBe(true);
    old.batch(1, [site(99)]);
    old.end.closed();
    next.batch(1, [site(1)]);
    await next.acked(1);
    expect((await storedEvents(setup.database)).map((event) => event[1])).toEqual([1]);
    expect((await readContexts(setup.database))[0]?.disconnectedAt).toBeNull();
  });

  test('what the browser says of its place when it has closed is stored, until it comes again', async () => {
    let tell: (facts: EndFacts) => void = () => undefined;
    const entered: unknown[] = [];
    const left = (): Promise<EndFacts> =>
      new Promise((resolve) => {
        tell = resolve;
      });
    const setup = await setUp({
      places: {
        enter: (...place) => {
          entered.push(place);
          return { left };
        },
      },
    });
    const stored = async (): Promise<StoredContext | undefined> =>
      (await readContexts(setup.database))[0];
    const line = join(setup.collector);
    line.end.closed();
    tell({ tab: 'closed', extension: 'enabled' });
    await until('what the browser said', async () => (await stored())?.endFacts);
    expect((await stored())?.endFacts).toEqual({ tab: 'closed', extension: 'enabled' });

    const again = join(setup.collector);
    again.batch(1, [site(1)]);
    await again.acked(1);
    expect(await stored()).not.toHaveProperty('endFacts');
    again.end.closed();
    // It comes a third time before the browser has answered.
    const third = join(setup.collector);
    tell({ tab: 'closed' });
    third.batch(2, [site(2)]);
    await third.acked(2);
    expect(await stored()).not.toHaveProperty('endFacts');
    expect(entered).toEqual([1, 2, 3].map(() => ['demo@example', 3]));
  });

  test('what was stored survives a restart of the background', async () => {
    const before = await setUp();
    const line = join(before.collector);
    line.batch(1, [site(1)]);
    await line.acked(1);
    before.database.close();

    const after = await setUp();
    await until('end of the old line', async () => {
      const [context] = await readContexts(after.database);
      return context?.disconnectedAt;
    });
    const again = join(after.collector);
    expect(await again.last('welcome')).toMatchObject({ taken: 1, recording: 1 });
    again.batch(1, [site(1)]);
    again.batch(2, [site(2)]);
    await again.acked(2);
    expect((await storedEvents(after.database)).map((event) => event[1])).toEqual([1, 2]);
    expect((await readContexts(after.database))[0]?.disconnectedAt).toBeNull();
  });

  test('a hole in the middle of a line closes it, without a rejection, so that all is resent', async () => {
    const setup = await setUp();
    const line = join(setup.collector);
    line.batch(1, [site(1)]);
    line.batch(3, [site(3)]);
    expect(line.closed()).toBe(true);
    expect(line.received.map(({ type }) => type)).not.toContain('rejected');
    const again = join(setup.collector);
    for (const number of [1, 2, 3]) again.batch(number, [site(number)]);
    await again.acked(3);
    expect((await storedEvents(setup.database)).map((event) => event[1])).toEqual([1, 2, 3]);
  });

  test('a hole before the first batch of a line: taken, and noticed if something was there', async () => {
    const setup = await setUp();
    const unknown = join(setup.collector, 'unknown-here');
    unknown.batch(5, [site(5)]);
    await unknown.acked(5);
    expect(await notices(setup)).toEqual([]);
    unknown.end.closed();
    const again = join(setup.collector, 'unknown-here');
    again.batch(8, [site(8)]);
    await again.acked(8);
    const [text] = await until('notice', async () => {
      const all = await notices(setup);
      return all.length > 0 && all;
    });
    expect(text).toContain('Batches 6 to 7');
  });

  test('payload offsets point into the segment; equal texts stand there once', async () => {
    const setup = await setUp();
    const one = join(setup.collector);
    const two = join(setup.collector, 'context-two');
    const posted = (seq: number, offset: number, length: number): PortholeEvent => [
      'posted',
      1,
      10,
      seq,
      0,
      'json',
      length,
      offset,
      length,
    ];
    one.batch(1, [posted(1, 0, 3), posted(2, 3, 4)], '"a""bb"');
    two.batch(1, [posted(1, 2, 4), site(1), posted(2, 6, 3)], '??"bb""c"');
    one.batch(2, [posted(3, 0, 3)], '"c"');
    await one.acked(2);
    await two.acked(1);
    const segments = await readSegments(setup.database, 0, 10);
    expect(segments.map(({ payload }) => payload)).toEqual(['"a""bb""c"']);
    expect(segments[0]?.count).toBe(6);
    const texts = async (key: string): Promise<unknown[]> =>
      (await storedEvents(setup.database, key)).map((event) => event.at(-1));
    expect(await texts('demo@example\ncontext-one')).toEqual(['"a"', '"bb"', '"c"']);
    expect(await texts('demo@example\ncontext-two')).toEqual(['"bb"', 'frame 1', '"c"']);
  });

  test('user scripts come through a relay: the extension is attested, the rest is its word', async () => {
    const setup = await setUp();
    const line = connect(setup.collector, { ...CONTENT, route: 'relay' });
    const sender = {
      id: 'forged@example',
      url: 'https://page.test/',
      tabId: 9,
      userScriptWorldId: 'w',
    };
    line.end.message({ type: 'relayed', sender });
    line.end.message(hello('user-world', { kind: 'content-script' }));
    const [context] = await until('context', async () => {
      const all = await readContexts(setup.database);
      return all.length > 0 && all;
    });
    expect(context).toMatchObject({
      extensionId: 'demo@example',
      kind: 'user-script',
      worldId: 'w',
      tabId: 9,
      attestedBy: 'relay',
    });
  });
});

describe('a stranger', () => {
  test.each([
    ['garbage', ['garbage']],
    ['another protocol', [{ ...hello(), protocol: PROTOCOL_VERSION + 1 }]],
    [
      'a bad batch',
      [
        hello('stranger-1'),
        { type: 'batch', batch: 1, start: 0, events: '[["posted"]]', payload: '' },
      ],
    ],
    ['two hellos', [hello('stranger-1'), hello('stranger-1')]],
  ])('%s: rejected, closed, noticed, and nobody else disturbed', async (_, messages) => {
    const setup = await setUp();
    const good = join(setup.collector);
    good.batch(1, [site(1)]);
    const bad = connect(setup.collector, { ...CONTENT, extensionId: 'stranger@example' });
    for (const message of messages) bad.end.message(message);
    expect(bad.received.at(-1)).toMatchObject({ type: 'rejected' });
    expect(bad.closed()).toBe(true);
    bad.end.message(hello('stranger-1'));
    bad.end.closed();
    good.batch(2, [site(2)]);
    await good.acked(2);
    expect(await storedEvents(setup.database)).toHaveLength(2);
    const [notice] = await until('notice', async () => {
      const all = await readNotices(setup.database);
      return all.length > 0 && all;
    });
    expect(notice).toMatchObject({ extensionId: 'stranger@example', severity: 'error' });
  });

  test('a flood is counted, not stored one by one', async () => {
    const setup = await setUp({ noticeQuiet: 1_000 });
    for (let i = 0; i < 50; i += 1) connect(setup.collector).end.message(i);
    const first = await until('count', async () => {
      const all = await readNotices(setup.database);
      return all[0]?.count === 50 && all;
    });
    expect(first).toHaveLength(1);
    expect(first[0]?.text).toMatch(/hello: expected Object, got 49$/);

    vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 1_001);
    connect(setup.collector).end.message('later');
    const all = await until('another', async () => {
      const found = await readNotices(setup.database);
      return found.length > 1 && found;
    });
    expect(all.map(({ count }) => count)).toEqual([50, 1]);
    vi.mocked(Date.now).mockRestore();
  });
});

describe('recording', () => {
  test('is on at first, and pause and resume are told, stored, and decide about staying awake', async () => {
    const setup = await setUp();
    expect(setup.needed()).toBe(false);
    const line = join(setup.collector);
    expect(setup.needed()).toBe(true);
    setup.collector.record(false);
    expect(line.received.at(-1)).toEqual({ type: 'capture', recording: null, callSites: true });
    expect(setup.needed()).toBe(false);
    setup.collector.callSites(false);
    await until(
      'stored state',
      async () => (await readRecording(setup.database))?.callSites === false,
    );
    setup.database.close();

    const after = await setUp();
    expect(after.collector.state()).toMatchObject({ on: false, callSites: false, recording: 1 });
    const again = join(after.collector);
    expect(await again.last('welcome')).toMatchObject({ recording: null, callSites: false });
    after.collector.record(true);
    expect(again.received.at(-1)).toEqual({ type: 'capture', recording: 1, callSites: false });
    expect(after.needed()).toBe(true);
    again.end.closed();
    expect(after.needed()).toBe(false);
    expect(after.told.at(-1)).toMatchObject({ type: 'state', reporting: 0 });
  });

  test('while paused takes what a context had recorded before, and nothing from a page that went unasked', async () => {
    const setup = await setUp();
    const known = join(setup.collector, 'known-context');
    known.batch(1, [site(1)]);
    await known.acked(1);
    setup.collector.record(false);
    known.batch(2, [site(2)]);
    await known.acked(2);
    const unasked = join(setup.collector, 'unasked-context');
    unasked.batch(1, [site(1)]);
    known.batch(3, [site(3)]);
    await known.acked(3);
    const segments = await readSegments(setup.database, 0, 100);
    const contexts = segments.flatMap(({ runs }) => runs.map(({ context }) => context));
    expect(contexts.filter((key) => key.endsWith('\nunasked-context'))).toEqual([]);
    expect(contexts.filter((key) => key.endsWith('\nknown-context')).length).toBe(3);
  });

  test('a pause holds from when it was asked for, whenever contexts hear of it', async () => {
    const setup = await setUp();
    const line = join(setup.collector);
    const posted = (seq: number, at: number): PortholeEvent => [
      'posted',
      1,
      at,
      seq,
      0,
      'json',
      1,
      seq - 1,
      1,
    ];
    line.batch(1, [['opened', 1, 900, 'runtime.connect', 'busy', {}, 0, 0, 0]]);
    line.batch(2, [posted(1, 1_000)], '1');
    await line.acked(2);
    setup.collector.record(false, 1_020);
    line.batch(3, [posted(1, 1_010), posted(2, 1_030), site(7)], '12');
    line.batch(4, [posted(1, 1_040)], '3');
    await line.acked(4);
    setup.collector.record(true);
    line.batch(5, [posted(1, 1_050)], '4');
    await line.acked(5);
    const events = await storedEvents(setup.database);
    expect(events.map(([type, , at]) => (type === 'site' ? type : at))).toEqual([
      900,
      1_000,
      1_010,
      'site',
      1_050,
    ]);
    const counts = (await readSegments(setup.database, 0, 10)).map(({ count }) => count);
    expect(counts).not.toContain(0);
    const [context] = await readContexts(setup.database);
    expect(context).toMatchObject({ taken: 5 });
    expect(context?.lastSegment).toBeGreaterThan(0);
  });

  test('Porthole’s own background keeps nobody awake and is stored once it has something to say', async () => {
    const setup = await setUp();
    const line = join(setup.collector, 'own-background', {
      route: 'loopback',
      extensionId: 'porthole',
      sender: {},
    });
    await settle();
    expect([setup.needed(), (await readContexts(setup.database)).length]).toEqual([false, 0]);
    line.batch(1, [site(1)]);
    await line.acked(1);
    expect(await readContexts(setup.database)).toHaveLength(1);
  });

  test('clear deletes, keeps contexts that report, and begins a recording with a new id', async () => {
    const setup = await setUp();
    const gone = join(setup.collector, 'gone-context');
    const stays = join(setup.collector);
    gone.batch(1, [site(1)]);
    stays.batch(1, [site(1)]);
    await gone.acked(1);
    gone.end.closed();
    stays.batch(2, [site(2)]);
    await setup.collector.clear();
    expect(await readSegments(setup.database, 0, 10)).toEqual([]);
    expect((await readContexts(setup.database)).map(({ key, taken }) => [key, taken])).toEqual([
      ['demo@example\ncontext-one', 2],
    ]);
    expect((await readRecording(setup.database))?.id).toBe(2);
    expect(await stays.last('capture')).toMatchObject({ recording: 2 });
    expect(await stays.last('ack')).toEqual({ type: 'ack', batch: 2 });
    expect(setup.told.at(-1)).toEqual({ type: 'cleared', recording: 2 });

    stays.batch(3, [site(3)]);
    await stays.acked(3);
    const segments = await readSegments(setup.database, 0, 10);
    expect(segments.map(({ recording, count }) => [recording, count])).toEqual([[2, 1]]);
    // Its record was deleted, so it begins anew, where it had got to.
    const back = join(setup.collector, 'gone-context');
    expect(await back.last('welcome')).toMatchObject({ taken: 0, recording: 2 });
    back.batch(2, [site(2)]);
    await back.acked(2);
    await settle();
    expect(await notices(setup)).toEqual([]);
    await setup.collector.clear();
    expect((await readRecording(setup.database))?.id).toBe(3);
  });

  test('batches that arrive while a clear is under way are kept, in the new recording', async () => {
    const setup = await setUp();
    const line = join(setup.collector);
    line.batch(1, [site(1)]);
    const clearing = setup.collector.clear();
    line.batch(2, [site(2)]);
    await clearing;
    line.batch(3, [site(3)]);
    await line.acked(3);
    const events = (await storedEvents(setup.database)).map((event) => event[1]);
    expect(events).toContain(3);
    expect(
      (await readSegments(setup.database, 0, 10)).every(({ recording }) => recording === 2),
    ).toBe(true);
  });
});

describe('when storing fails', () => {
  test('it is noticed and tried again; nothing is acknowledged or lost meanwhile', async () => {
    const setup = await setUp();
    const line = join(setup.collector);
    line.batch(1, [site(1)]);
    await line.acked(1);
    setup.failure = new Error('QuotaExceededError');
    line.batch(2, [site(2)]);
    await settle();
    line.batch(3, [site(3)]);
    expect((await line.last('ack')).batch).toBe(1);
    setup.failure = null;
    await line.acked(3);
    expect((await storedEvents(setup.database)).map((event) => event[1])).toEqual([1, 2, 3]);
    const all = await until('notice', async () => {
      const texts = await notices(setup);
      return texts.length > 0 && texts;
    });
    expect(all).toEqual(['QuotaExceededError']);
  });

  test('a clear that fails leaves everything as it was', async () => {
    const setup = await setUp();
    const line = join(setup.collector);
    line.batch(1, [site(1)]);
    setup.failure = new Error('no disk');
    await setup.collector.clear();
    expect(setup.collector.state()).toMatchObject({ recording: 1 });
    expect(setup.told.some(({ type }) => type === 'cleared')).toBe(false);
    setup.failure = null;
    await line.acked(1);
    expect(await storedEvents(setup.database)).toHaveLength(1);
  });

  test('a clear gets rid of what could not be stored', async () => {
    const setup = await setUp();
    const line = join(setup.collector);
    setup.failure = new Error('QuotaExceededError');
    line.batch(1, [site(1)]);
    await settle();
    setup.failure = null;
    await setup.collector.clear();
    await line.acked(1);
    line.batch(2, [site(2)]);
    await line.acked(2);
    expect((await storedEvents(setup.database)).at(-1)?.[1]).toBe(2);
  });

  test('memory is bounded: what does not fit stays in its context and is resent when there is room', async () => {
    const setup = await setUp({ capacity: 800 });
    const line = join(setup.collector);
    setup.failure = new Error('QuotaExceededError');
    const sent: PortholeEvent[][] = [];
    for (let number = 1; number <= 4; number += 1) {
      sent.push([['site', number, 'x'.repeat(150)]]);
      line.batch(number, sent[number - 1] ?? []);
    }
    await settle();
    setup.failure = null;
    await until(
      'close',
      () => line.closed(),
      () => line.received,
    );
    const again = join(setup.collector);
    const { taken } = await again.last('welcome');
    expect(taken).toBe(2);
    for (let number = taken + 1; number <= 4; number += 1) {
      again.batch(number, sent[number - 1] ?? []);
      await again.acked(number);
    }
    expect((await storedEvents(setup.database)).map((event) => event[1])).toEqual([1, 2, 3, 4]);
  });
});
