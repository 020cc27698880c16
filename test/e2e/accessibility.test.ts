/**
 * axe-core finds nothing against WCAG 2.2 A and AA in any part of the panel, light and dark. In a tab of its own, where
 * axe can be brought; the document is that of the toolbox. In the toolbox itself: nothing is cut off at 200 %, narrow and
 * wide; and nothing moves for who wants it so.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Page } from 'puppeteer-core';
import { afterEach, expect, it } from 'vitest';
import { PanelUser } from './support/panel.js';
import { pollUntil } from './support/poll.js';
import { cutOff } from './support/reach.js';
import type { Session } from './support/session.js';
import { startThreeBugs } from './support/three-bugs.js';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

const DETAILS = '[aria-label=Details]';
const TAB = `${DETAILS} [role=tab]`;

const VIEWS = { sequence: '.sequence-lanes', follow: '.turn-box', map: '.map-edge' };

let session: Session | undefined;

afterEach(async () => {
  await session?.close();
});

/** @returns what axe has against what is shown now in a part of the document, a line each */
async function violations(page: Page, part: string): Promise<string[]> {
  return await page.evaluate(
    async (tags, within) => {
      const { axe: tool } = globalThis as unknown as { axe: typeof axe };
      const { violations: all } = await tool.run(within, {
        runOnly: tags,
        resultTypes: ['violations'],
      });
      return all.flatMap(({ id, nodes }) =>
        nodes.map(
          ({ target, failureSummary = '' }) =>
            `${id}: ${target.join(' ')}: ${failureSummary.replaceAll(/\s+/g, ' ')}`,
        ),
      );
    },
    TAGS,
    part,
  );
}

/** Shows each part of the panel. @param look is called with its name when it is there */
async function visit(panel: PanelUser, look: (part: string) => Promise<void>): Promise<void> {
  await panel.untilText('the count of findings', '.findings-chip', /2\s*1/);
  await look('the table');
  await panel.click('.row[data-kind=message]');
  await panel.press('Enter');
  await panel.untilText('the details', DETAILS, /\S/);
  await look('the details');
  await panel.press('Escape');
  await panel.click('.findings-chip');
  await panel.untilText('the findings', '.findings-list', /\S/);
  await look('the findings');
  await panel.press('Escape');
  for (const [box, part] of [
    ['Settings', 'Reset|defaults'],
    ['Recordings', 'Export'],
  ] as const) {
    await panel.click(`[aria-label=${box}]`);
    await panel.untilText(box, '.dropdown-box', new RegExp(part));
    await look(box);
    await panel.press('Escape');
  }
  for (const [view, selector] of Object.entries({ ...VIEWS, statistics: '.statistics-tables' })) {
    await panel.showView(view);
    await pollUntil(
      `the view ${view}`,
      () =>
        panel.handle.evaluate(function isThere({ document }, wanted) {
          return document.querySelector(wanted) !== null;
        }, selector),
      Boolean,
    );
    await look(`the view ${view}`);
  }
  await panel.showView('table');
  await panel.click('[aria-label=Playground]');
  await panel.untilText('the Playground', '.playground', /\S/);
  await look('the Playground');
  await panel.press('Escape');
  if ((await panel.text('.sidebar')) === '') await panel.click('[aria-label="Tree of extensions"]');
  await panel.click('.absent-head');
  await panel.untilText('what is not recorded', '.absent-body', /\S/);
  await look('the tree');
  await panel.click('.absent-head');
}

/** @returns what moves or would move, a line each */
async function motion(panel: PanelUser): Promise<string[]> {
  return await panel.handle.evaluate(function findMotion(window) {
    const lasts = (times: string): boolean => times.split(',').some((each) => parseFloat(each) > 0);
    const elements = [...window.document.querySelectorAll('*')];
    return elements.flatMap((element) => {
      const { transitionDuration, animationDuration, scrollBehavior } =
        window.getComputedStyle(element);
      return lasts(transitionDuration) || lasts(animationDuration) || scrollBehavior !== 'auto'
        ? [`${element.localName}.${element.className}`]
        : [];
    });
  });
}

it(
  'at 200 %, docked narrow and wide, nothing is cut off; and nothing moves for who wants it so',
  { timeout: 90_000 },
  async () => {
    ({ session } = await startThreeBugs({ 'layout.css.devPixelsPerPx': '2.0' }));
    const { firefox } = session;
    const found: string[] = [];
    const moved: string[] = [];
    for (const [side, size] of [
      ['right', 250],
      ['bottom', 260],
    ] as const) {
      const panel = await PanelUser.open(firefox, { side, size });
      const ratio = await panel.handle.evaluate(function zoomOf({ devicePixelRatio, innerWidth }) {
        return [devicePixelRatio, innerWidth];
      });
      expect(ratio).toEqual([2, side === 'right' ? size : expect.any(Number)]);
      await visit(panel, async (part) => {
        for (const line of await cutOff(panel.handle)) found.push(`${side}, ${part}: ${line}`);
      });
      if (side === 'bottom') continue;
      expect(await motion(panel)).not.toEqual([]);
      await firefox.system.evaluate(function wantNoMotion(window) {
        window.Services.prefs.setIntPref('ui.prefersReducedMotion', 1);
      });
      await pollUntil(
        'nothing to move',
        () => motion(panel),
        (seen) => seen.length === 0,
      );
      await visit(panel, async (part) => {
        for (const line of await motion(panel)) moved.push(`${part}: ${line}`);
      });
    }
    expect(found).toEqual([]);
    expect(moved).toEqual([]);
  },
);

it.each([
  ['light', 1],
  ['dark', 0],
])('in the %s theme', { timeout: 90_000 }, async (_, scheme) => {
  ({ session } = await startThreeBugs({
    'layout.css.prefers-color-scheme.content-override': scheme,
  }));
  const page = await session.firefox.browser.newPage();
  await page.setViewport({ width: 1100, height: 700 });
  await page.goto(session.panelUrl, { waitUntil: [] });
  await page.waitForSelector('.row[data-kind=message]');
  await page.evaluate(AXE);

  const found = new Set<string>();
  /** @param part what has come into view; the rest has been looked at */
  const check = async (where: string, selector: string, part = selector): Promise<void> => {
    await page.waitForSelector(selector);
    for (const violation of await violations(page, part)) {
      if (![...found].some((known) => known.startsWith(violation))) {
        found.add(`${violation} (first at: ${where})`);
      }
    }
  };
  const press = async (selector: string): Promise<void> => {
    await page.waitForSelector(selector);
    await page.click(selector);
  };

  await check('the table', '.findings-chip', 'body');
  await press('.findings-chip');
  await press('.finding-line');
  await check('the findings', '.finding-body', '.findings');
  await press('[aria-label="Close findings"]');

  await press('.row[data-kind=request]');
  await page.waitForSelector(TAB);
  for (const kind of ['request', 'message', 'opened']) {
    await press(`.row[data-kind=${kind}]`);
    const names = await page.$$eval(TAB, (tabs) => tabs.map(({ textContent }) => textContent));
    for (const [index, name] of names.entries()) {
      // By its place: details are drawn anew while their payload comes.
      await page.evaluate(
        (tab, at) => document.querySelectorAll<HTMLElement>(tab)[at]?.click(),
        TAB,
        index,
      );
      await check(
        `details of a row of kind ${kind}, ${name}`,
        `${DETAILS} [role=tabpanel]`,
        DETAILS,
      );
    }
  }
  await press('#detail-tab-site');
  await page.waitForSelector('.frame-place');
  await page.focus('.frame-place');
  await page.keyboard.press('Enter');
  await check('a source', '.source mark', DETAILS);
  await page.keyboard.press('Escape');
  await page.waitForSelector('.frame-place:focus');
  await page.keyboard.press('Escape');

  await press('[role=search] input');
  await page.keyboard.type('is:');
  await check('what the filter offers', '[role=listbox] [role=option]', '.toolbar');
  await page.keyboard.type('nonsense size:>');
  await check('what is wrong with the filter', '.filter-error', '.toolbar');
  await press('[aria-label="Clear the filter"]');
  await page.keyboard.type('nothing has this');
  await check('an empty table', '.empty');
  await press('[aria-label="Clear the filter"]');
  await page.waitForSelector('.row[data-kind=message]');

  await page.click('.row[data-kind=message] .c-type', { button: 'right' });
  await check('the menu of a cell', '[role=menu]');
  await page.keyboard.press('Escape');
  await page.click('.header .c-type', { button: 'right' });
  await check('the menu of columns', '[role=menu]');
  await page.keyboard.press('Escape');
  await page.click('.row[data-kind=message] .c-type', { button: 'right' });
  await press('[role=menuitem][title]:has(code):nth-of-type(3)');
  await check('a colour rule and its rows', '.row[data-colour] .colour-label', 'body');
  await page.keyboard.press('Escape');
  await page.click('.tree-line.connection', { button: 'right' });
  await check('the menu of a connection', '[role=menu]');
  await page.keyboard.press('Enter');
  await check('a mute rule', '.rule.mute .rule-kept', 'body');
  await page.keyboard.press('Escape');
  await page.focus('[role=grid]');
  await page.keyboard.press('g');
  await check('go to', '.go-to');
  await page.keyboard.press('Escape');

  for (const [view, selector] of Object.entries({ ...VIEWS, statistics: '.statistics-tables' })) {
    await page.select('.view-switch', view);
    await check(`the view ${view}`, selector, '.view');
  }
  await page.select('.view-switch', 'table');
  for (const box of ['Recordings', 'Settings']) {
    await press(`[aria-label=${box}]`);
    await check(box, '.dropdown-box > *', '.dropdown-box');
    await page.keyboard.press('Escape');
  }
  await page.focus('[role=grid]');
  await page.keyboard.press('?');
  await check('the keys', 'dialog[open]');
  await page.keyboard.press('Escape');
  await press('[aria-label=Playground]');
  await check('the Playground', '.playground');

  await page.setViewport({ width: 500, height: 600 });
  await check('a narrow panel', '.playground', 'body');
  expect([...found]).toEqual([]);
});
