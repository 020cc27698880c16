/** A clear that can be taken back: nothing is deleted before its time, and nothing that came between is lost. */
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test, vi } from 'vitest';
import { storeSource } from '../../../devtools/worker/source.js';
import { DEFAULT_LIMITS } from '../../../src/protocol/index.js';
import { readContexts, readSegments } from '../../../src/store/reader.js';
import { join, setUp, site, storedEvents, until, type Setup } from './harness.js';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

/** What a panel reads: events of the recording, and contexts. */
async function seen({ database }: Setup): Promise<{ events: number; contexts: number }> {
  const source = storeSource(() => Promise.resolve(database));
  const segments = await source.readSegments(0, 1_000);
  return {
    events: segments.reduce((sum, { count }) => sum + count, 0),
    contexts: (await source.readContexts()).length,
  };
}

/** One context has gone, one stays; each has reported one event. */
async function recorded(options?: Parameters<typeof setUp>[0]) {
  const setup = await setUp(options);
  const gone = join(setup.collector, 'gone-context');
  const stays = join(setup.collector);
  gone.batch(1, [site(1)]);
  stays.batch(1, [site(1)]);
  await gone.acked(1);
  await stays.acked(1);
  gone.end.closed();
  await until('the end of the context', async () =>
    (await readContexts(setup.database)).some(({ disconnectedAt }) => disconnectedAt !== null),
  );
  return { setup, stays };
}

test('what is set aside is not seen, but stored; brought back it is seen with what came since', async () => {
  const { setup, stays } = await recorded();
  expect(await seen(setup)).toEqual({ events: 2, contexts: 2 });
  const { collector } = setup;
  const before = collector.state();
  await collector.setAside();
  expect(await seen(setup)).toEqual({ events: 0, contexts: 1 });
  expect(await readSegments(setup.database, 0, 10)).not.toEqual([]);
  expect(collector.state()).toMatchObject({ recording: 2, undoable: true });
  expect(await stays.last('capture')).toMatchObject({ recording: 2 });
  expect(setup.needed()).toBe(true);

  stays.batch(2, [site(2), site(3)]);
  await stays.acked(2);
  expect(await seen(setup)).toEqual({ events: 2, contexts: 1 });
  await collector.bringBack();
  expect(await seen(setup)).toEqual({ events: 4, contexts: 2 });
  expect(collector.state()).toMatchObject({ ...before, recording: 2, undoable: false });
  await collector.bringBack();
  expect(await seen(setup)).toEqual({ events: 4, contexts: 2 });
});

test('what is gathered when it is set aside goes with it, what comes then does not', async () => {
  const { setup, stays } = await recorded();
  stays.batch(2, [site(2)]);
  const clearing = setup.collector.setAside();
  stays.batch(3, [site(3), site(4), site(5)]);
  await clearing;
  await stays.acked(3);
  expect(await seen(setup)).toEqual({ events: 3, contexts: 1 });
  await setup.collector.bringBack();
  expect(await seen(setup)).toEqual({ events: 6, contexts: 2 });
});

test('after its time it is deleted, and what came since stays', async () => {
  const { setup, stays } = await recorded({ undo: 50 });
  await setup.collector.setAside();
  stays.batch(2, [site(2)]);
  await stays.acked(2);
  await until('the deletion', async () => (await readContexts(setup.database)).length === 1);
  expect((await storedEvents(setup.database)).map((event) => event[1])).toEqual([2]);
  expect(setup.collector.state()).toMatchObject({ undoable: false });
  expect(setup.collector.storage()).toMatchObject({ holds: { events: 1 } });
  await setup.collector.bringBack();
  expect(await seen(setup)).toEqual({ events: 1, contexts: 1 });
});

test('a second clear deletes what the first has set aside', async () => {
  const { setup, stays } = await recorded();
  await setup.collector.setAside();
  stays.batch(2, [site(2)]);
  await stays.acked(2);
  await setup.collector.setAside();
  expect((await storedEvents(setup.database)).map((event) => event[1])).toEqual([2]);
  await setup.collector.bringBack();
  expect(await seen(setup)).toEqual({ events: 1, contexts: 1 });
});

test('what is set aside goes before anything else when its room is needed, and is not counted as deleted', async () => {
  const { setup, stays } = await recorded();
  await setup.collector.setAside();
  await setup.collector.limit({ ...DEFAULT_LIMITS, events: 1_000 });
  stays.batch(
    2,
    Array.from({ length: 999 }, (_, index) => site(index + 2)),
  );
  await stays.acked(2);
  expect(setup.collector.state()).toMatchObject({ undoable: false });
  expect(setup.collector.storage()).toMatchObject({ holds: { events: 999 } });
  expect(await storeSource(() => Promise.resolve(setup.database)).readDropped()).toEqual([]);
});

test('a background that stops before its time deletes it when it starts again', async () => {
  const { setup } = await recorded();
  await setup.collector.setAside();
  const after = await setUp();
  await until('the deletion', () => !undoable(after));
  expect(await readSegments(after.database, 0, 10)).toEqual([]);
});

test('when storing does not work everything is deleted at once, as soon as it does', async () => {
  const { setup, stays } = await recorded();
  setup.failure = new Error('QuotaExceededError');
  stays.batch(2, [site(2)]);
  await setup.collector.setAside();
  expect(setup.told.some(({ type }) => type === 'cleared')).toBe(false);
  setup.failure = null;
  await stays.acked(2);
  await setup.collector.setAside();
  expect(await seen(setup)).toEqual({ events: 0, contexts: 1 });
});

function undoable({ collector }: Setup): boolean {
  const state = collector.state();
  return state.type === 'state' && state.undoable;
}
