import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test, vi } from 'vitest';
import { NOTICES_KEPT } from '../../../src/store/writer.js';
import { readNotices } from '../../../src/store/reader.js';
import { connect, CONTENT, join, setUp, until, type Line, type Setup } from './harness.js';

const CROWD = 300;

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

const idOf = (n: number): string => `crowd-${n}@example`;

function crowd({ collector }: Setup): Line[] {
  return Array.from({ length: CROWD }, (_, n) =>
    join(collector, undefined, { ...CONTENT, extensionId: idOf(n) }),
  );
}

test('so many extensions wait at a time; the others are sent away, may come again, and it is told', async () => {
  const setup = await setUp({
    installed: () => Promise.resolve({ name: 'Demo', installType: 'normal' }),
  });
  const lines = crowd(setup);
  const waiting = (): number => {
    const view = setup.collector.admission();
    return view.type === 'admission' ? view.waiting.length : 0;
  };
  await until('100 to wait', () => waiting() === 100, waiting);
  expect(lines.filter((line) => line.closed())).toHaveLength(CROWD - 100);
  expect(setup.collector.admission()).toMatchObject({ decided: { length: 2 } });
  await until('the notices', async () => (await readNotices(setup.database)).length >= 100);

  // One that was decided about is not kept out, and makes room.
  setup.collector.admit(idOf(0), 'blocked');
  setup.collector.admit(idOf(299), 'allowed');
  const late = join(setup.collector, undefined, { ...CONTENT, extensionId: idOf(299) });
  await late.last('welcome');
  const next = join(setup.collector, undefined, { ...CONTENT, extensionId: idOf(298) });
  await until('it to wait as well', () => waiting() === 100, waiting);
  expect(next.closed()).toBe(false);
});

test('notices of many extensions are bounded, in memory and in the store', async () => {
  const setup = await setUp();
  for (let n = 0; n < CROWD; n += 1) setup.collector.trespass(idOf(n), 'panel');
  await until('notices', async () => (await readNotices(setup.database)).length > 0);
  await setup.collector.limit({ events: 1e6, bytes: 1e9, days: null });
  const stored = await until('all of them', async () => {
    const notices = await readNotices(setup.database);
    const sum = notices.reduce((all, { count = 1 }) => all + count, 0);
    return sum === CROWD && notices;
  });
  expect(stored.length).toBeLessThanOrEqual(NOTICES_KEPT);
  expect(stored.filter(({ extensionId }) => extensionId !== null)).toHaveLength(100);
  expect(stored.find(({ extensionId }) => extensionId === null)?.text).toContain(idOf(299));
});

test('while nothing can be stored they are bounded as well, and counted when it can', async () => {
  const setup = await setUp();
  setup.failure = new Error('nothing can be stored');
  for (let n = 0; n < CROWD; n += 1) setup.collector.trespass(idOf(n), 'panel');
  // Each has been tried, and could not be stored.
  await until('the failures', () => vi.mocked(console.error).mock.calls.length >= 100);
  setup.failure = null;
  const line = connect(setup.collector, CONTENT);
  line.end.message({ type: 'nonsense' });
  const other = join(setup.collector);
  other.batch(1, [['site', 1, 'a']]);
  await other.acked(1);
  const count = async (): Promise<number> => {
    const notices = await readNotices(setup.database);
    return notices.reduce((all, { count: times = 1 }) => all + times, 0);
  };
  await until('each of them', async () => (await count()) >= CROWD, count);
  expect((await readNotices(setup.database)).length).toBeLessThanOrEqual(101);
});
