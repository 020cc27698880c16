/** The Playground, from its button to the rows: Porthole's own worlds, in the real toolbox. */
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerPermissionPrompt } from './support/permission-prompt.js';
import { PanelUser } from './support/panel.js';
import { pollUntil } from './support/poll.js';
import { startSession, type Session } from './support/session.js';

let session: Session;
let page: Page;
let panel: PanelUser;

beforeAll(async () => {
  session = await startSession({ prefs: { 'extensions.webextOptionalPermissionPrompts': true } });
  page = await session.open('/playground');
  await page.bringToFront();
  panel = await PanelUser.open(session.firefox);
});

afterAll(async () => {
  await session?.close();
});

/** URLs of the tabs whose page is Porthole's panel: puppeteer is not told of tabs an extension's page opens. */
async function panelTabs(): Promise<string[]> {
  return await session.firefox.system.evaluate(function tabUrls(window) {
    const { gBrowser } = window as unknown as {
      gBrowser: { tabs: { linkedBrowser: { currentURI: { spec: string } } }[] };
    };
    return [...gBrowser.tabs]
      .map((tab) => tab.linkedBrowser.currentURI.spec)
      .filter((url) => url.includes('/panel.html'));
  });
}

async function answerPrompt(answer: 'allow' | 'refuse'): Promise<void> {
  await answerPermissionPrompt(session.firefox.system, answer);
}

function has(rows: readonly string[], ...parts: string[]): boolean {
  return rows.some((row) => parts.every((part) => row.includes(part)));
}

it('is offered when nothing is instrumented yet, beside the command for one’s own extension', async () => {
  const text = await panel.untilText('the empty state', '.empty', 'Playground');
  expect(text).toContain('npx porthole run');
  await panel.click('.empty button', 'Playground');
  await panel.untilText('the Playground', 'section.playground', 'Your own user script');
});

it('explains in the toolbox, which cannot ask for permissions, where to give them', async () => {
  await panel.click('.playground button', 'Run the content script');
  await panel.untilText('what is missing', '.playground [role=alert]', 'Open in a tab');
});

it('asks in a tab, explains a refusal, and runs what is allowed', async () => {
  await panel.click('.playground [role=alert] button', 'Open in a tab');
  const [url] = await pollUntil('the panel in a tab', panelTabs, (urls) => urls.length === 1);
  expect(url).toMatch(/\/panel\.html\?tabId=\d+/);
  const tab = await session.firefox.browser.newPage();
  await tab.goto(String(url), { waitUntil: [] });
  const click = async (selector: string): Promise<void> => {
    await tab.waitForSelector(selector);
    await tab.click(selector);
  };
  await tab.waitForSelector('[role=toolbar]');
  if ((await tab.$('section.playground')) === null) await click('[aria-label=Playground]');

  await click('::-p-text(Run the content script)');
  await answerPrompt('refuse');
  await tab.waitForSelector('::-p-text(Without the permission)');
  await click('::-p-text(Ask again)');
  await answerPrompt('allow');
  await tab.waitForFunction(() =>
    (document.querySelector('[role=grid]')?.textContent ?? '').includes('port-from-cs'),
  );

  await click('::-p-text(Run the user script)');
  await answerPrompt('allow');
  await tab.waitForFunction(() =>
    (document.querySelector('[role=grid]')?.textContent ?? '').includes('port-from-us'),
  );
  await tab.close();
  await page.bringToFront();
});

it('shows the traffic of both examples in the toolbox, greeted both ways', async () => {
  await panel.untilRows('greetings both ways', (seen) =>
    ['port-from-cs', 'port-from-us'].every((name) => has(seen, name, 'hello from the background')),
  );
  const { model } = await session.recorded();
  const connection = [...model.connections.values()].find(({ name }) => name === 'port-from-us');
  expect(model.contexts.get(connection?.opener?.context ?? '')?.kind).toBe('user-script');
  expect(connection?.acceptors.length).toBe(1);
});

it('runs an example from the toolbox once it may', async () => {
  await panel.click('.playground button', 'content script');
  await panel.untilRows(
    'a second greeting',
    (seen) => seen.filter((row) => row.includes('hello from the content script')).length >= 2,
  );
});

it('shows a click on the page', async () => {
  await page.click('h1');
  await panel.untilRows('the click', (rows) => has(rows, 'port-from-cs', 'click'));
});

it('runs a user script the person types', async () => {
  const code = `const port = browser.runtime.connect({ name: 'typed' });
    port.postMessage({ type: 'typed', list: [1, 2, 3] });`;
  await panel.fill('.playground textarea', code);
  await panel.press('Enter', { ctrl: true });
  await panel.untilRows('its message', (rows) => has(rows, 'typed', '[1,2,3]'));
});

it('posts from the background to every open port', async () => {
  await panel.fill('#post-text', 'are you there?');
  await panel.click('.playground form button', 'Post');
  await panel.untilRows('ping and pong', (rows) =>
    ['port-from-cs', 'port-from-us'].every(
      (name) => has(rows, name, 'ping', 'are you there?') && has(rows, name, 'pong'),
    ),
  );
});

it('leads from a message of an example to its source', async () => {
  await panel.click('[aria-label="Close the Playground"]');
  await panel.click('[role=row][data-kind=message]', 'hello from the content script');
  await panel.press('Enter');
  await panel.click('[role=tab]', 'Call site');
  await panel.click('.frame-place', 'content-script.js');
  await panel.untilText('the call', '.source mark', 'postMessage');
  await panel.untilText('that the build has no map', '.source', 'no source map');
});
