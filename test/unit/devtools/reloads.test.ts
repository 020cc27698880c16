/** Which rows are left out when what came before a reload is not to stay in view. */
import { expect, test } from 'vitest';
import { createPreserve } from '../../../devtools/state/preserve.js';
import { freshReloads, reloadedMembership, type Reload } from '../../../devtools/worker/reloads.js';
import { VisibleRows } from '../../../devtools/worker/visible-rows.js';
import type { Fresh } from '../../../devtools/worker-protocol.js';
import type { StoredContext } from '../../../src/protocol/index.js';
import { draw, fold, short } from '../model/fixture.js';

const FRESH: Fresh = { tabId: 1, navigatedAt: null, shownUpTo: null };

function modelOf(text: string, facts: Record<string, Partial<StoredContext>> = {}) {
  const { contexts, facts: events } = draw(text);
  return fold({
    contexts: contexts.map((each) => ({ ...each, ...facts[short(each.key)] })),
    facts: events,
  });
}

/** When the tab, or the extensions, were reloaded. */
function since(
  text: string,
  fresh: Partial<Fresh> = {},
  facts: Record<string, Partial<StoredContext>> = {},
): readonly string[] {
  const told = ({ at, ...of }: Reload) => `${of.kind === 'tab' ? `tab ${of.tabId}` : of.key} ${at}`;
  return freshReloads(modelOf(text, facts), { ...FRESH, ...fresh }).map(told);
}

const PAGES = `
  context bg background
  context one content-script tab=1 frame=0 document=d1 started=1000
  context frame content-script tab=1 frame=5 document=d9 started=90000
  context other content-script tab=2 frame=0 document=d8 started=80000
`;

test('a page that came after another in the inspected tab is a reload, from its first script on', () => {
  expect(since(PAGES)).toEqual([]);
  const second = `${PAGES}
    context two content-script tab=1 frame=0 document=d2 started=50010
    context second content-script tab=1 frame=0 document=d2 started=50000 extension=other@x`;
  expect(since(second)).toEqual(['tab 1 50000']);
  expect(since(second, { tabId: null })).toEqual([]);
});

test('where nothing reports in the page, the toolbox tells; where something does, it says it better', () => {
  expect(since(PAGES, { navigatedAt: 60_000 })).toEqual(['tab 1 60000']);
  expect(since(PAGES, { navigatedAt: 1040 })).toEqual(['tab 1 1000']);
  const second = `${PAGES} context two content-script tab=1 frame=0 document=d2 started=59900`;
  const lines = second.replace('context two', '\n context two');
  expect(since(lines, { navigatedAt: 60_000 })).toEqual(['tab 1 59900']);
});

test('what the person has asked to see stays until the next reload', () => {
  const first = { navigatedAt: 60_000, shownUpTo: 61_000 };
  expect(since(PAGES, first)).toEqual([]);
  expect(since(PAGES, { ...first, navigatedAt: 70_000 })).toEqual(['tab 1 70000']);
});

test('an extension that starts anew is a reload, one that is woken is not', () => {
  const text = `
    context bg1 background started=1000
    context cs1 content-script tab=1 frame=0 document=d1 started=1100
    context bg2 background started=9000
    context cs2 content-script tab=1 frame=0 document=d1 started=8900
    8000 bg1 unloaded
  `;
  expect(since(text, {}, { cs1: { disconnectedAt: 8003 } })).toEqual(['demo@example 8900']);
  expect(since(text)).toEqual([]);
});

test('what was before is left out of the tab, or of the extension, and of nothing else', () => {
  const model = modelOf(`
    context here content-script tab=1 frame=0 contextId=7
    context there content-script tab=2 frame=0 contextId=8
    context bg background
    context popup page
    context own content-script tab=2 frame=0 contextId=9 extension=other@x
    context other background extension=other@x
    100 here opens 1 "here"
    101 bg accepts 1 "here" from here
    102 here posts 1 1
    103 there opens 1 "there"
    104 bg accepts 2 "there" from there
    105 there posts 1 1
    106 popup opens 1 "popup"
    107 bg accepts 3 "popup" from popup
    108 own opens 1 "own"
    109 other accepts 1 "own" from own
    110 here asks 1 "question"
    200 here posts 1 2
  `);
  const shown = (...reloads: readonly Reload[]): string[] => {
    const visible = new VisibleRows();
    const of = (reload: Reload) => reloadedMembership(reload, model);
    visible.setStages({
      scope: null,
      selection: null,
      filter: null,
      reloads: reloads.map((reload) => ({ at: reload.at, of: of(reload) })),
    });
    visible.update(model, 0);
    expect(visible.count + visible.counts.byReload).toBe(model.rows.length);
    return [...visible.indexes].flatMap((index) => {
      const row = model.rows.at(index);
      if (row?.kind === 'request') return [`${row.at} request`];
      if (row?.kind !== 'message' && row?.kind !== 'opened') return [];
      const key = row.kind === 'message' ? row.message.connection : row.connection;
      return [`${row.at} ${model.connections.get(key)?.name ?? ''}`];
    });
  };
  const rest = ['103 there', '105 there', '106 popup', '108 own', '200 here'];
  expect(shown()).toEqual(['100 here', '102 here', ...rest.slice(0, 4), '110 request', '200 here']);
  expect(shown({ kind: 'tab', tabId: 1, at: 150 })).toEqual(rest);
  expect(shown({ kind: 'extension', key: 'demo@example', at: 150 })).toEqual([
    '108 own',
    '200 here',
  ]);
  expect(
    shown({ kind: 'tab', tabId: 1, at: 150 }, { kind: 'extension', key: 'other@x', at: 109.5 }),
  ).toEqual(rest.filter((row) => row !== '108 own'));
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
