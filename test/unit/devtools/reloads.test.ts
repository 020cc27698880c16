/** Which rows are left out when what came before a reload is not to stay in view. */
import { expect, test } from 'vitest';
import { createPreserve } from '../../../devtools/state/preserve.js';
import { freshSince } from '../../../devtools/worker/reloads.js';
import type { Fresh } from '../../../devtools/worker-protocol.js';
import type { StoredContext } from '../../../src/protocol/index.js';
import { draw, fold, short } from '../model/fixture.js';

const FRESH: Fresh = { tabId: 1, navigatedAt: null, shownUpTo: null };

function since(
  text: string,
  fresh: Partial<Fresh> = {},
  facts: Record<string, Partial<StoredContext>> = {},
): number | null {
  const { contexts, facts: events } = draw(text);
  const model = fold({
    contexts: contexts.map((each) => ({ ...each, ...facts[short(each.key)] })),
    facts: events,
  });
  return freshSince(model, { ...FRESH, ...fresh });
}

const PAGES = `
  context bg background
  context one content-script tab=1 frame=0 document=d1 started=1000
  context frame content-script tab=1 frame=5 document=d9 started=90000
  context other content-script tab=2 frame=0 document=d8 started=80000
`;

test('a page that came after another in the inspected tab is a reload, from its first script on', () => {
  expect(since(PAGES)).toBeNull();
  const second = `${PAGES}
    context two content-script tab=1 frame=0 document=d2 started=50010
    context second content-script tab=1 frame=0 document=d2 started=50000 extension=other@x`;
  expect(since(second)).toBe(50_000);
  expect(since(second, { tabId: null })).toBeNull();
});

test('where nothing reports in the page, the toolbox tells; where something does, it says it better', () => {
  expect(since(PAGES, { navigatedAt: 60_000 })).toBe(60_000);
  expect(since(PAGES, { navigatedAt: 1040 })).toBe(1000);
  const second = `${PAGES} context two content-script tab=1 frame=0 document=d2 started=59900`;
  const lines = second.replace('context two', '\n context two');
  expect(since(lines, { navigatedAt: 60_000 })).toBe(59_900);
});

test('what the person has asked to see stays until the next reload', () => {
  const first = { navigatedAt: 60_000, shownUpTo: 61_000 };
  expect(since(PAGES, first)).toBeNull();
  expect(since(PAGES, { ...first, navigatedAt: 70_000 })).toBe(70_000);
});

test('an extension that starts anew is a reload, one that is woken is not', () => {
  const text = `
    context bg1 background started=1000
    context cs1 content-script tab=1 frame=0 document=d1 started=1100
    context bg2 background started=9000
    context cs2 content-script tab=1 frame=0 document=d1 started=8900
    8000 bg1 unloaded
  `;
  expect(since(text, {}, { cs1: { disconnectedAt: 8003 } })).toBe(8900);
  expect(since(text)).toBeNull();
});

test('it is a setting, on by default, that is kept', () => {
  const stored = new Map<string, string>();
  const navigated: (() => void)[] = [];
  const platform = {
    tabId: 7,
    load: (key: string) => stored.get(key) ?? null,
    save: (key: string, value: string) => void stored.set(key, value),
    onNavigated: (listener: () => void) => void navigated.push(listener),
  };
  const preserve = createPreserve(platform);
  expect(preserve.fresh.value).toBeUndefined();
  preserve.set(false);
  expect(preserve.fresh.value).toEqual({ tabId: 7, navigatedAt: null, shownUpTo: null });
  const before = Date.now();
  for (const tell of navigated) tell();
  expect(preserve.fresh.value?.navigatedAt).toBeGreaterThanOrEqual(before);
  preserve.showBefore();
  expect(preserve.fresh.value?.shownUpTo).toBeGreaterThanOrEqual(before);
  expect(createPreserve(platform).on.value).toBe(false);
});
