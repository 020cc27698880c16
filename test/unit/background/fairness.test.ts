import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test, vi } from 'vitest';
import type { PortholeEvent } from '../../../src/protocol/index.js';
import { packEvents } from '../../../src/protocol/wire-form.js';
import { CONTENT, join, setUp, storedEvents, until, type Line, type Setup } from './harness.js';

const OTHER = { ...CONTENT, extensionId: 'stranger@example' };
const BATCH: PortholeEvent[] = [['site', 1, 'x'.repeat(150)]];
const BATCH_CHARS = packEvents(BATCH, '').events.length;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

/** Lets a context of `demo@example` report more than there is room for, while nothing can be stored. */
async function flooded(batches: number): Promise<{ setup: Setup; flood: Line }> {
  const setup = await setUp({ capacity: batches * BATCH_CHARS });
  const flood = join(setup.collector);
  setup.failure = new Error('nothing can be stored');
  for (let number = 1; number <= batches * 3; number += 1) flood.batch(number, BATCH);
  return { setup, flood };
}

test('a flood leaves as much room to the next extension as it has itself', async () => {
  const { setup, flood } = await flooded(30);
  const other = join(setup.collector, 'context-two', OTHER);
  for (let number = 1; number <= 7; number += 1) other.batch(number, BATCH);
  setup.failure = null;
  await other.acked(7);
  await until('the flood to be sent away', () => flood.closed());
  expect(other.closed()).toBe(false);
  expect(await storedEvents(setup.database, 'stranger@example\ncontext-two')).toHaveLength(7);
  const { taken } = await join(setup.collector).last('welcome');
  expect(taken).toBe(15);
});

test('with any number of floods there is room for one more, and the whole stays within the bound', async () => {
  const { setup } = await flooded(60);
  const ids = Array.from({ length: 5 }, (_, n) => `flood-${n}@example`);
  for (const id of ids) {
    setup.collector.admit(id, 'allowed');
    const line = join(setup.collector, 'context-one', { ...CONTENT, extensionId: id });
    for (let number = 1; number <= 60; number += 1) line.batch(number, BATCH);
  }
  const quiet = join(setup.collector, 'context-two', OTHER);
  quiet.batch(1, BATCH);
  setup.failure = null;
  await quiet.acked(1);
  expect(quiet.closed()).toBe(false);
  const counts = await Promise.all(
    ['demo@example', ...ids].map(async (id) => {
      const line = join(setup.collector, 'context-one', { ...CONTENT, extensionId: id });
      return (await line.last('welcome')).taken;
    }),
  );
  for (const count of counts) expect(count).toBeGreaterThan(0);
  expect(counts.reduce((sum, count) => sum + count, 1)).toBeLessThanOrEqual(60);
});

test('who was refused is asked again as soon as nothing of its own waits, however busy others are', async () => {
  const { setup, flood } = await flooded(4);
  const other = join(setup.collector, 'context-two', OTHER);
  for (let number = 1; number <= 3; number += 1) other.batch(number, BATCH);
  setup.failure = null;
  await until('the flood to be sent away', () => flood.closed());
  await until('the other one to be sent away', () => other.closed());
  const again = join(setup.collector, 'context-two', OTHER);
  const { taken } = await again.last('welcome');
  expect(taken).toBeGreaterThan(0);
  for (let number = taken + 1; number <= 3; number += 1) again.batch(number, BATCH);
  await again.acked(3);
});

test('one batch is taken from whoever has none here, however long it is', async () => {
  const { setup } = await flooded(4);
  const other = join(setup.collector, 'context-two', OTHER);
  other.batch(1, [['site', 1, 'y'.repeat(BATCH_CHARS * 20)]]);
  setup.failure = null;
  await other.acked(1);
  expect(other.closed()).toBe(false);
});
