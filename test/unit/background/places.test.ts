/** What the browser is taken to say of the place of a context that has ended, in each order of what it says. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watchPlaces, type Place } from '../../../src/background/places.js';

interface Tab {
  readonly id: number;
  status: string;
  discarded: boolean;
  active: boolean;
}
type Updated = (id: number, change: Record<string, unknown>) => void;

const firefox = vi.hoisted(() => ({
  tabs: new Map<number, Tab>(),
  /** Null: it is not installed. */
  enabled: true as boolean | null,
  updated: [] as Updated[],
  removed: [] as ((id: number) => void)[],
  gets: 0,
}));

vi.mock('webextension-polyfill', () => ({
  default: {
    tabs: {
      onUpdated: { addListener: (listener: Updated) => void firefox.updated.push(listener) },
      onRemoved: {
        addListener: (listener: (id: number) => void) => void firefox.removed.push(listener),
      },
      query: () => Promise.resolve([...firefox.tabs.values()]),
      get: (id: number) => {
        firefox.gets += 1;
        const tab = firefox.tabs.get(id);
        return tab ? Promise.resolve(tab) : Promise.reject(new Error(`Invalid tab ID: ${id}`));
      },
    },
    management: {
      get: (id: string) =>
        firefox.enabled === null
          ? Promise.reject(new Error(`No such addon ${id}`))
          : Promise.resolve({ enabled: firefox.enabled }),
    },
  },
}));

function says(change: Record<string, unknown>): void {
  for (const listener of firefox.updated) listener(1, change);
}

function tab(): Tab {
  return firefox.tabs.get(1) as Tab;
}

/** A context in the tab, whose page has loaded. */
async function entered(): Promise<Place> {
  const places = watchPlaces();
  await vi.advanceTimersByTimeAsync(1);
  says({ status: 'loading' });
  const place = places.enter('demo@example', 1);
  says({ status: 'loading' });
  says({ status: 'complete' });
  return place;
}

/** @returns what is said in the end of the place that is left now, after `then` has happened */
async function left(place: Place, then: () => void = () => undefined): Promise<unknown> {
  const facts = place.left();
  await vi.advanceTimersByTimeAsync(20);
  then();
  await vi.advanceTimersByTimeAsync(5_000);
  return await facts;
}

beforeEach(() => {
  vi.useFakeTimers();
  firefox.tabs.clear();
  firefox.tabs.set(1, { id: 1, status: 'complete', discarded: false, active: true });
  firefox.enabled = true;
  firefox.updated.length = 0;
  firefox.removed.length = 0;
  firefox.gets = 0;
});

afterEach(() => {
  vi.useRealTimers();
});

test('a tab that is gone was closed, one that is unloaded discarded', async () => {
  const place = await entered();
  const second = await entered();
  tab().discarded = true;
  expect(await left(place)).toEqual({ tab: 'discarded', extension: 'enabled' });
  firefox.tabs.clear();
  for (const listener of firefox.removed) listener(1);
  expect(await left(second)).toEqual({ tab: 'closed', extension: 'enabled' });
});

test('a tab that then has another document without a load was replaced, when it is in front', async () => {
  expect(await left(await entered(), () => says({ isArticle: false }))).toMatchObject({
    tab: 'replaced',
  });
  expect(await left(await entered(), () => says({ status: 'loading' }))).toMatchObject({
    tab: 'open',
  });
});

test('a tab in the back has it with a load', async () => {
  tab().active = false;
  expect(await left(await entered(), () => says({ status: 'loading' }))).toMatchObject({
    tab: 'replaced',
  });
  expect(await left(await entered(), () => says({ status: 'complete' }))).toMatchObject({
    tab: 'open',
  });
});

test.each<[string, (() => void)[], (() => void)[]]>([
  ['that says nothing more', [], []],
  ['that was loading', [() => says({ status: 'loading' })], [() => says({ isArticle: false })]],
  [
    'that had loaded something else',
    [() => says({ status: 'loading' }), () => says({ status: 'complete' })],
    [() => says({ isArticle: false })],
  ],
])('a tab %s is only known to be there', async (_, before, after) => {
  const place = await entered();
  for (const step of before) step();
  const facts = await left(place, () => {
    for (const step of after) step();
  });
  expect(facts).toEqual({ tab: 'open', extension: 'enabled' });
});

test('of a tab whose state nobody has told yet nothing but its being there is said', async () => {
  const place = watchPlaces().enter('demo@example', 1);
  const facts = place.left();
  says({ isArticle: false });
  await vi.advanceTimersByTimeAsync(5_000);
  expect(await facts).toMatchObject({ tab: 'open' });
});

test('an extension is asked about when it has had time to go', async () => {
  expect(
    await left(await entered(), () => {
      firefox.enabled = false;
    }),
  ).toEqual({ tab: 'open', extension: 'disabled' });
  firefox.enabled = true;
  const background = watchPlaces().enter('demo@example', null);
  expect(
    await left(background, () => {
      firefox.enabled = null;
    }),
  ).toEqual({ extension: 'uninstalled' });
});

test('many that end at once ask once', async () => {
  const places = watchPlaces();
  const all = Array.from({ length: 200 }, () => places.enter('demo@example', 1).left());
  await vi.advanceTimersByTimeAsync(5_000);
  expect(new Set((await Promise.all(all)).map((facts) => facts.tab))).toEqual(new Set(['open']));
  expect(firefox.gets).toBe(1);
});

test('nothing is listened to before there is somebody', () => {
  const places = watchPlaces();
  expect(firefox.updated).toHaveLength(0);
  places.enter('demo@example', 1);
  places.enter('demo@example', 2);
  expect(firefox.updated).toHaveLength(1);
});
