/** The panel in the real toolbox: from the click on a page to the row in the panel's DOM. */
import { fileURLToPath } from 'node:url';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reload } from '../../src/cli/firefox/extensions.js';
import { PanelUser } from './support/panel.js';
import { pollUntil } from './support/poll.js';
import { startSession, type Session } from './support/session.js';

const GREETINGS = fileURLToPath(new URL('../../examples/greetings', import.meta.url));

let session: Session;
let page: Page;
let panel: PanelUser;

beforeAll(async () => {
  session = await startSession({ extensions: [GREETINGS] });
  page = await session.open('/page');
  await page.bringToFront();
  panel = await PanelUser.open(session.firefox);
});

afterAll(async () => {
  await session?.close();
});

function has(rows: readonly string[], ...parts: string[]): boolean {
  return rows.some((row) => parts.every((part) => row.includes(part)));
}

/** @returns what the tree says of each context, as a screen reader is told */
async function statuses(): Promise<string[]> {
  return await panel.handle.evaluate(function statusesInTree(window) {
    return [...window.document.querySelectorAll('.tree-line.context .dot')].map(
      (dot) => dot.getAttribute('aria-label') ?? '',
    );
  });
}

function untilStatuses(what: string, done: (seen: string[]) => boolean): Promise<string[]> {
  return pollUntil(what, statuses, done);
}

describe('the examples', () => {
  it('show both ports’ greetings in both directions', async () => {
    const rows = await panel.untilRows('four greetings', (seen) =>
      ['port-from-cs', 'port-from-us'].every(
        (name) => has(seen, name, 'Good day') && has(seen, name, 'Welcome'),
      ),
    );
    expect(rows.filter((row) => row.includes('greeting')).length).toBe(4);
  });

  it('show a click on the page as a row for each port', async () => {
    await page.click('h1');
    const rows = await panel.untilRows('the click on both ports', (seen) =>
      ['port-from-cs', 'port-from-us'].every((name) => has(seen, name, 'page-click')),
    );
    expect(rows.filter((row) => row.includes('page-click')).length).toBe(2);
  });

  it('stand in the tree under their extension, with both contexts and the background', async () => {
    for (const part of ['Greetings', 'background', 'content-script', 'user-script']) {
      await panel.untilText(`${part} in the tree`, '[role=tree]', part);
    }
  });
});

describe('the keyboard', () => {
  it('moves through the rows, opens the details, closes them', async () => {
    await panel.click('[role=grid] [role=row][data-kind=message]', 'Good day');
    await panel.untilText('the payload', '[aria-label=Details]', 'Good day');
    await panel.press('Escape');
    await panel.press('Home');
    const first = await panel.handle.evaluate(function selectedRow(window) {
      return window.document.querySelector('[role=row][aria-selected=true]')?.id ?? '';
    });
    expect(first).toBe('row-0');
    await panel.press('ArrowDown');
    await panel.press('Enter');
    await panel.untilText('details of the second row', '[aria-label=Details]', /\S/);
  });

  it('reaches the filter with a slash; the filter narrows the table and says so', async () => {
    await panel.press('/');
    expect(await panel.focused()).toContain('input');
    await panel.fill('[role=search] input', 'page-click');
    await panel.untilRows('only the clicks', (rows) => rows.length === 2);
    await panel.fill('[role=search] input', 'no such thing anywhere');
    await panel.untilText('why it is empty', '.empty', /filter/i);
    await panel.click('.empty button', 'filter');
    await panel.untilRows('everything again', (rows) => rows.length > 4);
  });
});

describe('the sheet of keys', () => {
  it('opens with ? and with its button, and gives the focus back to where it was', async () => {
    const isOpen = () =>
      panel.handle.evaluate(function isSheetOpen(window) {
        return window.document.querySelector('dialog:modal') !== null;
      });
    const focus = () =>
      panel.handle.evaluate(function nameOfFocused(window) {
        return window.document.activeElement?.getAttribute('aria-label') ?? '';
      });
    await panel.click('[role=grid] [role=row][data-kind=message]');
    await panel.press('?');
    await panel.untilText('the keys', 'dialog', 'Tree of extensions');
    await panel.press('Escape');
    await pollUntil('no dialog', isOpen, (open) => !open);
    await pollUntil('the rows to have the focus', focus, (name) => name === 'Messages');
    await panel.click('[aria-label=Keys]');
    await pollUntil('the dialog', isOpen, Boolean);
    await panel.press('?');
    await pollUntil('no dialog', isOpen, (open) => !open);
  });
});

describe('the details of a message', () => {
  it('hold payload, deliveries, call site and connection', async () => {
    await panel.click('[role=grid] [role=row][data-kind=message]', 'Good day, this is the content');
    await panel.untilText('the payload', '[aria-label=Details]', 'Good day');
    const parts: [string, RegExp][] = [
      ['Deliveries', /background/],
      ['Call site', /content-script\.js/],
      ['Connection', /port-from-cs[\s\S]*runtime\.connect/],
    ];
    for (const [tab, wanted] of parts) {
      await panel.click('[role=tab]', tab);
      await panel.untilText(tab, '#detail-body', wanted);
    }
    await panel.press('Escape');
  });
});

describe('recording', () => {
  it('pauses, says so, and goes on', async () => {
    await panel.click('[aria-label=Record]');
    await panel.untilText('that it is paused', 'body', /paused/i);
    await untilStatuses(
      'three paused contexts',
      (seen) => seen.filter((status) => status.startsWith('paused')).length === 3,
    );
    const before = (await panel.rows()).length;
    await page.click('h1');
    await panel.click('button', 'Resume');
    await untilStatuses(
      'three that record',
      (seen) => seen.filter((status) => status === 'recording').length === 3,
    );
    await page.click('h1');
    const rows = await panel.untilRows('the click after resuming', (seen) => seen.length > before);
    expect(rows.filter((row) => row.includes('page-click')).length).toBe(4);
  });

  it('comes back after Clear, with what was recorded since: by the button, and by Ctrl+Z', async () => {
    const count = (rows: readonly string[]) =>
      rows.filter((row) => row.includes('page-click')).length;
    const before = count(await panel.untilRows('greetings', (rows) => has(rows, 'Welcome')));
    await panel.click('[aria-label=Clear]');
    await panel.untilText('the offer', '.bar', 'Recording cleared');
    await panel.untilRows('no greeting', (rows) => !has(rows, 'greeting'));
    await page.click('h1');
    await panel.untilRows('the click after Clear', (rows) => count(rows) === 2);
    await panel.click('.bar button', 'Undo');
    await panel.untilRows(
      'everything',
      (rows) => has(rows, 'Welcome') && count(rows) === before + 2,
    );
    await panel.click('[aria-label=Clear]');
    await panel.untilRows('no greeting', (rows) => !has(rows, 'greeting'));
    await panel.press('z', { ctrl: true });
    await panel.untilRows('it all again', (rows) => has(rows, 'Welcome'));
  });

  it('is empty after Clear, and shows what comes then on the ports that were open before', async () => {
    await panel.click('[aria-label=Clear]');
    await panel.untilRows('no greeting', (rows) => !has(rows, 'greeting'));
    await page.click('h1');
    const rows = await panel.untilRows('the click after Clear', (seen) =>
      ['port-from-cs', 'port-from-us'].every((name) => has(seen, name, 'page-click')),
    );
    expect(rows.filter((row) => row.includes('page-click')).length).toBe(2);
  });
});

describe('a reload of the page', () => {
  const CLICK = 'page-click';

  it('leaves what was before in view, and how its contexts ended in the tree', async () => {
    await page.reload();
    await panel.untilRows(
      'the click before and the greeting after',
      (rows) => has(rows, CLICK) && has(rows, 'Good day'),
    );
    await untilStatuses(
      'the two that the page had',
      (seen) => seen.filter((status) => status.startsWith('gone: its page was left')).length === 2,
    );
  });

  it('begins the views anew where that is wished, and shows what was before when it is asked for', async () => {
    await panel.click('[aria-label=Settings]');
    await panel.click('#settings-box label', 'Preserve on reload');
    await panel.click('[aria-label=Settings]');
    await panel.untilRows('no click', (rows) => !has(rows, CLICK) && has(rows, 'Good day'));
    await untilStatuses('none that is gone', (seen) => seen.every((each) => each === 'recording'));
    await page.click('h1');
    await panel.untilRows('a click on this page', (rows) => has(rows, CLICK));
    await page.reload();
    await panel.untilRows(
      'only the greetings',
      (rows) => !has(rows, CLICK) && has(rows, 'Welcome'),
    );
    await panel.untilText('how many are not shown', '.bar', /\d+ rows from before the reload/);
    await panel.click('.bar button', 'Show');
    await panel.untilRows('the clicks', (rows) => has(rows, CLICK));
    await page.reload();
    await panel.untilRows(
      'only the greetings',
      (rows) => !has(rows, CLICK) && has(rows, 'Welcome'),
    );
  });

  it('is one, too, when the extension is reloaded', async () => {
    await page.click('h1');
    await panel.untilRows('a click', (rows) => has(rows, CLICK));
    await reload(session.firefox.system, 'greetings@porthole.example');
    await panel.untilRows('a new life', (rows) => !has(rows, CLICK) && has(rows, 'Welcome'));
    await panel.untilText('how many are not shown', '.bar', /\d+ rows from before the reload/);
  });

  it('with a filter that nothing passes since, says so', async () => {
    await panel.fill('[role=search] input', CLICK);
    await panel.untilText('why it is empty', '.empty', /from before the reload/);
    await panel.click('.empty button', 'Show what came before');
    await panel.untilRows('the clicks', (rows) => has(rows, CLICK));
    await panel.fill('[role=search] input', '');
    await panel.click('[aria-label=Settings]');
    await panel.click('#settings-box label', 'Preserve on reload');
    await panel.click('[aria-label=Settings]');
  });
});

describe('the settings', () => {
  /** Chooses in one of the lists of the settings. */
  function choose(label: string, name: string): Promise<void> {
    return panel.handle.evaluate(
      function chooseSetting(window, wanted, value) {
        const choices = [...window.document.querySelectorAll('.choice')];
        const choice = choices.find((each) => each.textContent.startsWith(wanted));
        const select = choice?.querySelector('select') ?? null;
        if (select === null) throw new Error(`no choice of ${wanted}`);
        select.value = value;
        select.dispatchEvent(new window.Event('change', { bubbles: true }));
      },
      label,
      name,
    );
  }
  const theme = (): Promise<string> =>
    panel.handle.evaluate(function themeOf(window) {
      return window.document.documentElement.className;
    });

  it('change how times are shown, and the theme; kept for the next panel', async () => {
    await panel.click('[aria-label=Settings]');
    await panel.untilText('that nothing was set', '#settings-box', 'All settings are the defaults');
    await choose('Times', 'elapsed');
    await panel.untilRows('times since the start', (rows) =>
      rows.every((row) => /^[+−][\d.]+ s/.test(row)),
    );
    await choose('Theme', 'dark');
    await pollUntil('the dark theme', theme, (name) => name.includes('theme-dark'));
    const tab = await session.firefox.browser.newPage();
    await tab.goto(session.panelUrl, { waitUntil: [] });
    await tab.waitForFunction(() => document.documentElement.classList.contains('theme-dark'));
    await tab.close();
    await page.bringToFront();
  });

  it('are put back at once, and that is taken back', async () => {
    await panel.click('#settings-box button', 'Reset to defaults');
    await panel.untilRows('times by the clock', (rows) =>
      rows.every((row) => /^\d\d:\d\d:\d\d/.test(row)),
    );
    await pollUntil('the light theme', theme, (name) => name.includes('theme-light'));
    await panel.click('#settings-box button', 'Undo the reset');
    await panel.untilRows('times since the start again', (rows) =>
      rows.every((row) => /^[+−]/.test(row)),
    );
    await panel.click('#settings-box button', 'Reset to defaults');
    await pollUntil('the light theme again', theme, (name) => name.includes('theme-light'));
    await panel.click('[aria-label=Settings]');
  });
});

it('works as an ordinary tab too, for one tab and for everything', async () => {
  for (const query of ['', '?tabId=1']) {
    const tab = await session.firefox.browser.newPage();
    await tab.goto(`${session.panelUrl}${query}`, { waitUntil: [] });
    await tab.waitForSelector('[role=toolbar]');
    if (query === '') {
      await tab.waitForFunction(() =>
        (document.querySelector('[role=grid]')?.textContent ?? '').includes('page-click'),
      );
    }
    await tab.close();
  }
});
