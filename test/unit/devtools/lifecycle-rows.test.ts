/** How contexts began and ended, as the table says it. */
import { expect, test } from 'vitest';
import { viewRow } from '../../../devtools/worker/row-view.js';
import type { EndFacts, StoredContext } from '../../../src/protocol/index.js';
import { draw, fold } from '../model/fixture.js';

/** Texts of all lifecycle rows, by the name of the context. */
function said(text: string, facts: Record<string, Partial<StoredContext>> = {}): string[] {
  const drawn = draw(text);
  const model = fold({
    contexts: drawn.contexts.map((each) => ({
      ...each,
      ...facts[each.key.replace(/^.*\n/, '')],
    })),
    facts: drawn.facts,
  });
  return [...model.rows].flatMap((row) =>
    row.kind === 'lifecycle'
      ? [`${row.context.replace(/^.*\n/, '')} ${viewRow(row, model, 0).preview}`]
      : [],
  );
}

test('a background that is stopped and woken', () => {
  expect(
    said(
      `
      context bg1 background
      context bg2 background
      1000 bg1 unloaded
      `,
      { bg2: { startedAt: 2000 } },
    ),
  ).toEqual([
    'bg1 started reporting · moz-extension://demo/bg1.html',
    'bg1 unloaded: it was stopped',
    'bg2 woken: it runs again after it was stopped',
  ]);
});

test('an extension that is updated, and its content script', () => {
  expect(
    said(
      `
      context bg1 background
      context cs content-script tab=1 frame=0 url=https://a.example/
      context bg2 background
      1000 bg1 unloaded
      `,
      { cs: { disconnectedAt: 1003 }, bg2: { startedAt: 2000, extensionVersion: '2.0' } },
    ),
  ).toEqual([
    'bg1 started reporting · moz-extension://demo/bg1.html',
    'cs started reporting · https://a.example/',
    'bg1 unloaded: the extension was updated',
    'cs ended: the extension was updated',
    'bg2 started: the extension was updated to 2.0',
  ]);
});

test.each([
  ['1000 cs unloaded', 'cs unloaded: its tab was closed, or left for a page where nothing reports'],
  ['900 cs frozen', 'cs ended: its page did not come back from the back/forward cache'],
  ['', 'cs ended: it stopped reporting without a word: its tab was closed, or its process crashed'],
])('a content script: «%s»', (fact, text) => {
  const rows = said(`context cs content-script tab=1 frame=0 url=https://a.example/\n${fact}`, {
    cs: { disconnectedAt: 1005 },
  });
  expect(rows.at(-1)).toBe(text);
});

test.each<[EndFacts, string]>([
  [{ tab: 'closed' }, 'its tab was closed'],
  [{ tab: 'discarded' }, 'Firefox unloaded its tab to free memory'],
  [{ tab: 'replaced' }, 'its process crashed'],
  [{ tab: 'open', extension: 'disabled' }, 'the extension was disabled'],
  [{ tab: 'open', extension: 'uninstalled' }, 'the extension was removed'],
])('a content script of whose end the browser said %j', (endFacts, text) => {
  const port = '100 cs opens 1 "basket"\n101 bg accepts 1 "basket" from cs\n1004 bg closed 1';
  const drawn = `context cs content-script tab=1 frame=0\ncontext bg background\n${port}`;
  const facts = { cs: { disconnectedAt: 1005, endFacts } };
  expect(said(drawn, facts).at(-1)).toBe(`cs ended: ${text}`);
});

test('a background that is enabled again', () => {
  const rows = said('context bg1 background\ncontext bg2 background\n1000 bg1 unloaded', {
    bg1: { endFacts: { extension: 'disabled' } },
    bg2: { startedAt: 2000 },
  });
  expect(rows.slice(1)).toEqual([
    'bg1 unloaded: the extension was disabled',
    'bg2 started: the extension was enabled again',
  ]);
});

test('a page that could not report its last moment: how much is not known', () => {
  const text = `
    context cs content-script tab=1 frame=0
    context bg background
    100 cs opens 1 "port"
    101 bg accepts 1 "port" from cs
    102 cs posts 1 "a"
    103 bg gets 1 "a"
    104 bg gets 1 "b"
    105 bg gets 1 "c"
    106 bg posts 1 "d"
    107 bg posts 1 "e"
  `;
  expect(said(text, { cs: { disconnectedAt: 1005 } }).at(-1)).toBe(
    'cs ended: it stopped reporting without a word: its tab was closed, or its process crashed' +
      '; not reported: its last 2 posts (known from delivery), whether the last 2 messages reached it',
  );
});
