/** One message in the real toolbox: looked through, searched, copied; by mouse and by keyboard. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Page } from 'puppeteer-core';
import { temporaryFolder } from '../../src/cli/firefox/processes.js';
import { expectAgreement } from './support/agreement.js';
import { backgroundState, stopBackground } from './support/background.js';
import { bundleFixture } from './support/bundle.js';
import { PanelUser } from './support/panel.js';
import { pollUntil } from './support/poll.js';
import { startSession, type Session } from './support/session.js';

const ROW = '[role=grid] [role=row][data-kind=message]';
const BODY = '#detail-body';
const SCREENSHOTS = process.env['PORTHOLE_SCREENSHOTS'];

const MAPPED = 'mapped@fixture.porthole';

const folder = temporaryFolder();
let session: Session;
let page: Page;
let panel: PanelUser;

beforeAll(async () => {
  const maps = { background: 'file', content: 'inline' } as const;
  const mapped = await bundleFixture('mapped', folder.path, maps, 'greeting');
  session = await startSession({ extensions: ['conversation', mapped] });
  page = await session.open('/page');
  await page.bringToFront();
  panel = await PanelUser.open(session.firefox);
  await panel.untilRows('the answers', (rows) =>
    [1, 2].every((id) => rows.some((row) => row.includes(`"id":${String(id)},"result"`))),
  );
});

afterAll(async () => {
  await session?.close();
  await folder.remove();
});

async function picture(name: string): Promise<void> {
  if (SCREENSHOTS !== undefined) await panel.handle.screenshot(join(SCREENSHOTS, `${name}.png`));
}

/** What was copied last, by anything in this Firefox. */
async function clipboard(): Promise<string> {
  return await session.firefox.system.evaluate(async function readClipboard(window) {
    return await (window as unknown as typeof globalThis).navigator.clipboard.readText();
  });
}

async function untilCopied(what: string, wanted: RegExp): Promise<string> {
  return await pollUntil(what, clipboard, (text) => wanted.test(text), 5_000);
}

it('finds text in a payload, opens what hides it, and goes from hit to hit by the keyboard', async () => {
  await panel.click(ROW, '"count":2');
  await panel.untilText('the payload', BODY, 'since');
  await panel.click('.payload-tree');
  await panel.press('f', { ctrl: true });
  for (const key of 'item 2') await panel.press(key);
  await panel.untilText('the count', '.find-count', '1 of 111');
  await panel.untilText('the first hit', '.payload-line.hit', 'item 2');
  await panel.press('Enter');
  await panel.untilText('the second hit', '.payload-line.hit', 'item 20');
  await panel.press('Enter', { shift: true });
  await panel.press('Enter', { shift: true });
  await panel.untilText('the last hit', '.payload-line.hit', 'item 299');
  await panel.untilText('its number', '.find-count', '111 of 111');
  await picture('message-find');
  await panel.press('Escape');
  expect(await panel.focused()).toContain('tree');
});

it('expands and collapses all, and shows the same as JSON and as it was recorded', async () => {
  await panel.click('[aria-label="Collapse all"]');
  await panel.click('[aria-label="Expand all"]');
  await panel.untilText('an inner line', '.payload-tree', 'item 1');
  await panel.click('[role=radio]', 'JSON');
  await panel.untilText('formatted', '.payload-lines', /^\{\n {2}"type": "state",\n {2}"count": 2/);
  await panel.click('[role=radio]', 'Raw');
  await panel.untilText('raw', '.payload-lines', /^\{"type":"state","count":2,/);
  await panel.click('[role=radio]', 'Tree');
});

it('copies a message as JSON, JavaScript, a call and a fixture', async () => {
  await panel.click('.copy-as');
  await picture('message-copy');
  await panel.click('[role=menuitem]', 'JSON');
  expect(JSON.parse(await untilCopied('JSON', /^\{\s+"type"/))).toMatchObject({ count: 2 });
  await panel.click('.copy-as');
  await panel.press('End');
  await panel.press('ArrowUp');
  await panel.press('Enter');
  await panel.untilText('that it was copied', '.announcement', 'Copied');
  const fixture = await untilCopied('a fixture', /direction: "from opener"/);
  expect(fixture).toMatch(/name: "conversation"[\s\S]*count: 2[\s\S]*deliveredAt: \[\d/);

  await panel.click(ROW, '"between"');
  await panel.untilText('the payload', BODY, 'between');
  await panel.click('.copy-as');
  await panel.click('[role=menuitem]', 'postMessage');
  await untilCopied('a call', /^port\.postMessage\(\{ type: "between" \}\);$/);
});

it('shows what JSON cannot say as what it is, and its bytes in hex', async () => {
  await panel.click(ROW, '12345678901234567890');
  const tree = await panel.untilText('the values', '.payload-tree', 'Uint8Array');
  for (const part of ['Date 1970', '12345678901234567890n', 'Map(1)', 'Uint8Array(26)']) {
    expect(tree).toContain(part);
  }
  await panel.click('.payload-line', 'bytes', 'right');
  await picture('message-menu');
  await panel.click('[role=menuitem]', 'Copy path');
  await untilCopied('the path', /^message\.bytes$/);
  await panel.click('.payload-line', 'bytes', 'right');
  await panel.click('[role=menuitem]', 'Show the bytes');
  await panel.untilText('hex', '.payload-lines', /00000000 .*42 79 74 65/);
  await picture('message-hex');
  await panel.click('[role=radio]', 'JS');
  await panel.untilText('JavaScript', '.payload-lines', /new Map\(\[\["first", new Set/);
  await panel.click('[role=radio]', 'Tree');
});

it('knows a call by its name, its answer beside it, and goes from one to the other', async () => {
  const rows = await panel.untilRows('the answers', (seen) =>
    seen.some((row) => row.includes('↩ getUser')),
  );
  expect(rows.filter((row) => row.includes('↩')).map((row) => row.split(' | ')[4])).toEqual([
    '↩ getItems',
    '↩ getUser',
  ]);
  await panel.click(ROW, '"method":"getUser"');
  await panel.untilText('what it is', '.rpc', /JSON-RPC 2\.0\s*call of getUser, answered after/);
  await panel.click('.rpc button', 'Go to the answer');
  await panel.untilText('its answer', '.rpc', /answer to getUser, .* after the call/);
  await panel.untilText('its row', '[role=row][aria-selected=true]', '↩ getUser');
  await picture('message-rpc');
});

it('shows what changed since the previous message of the same kind', async () => {
  await panel.click(ROW, '"count":2');
  await panel.untilText('the payload', BODY, 'since');
  await panel.click('[role=radio]', 'Changes');
  const text = await panel.untilText('the difference', '.diff', 'unchanged');
  expect(text).toMatch(/≠\s*count\s*:\s*1\s*→\s*2/);
  expect(text).toMatch(/\+\s*0\s*:\s*"admin"[\s\S]*2 unchanged[\s\S]*\+\s*since\s*:\s*2026/);
  expect(await panel.text('.diff-tally')).toBe('1 place changed, 2 added, 0 removed');
  await picture('message-changes');
});

it('pins a message with a note, compares another with it, and finds both again in a new panel', async () => {
  await panel.click(ROW, '"between"');
  await panel.untilText('the payload', '.diff-bar option', 'previous between');
  await panel.press('p');
  await panel.untilText('the pin', '.pinned', 'between');
  await panel.fill('.pin-note input', 'in the middle');
  await panel.untilText('the note in the list', '.pinned', 'in the middle');
  await panel.click(ROW, '"count":1');
  await panel.untilText('the choice', '.diff-bar option:nth-child(2)', 'in the middle');
  await panel.handle.evaluate(function chooseBase(window) {
    const select = window.document.querySelector('.diff-bar select') as HTMLSelectElement;
    select.selectedIndex = 1;
    select.dispatchEvent(new window.Event('change', { bubbles: true }));
  });
  await panel.untilText('the difference', '.diff', /"between"\s*→\s*"state"/);
  await picture('message-pinned');
  await panel.click('.pinned-go');
  await panel.untilText('its row', '[role=row][aria-selected=true]', 'between');

  const tab = await session.firefox.browser.newPage();
  await tab.goto(session.panelUrl, { waitUntil: [] });
  await tab.waitForFunction(() =>
    (document.querySelector('.pinned')?.textContent ?? '').includes('in the middle'),
  );
  await tab.close();

  await panel.click('.pinned .tool');
  await pollUntil(
    'the list to go',
    () => panel.text('.pinned'),
    (text) => text === '',
    5_000,
  );
});

it('leads from a frame to the original source and to what ran, and back', async () => {
  await page.goto(`${session.origin}/mapped`);
  await panel.click(ROW, 'the content script');
  await panel.click('[role=tab]', 'Call site');
  await panel.untilText('the stack', '.frames', /e\s+content\.js:1:\d+\s+t\s+content\.js:1:\d+/);
  await panel.click('.frame-place', 'content.js');
  await panel.untilText('the original', '.source', /src\/greeting\.ts:13:8[\s\S]*export function/);
  expect(await panel.text('.source mark')).toBe('postMessage');
  expect(await panel.text('.source .place')).toMatch(
    /^13\s*port\.postMessage\(\{ type: 'greeting'/,
  );
  await panel.press('/');
  await pollUntil(
    'the focus in the field',
    () => panel.focused(),
    (seen) => seen.startsWith('input'),
    10_000,
  );
  await panel.fill('.source .find input', 'EXPORT function');
  await panel.untilText('the one there is', '.source .find-count', /1/);
  await panel.untilText('its line', '.source .hit', /export function/);
  await panel.press('Escape');
  await panel.untilText('the place again', '.source mark', 'postMessage');
  await picture('source-original');
  await panel.click('.source [role=radio]', 'Generated');
  await panel.untilText('what ran', '.source-place', /^content\.js:1:\d+$/);
  await panel.untilText('the same call', '.source mark', 'postMessage');
  await panel.click('.source [aria-label="Copy this place"]');
  await untilCopied('the place', /^moz-extension:\/\/[\w-]+\/content\.js:1:\d+$/);

  await panel.press('Escape');
  await panel.untilText(
    'all frames of that script',
    '.frames',
    /greeting\.ts:13:8[\s\S]*content\.ts:/,
  );
  await panel.click('[aria-label="Copy the stack"]');
  await untilCopied('the stack', /^e@src\/greeting\.ts:13:8\nt@src\/content\.ts:\d+:\d+\n/);
  await panel.click('.frame-place', 'content.ts');
  await panel.untilText('another frame', '.source', /src\/content\.ts:\d+:\d+/);
  await panel.press('Escape');
  await panel.untilText('the stack again', '.frames', 'content.ts');
  const focused = async (): Promise<string> =>
    await panel.handle.evaluate(function focusedText(window) {
      return window.document.activeElement?.textContent ?? '';
    });
  await pollUntil(
    'the focus on that frame',
    focused,
    (seen) => /^src\/content\.ts:\d+:\d+$/.test(seen),
    5_000,
  );

  await panel.click(ROW, 'the background');
  await panel.click('.frame-place', 'background.js');
  await panel.untilText('the original, by a map in a file', '.source-place', /greeting\.ts:13:8/);
});

it('leaves no trace of reading sources in the extension, and does not wake it for one', async () => {
  await page.click('h1');
  await session.until('what the extension has seen', ({ model }) =>
    [...model.rows].some(
      (row) =>
        row.kind === 'message' &&
        model.payloadText(row.message.payload) === '{"type":"seen","seen":[]}',
    ),
  );
  await stopBackground(session.firefox.system, MAPPED);
  await panel.click(ROW, 'the content script');
  await panel.click('.frame-place', 'content.js');
  await panel.untilText('why there is none', '.source', /cannot be shown\..*its background sleeps/);
  await picture('source-asleep');
  expect(await backgroundState(session.firefox.system, MAPPED)).toBe('stopped');

  await page.reload();
  await pollUntil(
    'the source, once the extension is awake',
    async () => {
      if ((await panel.text('.source-fault')) !== '') await panel.click('.source-fault button');
      return await panel.text('.source-place');
    },
    (place) => place === 'src/greeting.ts:13:8',
    20_000,
  );
});

it('agrees with the witness on every port', async () => {
  await expectAgreement(session);
});
