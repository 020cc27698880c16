import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { PortholeEvent, RetentionLimits } from '../../../src/protocol/index.js';
import { readContexts, readDropped, readSegments } from '../../../src/store/reader.js';
import { readLedger, readLimits } from '../../../src/store/retention.js';
import { CONTENT, join, setUp, storedEvents, until, type Line, type Setup } from './harness.js';

const OTHER = { ...CONTENT, extensionId: 'stranger@example' };

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

afterEach(() => {
  vi.restoreAllMocks();
});

const opened: PortholeEvent = ['opened', 1, 1, 'runtime.connect', 'long-lived', {}, 0, 0, 0];
const posted = (seq: number): PortholeEvent => ['posted', 1, seq, seq, 0, 'json', 4, 0, 4];

/** Sends one batch, stored as one segment. */
async function send(line: Line, batch: number, events: readonly PortholeEvent[]): Promise<void> {
  line.batch(batch, events, 'text');
  await line.acked(batch);
}

const limits = (events: number): RetentionLimits => ({ events, bytes: 1e9, days: null });

async function heldEvents({ database }: Setup): Promise<number> {
  const segments = await readSegments(database, 0, 1_000);
  return segments.reduce((sum, { count }) => sum + count, 0);
}

test('a segment holds the events of one extension, and the ledger says how much', async () => {
  const setup = await setUp();
  const mine = join(setup.collector);
  const others = join(setup.collector, 'context-two', OTHER);
  mine.batch(1, [opened, posted(1)], 'text');
  others.batch(1, [posted(1)], 'text');
  await mine.acked(1);
  await others.acked(1);
  const segments = await readSegments(setup.database, 0, 10);
  for (const { runs } of segments) {
    expect(new Set(runs.map(({ context }) => context.split('\n')[0])).size).toBe(1);
  }
  const ledger = await readLedger(setup.database);
  expect(ledger.map(({ id }) => id)).toEqual(segments.map(({ id }) => id));
  expect(ledger.map(({ extension, events }) => [extension, events]).sort()).toEqual([
    ['demo@example', 2],
    ['stranger@example', 1],
  ]);
});

test('beyond the limit the oldest messages go and are counted; the ports they went through stay known', async () => {
  const setup = await setUp();
  await setup.collector.limit(limits(40));
  const line = join(setup.collector);
  await send(line, 1, [opened, posted(1), posted(2)]);
  for (let batch = 2; batch <= 60; batch += 1) {
    await send(line, batch, [posted(batch * 2 - 1), posted(batch * 2)]);
  }
  const events = await storedEvents(setup.database);
  expect(events[0]).toEqual([...opened]);
  expect(events.length).toBeLessThanOrEqual(40);
  expect(events.at(-1)?.[3]).toBe(120);
  const [dropped, ...none] = await readDropped(setup.database);
  expect(none).toEqual([]);
  expect(dropped).toMatchObject({ extension: 'demo@example', reason: 'limit' });
  expect(dropped!.events + events.length).toBe(121);
  expect(await readContexts(setup.database)).toHaveLength(1);
});

test('a noisy extension pushes out its own events, never another’s', async () => {
  const setup = await setUp();
  await setup.collector.limit(limits(100));
  const quiet = join(setup.collector, 'context-two', OTHER);
  for (let batch = 1; batch <= 10; batch += 1) await send(quiet, batch, [posted(batch)]);
  const noisy = join(setup.collector);
  for (let batch = 1; batch <= 80; batch += 1) {
    await send(
      noisy,
      batch,
      [1, 2, 3, 4, 5].map((n) => posted(batch * 5 + n)),
    );
  }
  const key = 'stranger@example\ncontext-two';
  expect(await storedEvents(setup.database, key)).toHaveLength(10);
  expect((await readDropped(setup.database)).map(({ extension }) => extension)).toEqual([
    'demo@example',
  ]);
});

test('what was deleted, the ledger and the limits outlive the background', async () => {
  const setup = await setUp();
  await setup.collector.limit(limits(20));
  const line = join(setup.collector);
  for (let batch = 1; batch <= 30; batch += 1) await send(line, batch, [posted(batch)]);
  const [before] = await readDropped(setup.database);
  expect((await readLimits(setup.database))?.events).toBe(20);

  const next = await setUp();
  expect(next.collector.storage()).toMatchObject({ limits: { events: 20 } });
  const again = join(next.collector);
  for (let batch = 31; batch <= 40; batch += 1) await send(again, batch, [posted(batch)]);
  const [after] = await readDropped(next.database);
  expect(after!.events).toBeGreaterThan(before!.events);
  expect(after!.since).toBe(before!.since);
  expect(after!.events + (await heldEvents(next))).toBe(40);
});

/** Lets the next `times` commits of segments fail with this error. */
function failCommits(name: string, times: number): { left: number } {
  const fault = { left: times };
  const { transaction } = IDBDatabase.prototype;
  vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function full(
    this: IDBDatabase,
    stores,
    mode,
    options,
  ) {
    const all = typeof stores === 'string' ? [stores] : [...stores];
    if (mode === 'readwrite' && all.includes('contexts') && all.includes('segments')) {
      if (fault.left > 0) {
        fault.left -= 1;
        throw new DOMException('', name);
      }
    }
    return transaction.call(this, stores, mode, options);
  });
  return fault;
}

test('when the browser has no more room the oldest go, and recording goes on', async () => {
  const setup = await setUp();
  const line = join(setup.collector);
  for (let batch = 1; batch <= 40; batch += 1) await send(line, batch, [posted(batch)]);
  const fault = failCommits('QuotaExceededError', 3);
  for (let batch = 41; batch <= 50; batch += 1) await send(line, batch, [posted(batch)]);
  expect(fault.left).toBe(0);
  const events = await storedEvents(setup.database);
  const [dropped] = await readDropped(setup.database);
  expect(dropped).toMatchObject({ reason: 'quota', extension: 'demo@example' });
  expect(dropped!.events).toBeGreaterThan(3);
  expect(dropped!.events + events.length).toBe(50);
  expect(events.at(-1)?.[3]).toBe(50);
  expect(setup.collector.storage()).toMatchObject({ fault: null });
});

test('a fault that may be a full disk deletes something only where the quota is nearly used up', async () => {
  for (const [usage, isFull] of [
    [5e8, false],
    [9e8, true],
  ] as const) {
    globalThis.indexedDB = new IDBFactory();
    const setup = await setUp({ estimate: () => Promise.resolve({ usage, quota: 1e9 }) });
    const line = join(setup.collector);
    for (let batch = 1; batch <= 20; batch += 1) await send(line, batch, [posted(batch)]);
    const fault = failCommits('UnknownError', 1);
    await send(line, 21, [posted(21)]);
    expect(fault.left).toBe(0);
    expect((await readDropped(setup.database)).length > 0, `${usage}`).toBe(isFull);
    expect((await storedEvents(setup.database)).at(-1)?.[3]).toBe(21);
    vi.restoreAllMocks();
  }
});

test('when nothing is left to delete, the panel is told why nothing is stored, and when it works again', async () => {
  const setup = await setUp();
  const line = join(setup.collector);
  const spy = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(() => {
    throw new DOMException('', 'QuotaExceededError');
  });
  line.batch(1, [posted(1)], 'text');
  await until('a fault', () =>
    setup.told.some((message) => message.type === 'storage' && message.fault !== null),
  );
  expect(setup.collector.storage()).toMatchObject({
    fault: expect.stringContaining('QuotaExceededError') as string,
  });
  spy.mockRestore();
  await line.acked(1);
  await until('no fault', () => {
    const storage = setup.collector.storage();
    return storage.type === 'storage' && storage.fault === null;
  });
  expect(await storedEvents(setup.database)).toHaveLength(1);
});

test('clear begins the count anew', async () => {
  const setup = await setUp();
  await setup.collector.limit(limits(10));
  const line = join(setup.collector);
  for (let batch = 1; batch <= 20; batch += 1) await send(line, batch, [posted(batch)]);
  expect(await readDropped(setup.database)).toHaveLength(1);
  await setup.collector.clear();
  expect(await readDropped(setup.database)).toEqual([]);
  expect(await readLedger(setup.database)).toEqual([]);
  expect(setup.collector.storage()).toMatchObject({
    limits: { events: 10 },
    holds: { events: 0, bytes: 0 },
  });
});
