/** What is said of a connection's end: no more than was reported. */
import { expect, test } from 'vitest';
import { innermostPlace, parseFrame } from '../../../devtools/arithmetic/stack.js';
import { closingText } from '../../../devtools/worker/closing.js';
import { viewDetail } from '../../../devtools/worker/detail-view.js';
import { viewRow } from '../../../devtools/worker/row-view.js';
import type { EndFacts } from '../../../src/protocol/index.js';
import type { Drawn } from '../model/fixture.js';
import { draw, fold } from '../model/fixture.js';

const CONTEXTS = `
  context cs content-script tab=1 frame=0 url=https://shop.example/cart
  context bg background
  context popup page
  100 cs opens 1 "basket"
`;
const ACCEPTED = `${CONTEXTS}
  101 bg accepts 1 "basket" from cs
`;

function said({ contexts, facts }: Drawn, disconnectedAt: Record<string, number> = {}): string {
  const model = fold({
    contexts: contexts.map((each) => {
      const name = each.key.replace(/^.*\n/, '');
      return { ...each, disconnectedAt: disconnectedAt[name] ?? null };
    }),
    facts,
  });
  const row = [...model.rows].find(({ kind }) => kind === 'closed');
  if (row?.kind !== 'closed') throw new Error('nothing was closed');
  return closingText(model.connections.get(row.connection), model);
}

test.each([
  [
    `${ACCEPTED}
    105 cs closes 1
    106 bg closed 1`,
    'closed by content-script shop.example/cart calling disconnect()',
  ],
  [
    `${ACCEPTED}
    105 cs closed 1
    106 bg closes 1`,
    'closed by background calling disconnect()',
  ],
  [
    `${ACCEPTED}
    105 cs unloaded
    106 bg closed 1`,
    'closed because the page of content-script shop.example/cart was left or closed',
  ],
  [
    `${ACCEPTED}
    105 bg unloaded
    106 cs closed 1`,
    'closed because background was stopped',
  ],
  [
    `${CONTEXTS}
    101 popup accepts 1 "basket" from cs
    105 popup unloaded`,
    'closed because page popup.html was closed',
  ],
  [
    `${ACCEPTED}
    106 cs closed 1`,
    'closed from the side of background, which has not said why',
  ],
  [
    `${CONTEXTS}
    106 cs closed 1`,
    'closed from the side that accepted it, which is not instrumented',
  ],
  [
    `${ACCEPTED}
    106 cs closed 1
    106 bg closed 1`,
    'closed, and no end called disconnect()',
  ],
  [
    `${ACCEPTED}
    106 cs closed 1 "An unexpected error"`,
    'closed from the side of background, which has not said why: An unexpected error',
  ],
  [
    `${CONTEXTS}
    106 cs closed 1 "Receiving end does not exist."`,
    'failed: Receiving end does not exist.',
  ],
])('%s', (text, expected) => {
  expect(said(draw(text))).toBe(expected);
});

test('an opener that is not instrumented is blamed only where it alone is left', () => {
  const { contexts, facts } = draw(`
    context stranger content-script tab=1
    context bg background
    101 bg accepts 1 "basket" from stranger
    106 bg closed 1
  `);
  const known = contexts.filter(({ kind }) => kind === 'background');
  expect(said({ contexts: known, facts })).toBe(
    'closed from the opener’s side, which is not instrumented',
  );
});

test('an end that stopped reporting at that time is named, one that did long after is not', () => {
  const drawn = draw(`${ACCEPTED}
    5000 cs closed 1`);
  expect(said(drawn, { bg: 5400 })).toBe('closed when background stopped reporting');
  const page = draw(`${ACCEPTED}
    5000 bg closed 1`);
  expect(said(page, { cs: 5400 })).toBe(
    'closed when content-script shop.example/cart stopped reporting: its tab was closed, or its process crashed',
  );
  expect(said(drawn, { bg: 60_000 })).toContain('which has not said why');
});

test.each<[EndFacts, string]>([
  [{ tab: 'closed' }, 'closed because the tab of content-script shop.example/cart was closed'],
  [
    { tab: 'discarded' },
    'closed because Firefox unloaded the tab of content-script shop.example/cart to free memory',
  ],
  [{ tab: 'replaced' }, 'closed because the process of content-script shop.example/cart crashed'],
  [{ extension: 'disabled' }, 'closed because the extension was disabled'],
  [{ extension: 'uninstalled' }, 'closed because the extension was removed'],
])('what the browser said of the end of its opener’s place: %j', (endFacts, text) => {
  const { contexts, facts } = draw(`${ACCEPTED}
    5000 bg closed 1`);
  const asked = contexts.map((each) => (each.key.endsWith('cs') ? { ...each, endFacts } : each));
  expect(said({ contexts: asked, facts }, { cs: 5001 })).toBe(text);
});

test('the place of disconnect() is told where it is known', () => {
  const { contexts, facts } = draw(`${ACCEPTED}
    105 cs closes 1`);
  const stack = 'stop@moz-extension://some-id/content.js:40:7\nmain@https://x.example/a.js:1:2';
  const model = fold({ contexts, facts });
  const [connection] = model.connections.values();
  if (!connection?.opener) throw new Error('no connection');
  const opener = { ...connection.opener, closeStack: stack };
  expect(closingText({ ...connection, opener }, model)).toBe(
    'closed by content-script shop.example/cart calling disconnect() at content.js:40',
  );
});

test('the row of a failed connection leaves the word to its badge, the detail says it', () => {
  const model = fold(
    draw(`${CONTEXTS}
    106 cs closed 1 "Receiving end does not exist."`),
  );
  const row = [...model.rows].find(({ kind }) => kind === 'closed');
  if (row === undefined) throw new Error('nothing was closed');
  expect(viewRow(row, model, 0)).toMatchObject({
    flag: 'failed',
    preview: 'Receiving end does not exist.',
    from: { kind: 'content-script', rest: '/cart', label: 'content-script shop.example/cart' },
    to: { kind: 'nobody' },
  });
  expect(viewDetail(row, null, null, model, 0).note).toBe('failed: Receiving end does not exist.');
});

test('frames of stacks', () => {
  expect(parseFrame('f@moz-extension://id-1/js/a.js:3:14')).toEqual({
    name: 'f',
    url: 'moz-extension://id-1/js/a.js',
    file: 'js/a.js',
    line: '3',
    column: '14',
  });
  expect(parseFrame('@https://x.example/a@b.js:1:2')).toMatchObject({ name: '', line: '1' });
  expect(parseFrame('somewhere')).toBeNull();
  expect(innermostPlace('f@a.js:3:14\ng@b.js:1:1')).toBe('a.js:3');
  expect(innermostPlace('')).toBeNull();
  expect(innermostPlace(null)).toBeNull();
});
