import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Installed } from '../../../src/background/admission.js';
import type { Origin } from '../../../src/background/link.js';
import type { ToPanel } from '../../../src/protocol/index.js';
import { readNotices } from '../../../src/store/reader.js';
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

type AdmissionView = Extract<ToPanel, { type: 'admission' }>;

const ID = CONTENT.extensionId;
const NORMAL: Installed = { name: 'Shop', installType: 'normal' };

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

/** Nobody is admitted before; `kinds` says what the browser knows. */
function closedDoor(kinds: Record<string, Installed | null> = {}): Promise<Setup> {
  return setUp({ admitted: [], installed: (id) => Promise.resolve(kinds[id] ?? null) });
}

const view = ({ collector }: Setup): AdmissionView => collector.admission() as AdmissionView;

async function waits(setup: Setup, id = ID): Promise<AdmissionView['waiting'][number]> {
  return until(
    `${id} to wait`,
    () => view(setup).waiting.find(({ extensionId }) => extensionId === id),
    () => view(setup),
  );
}

describe('who need not wait', () => {
  test('an extension in development', async () => {
    const setup = await closedDoor({ [ID]: { name: 'Mine', installType: 'development' } });
    const line = join(setup.collector);
    await line.last('welcome');
    expect(view(setup)).toMatchObject({ waiting: [], decided: [] });
    line.batch(1, [site(1)]);
    await line.acked(1);
  });

  test.each(['own', 'own-user-script', 'loopback'] as const)(
    'Porthole itself: %s',
    async (route) => {
      const setup = await closedDoor();
      const line = join(setup.collector, 'context-own', { ...CONTENT, route });
      expect(line.received[0]?.type).toBe('welcome');
    },
  );
});

describe.each([
  ['installed for use', NORMAL],
  ['of which nothing is known', null],
])('an extension %s', (_, kind) => {
  test('waits unwelcomed until it is allowed, and is shown; nothing is lost', async () => {
    const setup = await closedDoor({ [ID]: kind });
    const line = connect(setup.collector);
    line.end.message(hello('context-one', { extensionName: 'Calls itself so (Porthole)' }));
    expect(await waits(setup)).toEqual({
      extensionId: ID,
      name: kind?.name ?? 'Calls itself so',
      nameFrom: kind === null ? 'extension' : 'browser',
      installType: kind?.installType ?? null,
      contexts: 1,
      lost: 0,
      turnedAway: 0,
    });
    // A page that goes sends what it has, welcomed or not.
    line.batch(1, [site(1), site(2)]);
    expect(line.received).toEqual([]);
    expect(await storedEvents(setup.database)).toEqual([]);
    await until('the page to stay awake', () => setup.needed());

    setup.collector.admit(ID, 'allowed');
    await line.last('welcome');
    await line.acked(1);
    expect(await storedEvents(setup.database)).toEqual([site(1), site(2)]);
    expect(view(setup)).toMatchObject({ waiting: [], decided: [{ verdict: 'allowed' }] });
  });

  test('is told that it is blocked, is counted, and is not asked about again', async () => {
    const setup = await closedDoor({ [ID]: kind });
    const line = join(setup.collector);
    await waits(setup);
    setup.collector.admit(ID, 'blocked');
    expect(line.received).toMatchObject([{ type: 'rejected' }]);
    expect(line.closed()).toBe(true);
    const again = join(setup.collector, 'context-two');
    expect(again.received).toMatchObject([{ type: 'rejected' }]);
    expect(again.closed()).toBe(true);
    expect(view(setup)).toMatchObject({
      waiting: [],
      decided: [{ extensionId: ID, verdict: 'blocked', refused: 2 }],
    });
    expect(await storedEvents(setup.database)).toEqual([]);
  });
});

test('what a page left before it went is kept until the word comes, in order', async () => {
  const setup = await closedDoor();
  for (const [uid, number] of [
    ['context-one', 1],
    ['context-two', 2],
  ] as const) {
    const line = join(setup.collector, uid);
    line.batch(1, [site(number)]);
    line.end.closed();
  }
  expect(await waits(setup)).toMatchObject({ contexts: 0 });
  setup.collector.admit(ID, 'allowed');
  await until('both', async () => (await storedEvents(setup.database)).length > 0);
  expect(await storedEvents(setup.database, `${ID}\ncontext-two`)).toEqual([site(2)]);
});

test('what nobody is left to speak for is not shown', async () => {
  const setup = await closedDoor();
  const line = join(setup.collector);
  await waits(setup);
  line.end.closed();
  expect(view(setup).waiting).toEqual([]);
});

test('a flood is kept up to a bound, counted beyond it, and told of when it is admitted', async () => {
  const setup = await closedDoor();
  const line = join(setup.collector);
  await waits(setup);
  const payload = 'x'.repeat(1_000_000);
  for (let batch = 1; batch <= 12; batch += 1) {
    const { length } = payload;
    line.batch(batch, [site(1), ['posted', 1, 0, batch, 1, 'json', length, 0, length]], payload);
  }
  const { lost } = await waits(setup);
  expect(lost).toBeGreaterThanOrEqual(2 * 4);
  expect(lost).toBeLessThan(2 * 12);
  for (let n = 0; n < 1_005; n += 1) connect(setup.collector);
  expect((await waits(setup)).turnedAway).toBe(6);
  setup.collector.admit(ID, 'allowed');
  const [notice] = await until('a notice', async () => {
    const all = await readNotices(setup.database);
    return all.length > 0 && all;
  });
  expect(notice).toMatchObject({ extensionId: ID, severity: 'warning' });
  expect(notice?.text).toContain(`${lost} events`);
});

test('garbage costs the line, whether admitted or not', async () => {
  const setup = await closedDoor();
  const line = connect(setup.collector);
  line.end.message({ type: 'hello', protocol: 99 });
  expect(line.received).toMatchObject([{ type: 'rejected' }]);
  const relay: Origin = { ...CONTENT, route: 'relay' };
  const relayed = connect(setup.collector, relay);
  relayed.end.message(hello());
  expect(relayed.closed()).toBe(true);
  const [notice] = await until('a notice', async () => {
    const all = await readNotices(setup.database);
    return all.length > 0 && all;
  });
  expect(notice?.extensionId).toBe(ID);
});

test('a relayed user script waits and is admitted like its extension', async () => {
  const setup = await closedDoor();
  const line = connect(setup.collector, { ...CONTENT, route: 'relay' });
  line.end.message({ type: 'relayed', sender: { id: 'somebody@else', tabId: 9 } });
  line.end.message(hello());
  await waits(setup);
  setup.collector.admit(ID, 'allowed');
  await line.last('welcome');
  line.batch(1, [site(1)]);
  await line.acked(1);
  expect(await storedEvents(setup.database)).toEqual([site(1)]);
});

test('a decision outlives the page, and is taken back: open lines end and wait again', async () => {
  const first = await closedDoor();
  join(first.collector);
  await waits(first);
  first.collector.admit(ID, 'allowed');
  const setup = await until('the stored decision', async () => {
    const next = await closedDoor();
    return view(next).decided.length > 0 && next;
  });
  const line = join(setup.collector);
  expect(line.received[0]?.type).toBe('welcome');
  setup.collector.admit(ID, null);
  expect(line.closed()).toBe(true);
  expect(line.received.at(-1)?.type).toBe('welcome');
  expect(setup.collector.state()).toMatchObject({ reporting: 0 });
  const again = join(setup.collector);
  await waits(setup);
  expect(again.received).toEqual([]);
  expect(view(setup).decided).toEqual([]);
});

test('when the browser may be asked at last, those in development are admitted', async () => {
  const kinds: Record<string, Installed | null> = {};
  const setup = await closedDoor(kinds);
  const line = join(setup.collector);
  const other = join(setup.collector, 'context-two', { ...CONTENT, extensionId: 'shop@example' });
  await waits(setup, 'shop@example');
  Object.assign(kinds, {
    [ID]: { name: 'Mine', installType: 'development' },
    'shop@example': NORMAL,
  });
  setup.collector.recheck();
  await line.last('welcome');
  expect(await waits(setup, 'shop@example')).toMatchObject({ nameFrom: 'browser' });
  expect(other.received).toEqual([]);
});

test('another installation of the same extension is asked about anew', async () => {
  const kinds: Record<string, Installed | null> = {
    [ID]: { name: 'Mine', installType: 'development' },
  };
  const setup = await closedDoor(kinds);
  const line = join(setup.collector);
  await line.last('welcome');
  line.end.closed();
  kinds[ID] = NORMAL;
  const again = join(setup.collector, 'context-two');
  await waits(setup);
  expect(again.received).toEqual([]);
});

test('panels hear of a flood of changes now and then, not of each', async () => {
  const setup = await closedDoor();
  for (let n = 0; n < 200; n += 1) join(setup.collector, `context-${n}`);
  await until('the last change', () =>
    setup.told.some((told) => told.type === 'admission' && told.waiting[0]?.contexts === 200),
  );
  expect(setup.told.filter(({ type }) => type === 'admission').length).toBeLessThan(20);
});
