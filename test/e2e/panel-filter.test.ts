/** The query language in the real toolbox, typed with real keys: completion, errors, kept filters, cell menu. */
import { fileURLToPath } from 'node:url';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { PanelUser } from './support/panel.js';
import { pollUntil } from './support/poll.js';
import { startSession, type Session } from './support/session.js';

const GREETINGS = fileURLToPath(new URL('../../examples/greetings', import.meta.url));
const LIST = '#filter-list';
const ERRORS = '#filter-errors';

let session: Session;
let page: Page;
let panel: PanelUser;

beforeAll(async () => {
  session = await startSession({ extensions: [GREETINGS] });
  page = await session.open('/page');
  await page.bringToFront();
  panel = await PanelUser.open(session.firefox);
  await panel.untilRows('greetings', (rows) => rows.some((row) => row.includes('Welcome')));
  await page.click('h1');
  await panel.untilRows('the click', (rows) => rows.some((row) => row.includes('page-click')));
});

afterAll(async () => {
  await session?.close();
});

beforeEach(async () => {
  await panel.fill('[role=search] input', '');
  await panel.untilRows('all rows', (rows) => rows.length > 6);
  await panel.handle.evaluate(function toTable(window) {
    (window.document.querySelector('[role=grid]') as HTMLElement).focus();
  });
});

async function type(text: string): Promise<void> {
  for (const key of text) await panel.press(key);
}

async function field(): Promise<string> {
  return await panel.handle.evaluate(function fieldText(window) {
    return (window.document.querySelector('[role=search] input') as HTMLInputElement).value;
  });
}

async function untilField(wanted: string): Promise<void> {
  await pollUntil('the field', field, (text) => text === wanted, 5_000);
}

it('completes keys and the recording’s own values, with counts, by the keyboard alone', async () => {
  await panel.press('/');
  await type('ty');
  await panel.untilText('the key', LIST, 'type:');
  await panel.press('Tab');
  await untilField('type:');
  expect(await panel.untilText('types', LIST, 'page-click')).toMatch(/page-click\s+2/);
  await type('page');
  await panel.untilText('one type', LIST, /^\s*page-click\s+2\s*$/);
  await panel.press('ArrowDown');
  await panel.press('Enter');
  await untilField('type:=page-click ');
  await panel.untilRows('only the clicks', (rows) => rows.length === 2);
  await type('-name:port-from-us');
  await panel.untilRows('one click', (rows) => rows.length === 1);
});

it('marks what is wrong, says why, and applies the rest', async () => {
  await panel.press('/');
  await type('sender:page-click');
  const doubt = await panel.untilText('the doubt', ERRORS, 'sender:');
  expect(doubt).toContain('looked for as text. Similar keys: from:');
  expect(await panel.text('.filter-marks u')).toBe('sender:');
  await panel.fill('[role=search] input', '');
  await type('size:many page-click');
  const error = await panel.untilText('the error', ERRORS, 'size:many');
  expect(error).toContain('is no number');
  expect(await panel.text('.filter-marks u')).toBe('size:many');
  await panel.untilRows('the clicks', (rows) => rows.length === 2);
});

it('closes the list, clears the field and goes to the table with Escape', async () => {
  await panel.press('/');
  await type('is:');
  await panel.untilText('words', LIST, 'undelivered');
  await panel.press('Escape');
  await pollUntil(
    'the list to close',
    () => panel.text(LIST),
    (text) => text === '',
    5_000,
  );
  expect(await field()).toBe('is:');
  await panel.press('Escape');
  await untilField('');
});

it('keeps what was used, and what was given a name', async () => {
  await panel.press('/');
  await type('dir:out page-click');
  await panel.press('Enter');
  await pollUntil(
    'the list to close',
    () => panel.text('.filter-keep'),
    (text) => text === '',
    5_000,
  );
  // The field still has the focus, and what can be made of the filter is asked for.
  await panel.press('ArrowDown');
  await panel.untilText('what can be made of it', '.filter-uses', 'Keep');
  await panel.press('Escape');
  await panel.untilText('it to be out of the way', '.filter-box', /^\s*$/);
  expect(await field()).toBe('dir:out page-click');
  await panel.press('Escape');
  await untilField('');
  await type('is:message');
  await panel.click('.filter-keep');
  await type('Only messages');
  await panel.press('Enter');
  await panel.fill('[role=search] input', '');
  await panel.press('ArrowDown');
  const list = await panel.untilText('kept filters', LIST, 'Only messages');
  expect(list).toContain('dir:out page-click');
  await panel.press('ArrowDown');
  await panel.press('Enter');
  await untilField('is:message');
});

it('filters for and filters out what a row says, from the menu the keyboard opens', async () => {
  await panel.click('[role=grid] [role=row][data-kind=message]', 'page-click');
  await panel.handle.evaluate(function openMenu(window) {
    const grid = window.document.querySelector('[role=grid]');
    grid?.dispatchEvent(new window.MouseEvent('contextmenu', { bubbles: true, cancelable: true }));
  });
  await panel.untilText('the menu', '[role=menu]', 'type:=page-click');
  await panel.click('[role=menuitem]', 'Filter for type:=page-click');
  await panel.untilRows('only the clicks', (rows) => rows.length === 2);
  expect(await field()).toBe('type:=page-click');
  expect(await panel.focused()).toContain('grid');
});

/** Accessible texts of the colours that rows in view have, with the rows' types. */
async function colours(): Promise<string[]> {
  return await panel.handle.evaluate(function coloursOfRows(window) {
    return [...window.document.querySelectorAll('[role=grid] [role=row][data-colour]')].map((row) =>
      [
        row.querySelector('.c-type')?.textContent,
        row.getAttribute('data-colour'),
        row.querySelector('.colour-label')?.textContent,
      ].join(' | '),
    );
  });
}

async function untilColours(what: string, done: (seen: string[]) => boolean): Promise<string[]> {
  return await pollUntil(what, colours, done, 10_000);
}

it('colours rows by rules: from a row and from the filter, the first that matches', async () => {
  await panel.click('[role=grid] [role=row][data-kind=message] .c-type', 'page-click', 'right');
  await panel.click('[role=menuitem]', 'Colour rows like this');
  await untilColours(
    'the rule of the type',
    (seen) =>
      seen.length === 2 &&
      seen.every((each) => each === 'page-click | red | colour rule type:=page-click'),
  );

  await panel.click('[role=search] input');
  await type('dir:out');
  await panel.click('.filter-keep', 'Colour these rows');
  await panel.fill('[role=search] input', '');
  await untilColours('the filter’s rule, before the other', (seen) =>
    seen.some((each) => each.endsWith('colour rule dir:out')),
  );
  const wins = (rule: string) => (seen: string[]) =>
    seen.some((each) => each.startsWith('page-click') && each.endsWith(rule));
  await untilColours('the first wins', wins('dir:out'));
  await panel.click('[data-rule="1"] .query-field input');
  await panel.press('ArrowUp', { alt: true });
  await untilColours('the moved one wins', wins('type:=page-click'));
  await panel.fill('[data-rule="1"] .rule-name', 'Clicks');
  await untilColours('its name', wins('Clicks'));

  await panel.fill('[data-rule="1"] .query-field input', 'type:page-click size:many');
  await panel.untilText('what is wrong', '[data-rule="1"] .rule-error', 'is no number');
  await untilColours('the other rule goes on', wins('dir:out'));
  await panel.click('[data-rule="2"] input[type=checkbox]');
  await untilColours('no colour', (seen) => seen.length === 0);
  await panel.click('.rules-foot input');
  await untilColours('colours of connections', (seen) =>
    seen.some((each) => /connection #\d/.test(each)),
  );
  await panel.click('.rules-foot input');
  for (const id of [1, 2]) await panel.click(`[data-rule="${id}"] [aria-label^=Delete]`);
  await panel.untilText('an empty list', '.rules-list', 'No rules yet');
  await panel.click('.rules .drawer-head .text-button', 'Undo');
  await panel.click('[data-rule="2"] [aria-label^=Delete]');
  await panel.untilText('an empty list again', '.rules-list', 'No rules yet');
  await panel.press('Escape');
  await pollUntil(
    'the list to close',
    () => panel.text('.rules'),
    (text) => text === '',
    5_000,
  );
});

it('does not record what a mute rule names, counts it, and goes on when it is switched off', async () => {
  const clicks = (rows: readonly string[]) => rows.filter((row) => row.includes('page-click'));
  const before = clicks(await panel.untilRows('rows', (rows) => clicks(rows).length > 0));
  await panel.click('[role=grid] [role=row][data-kind=message] .c-type', 'page-click', 'right');
  await panel.click('[role=menuitem]', 'Do not record type “page-click”');
  await panel.untilText('the rule', '.rules', '0 events kept out');
  await page.click('h1');
  // Both scripts post, and both posts are delivered.
  await panel.untilText('what it kept out', '.rules', '4 events kept out');
  await panel.untilText('the chip', '.muted-chip', '4 muted');
  await panel.untilText('the tree', '.tree', /port-from-cs[^\n]*\s+muted/);

  await panel.click('.rule.mute input[type=checkbox]');
  await pollUntil(
    'the rule to be off',
    () =>
      panel.handle.evaluate(function isOff(window) {
        return window.document.querySelector('.rule.mute')?.classList.contains('off') === true;
      }),
    Boolean,
    5_000,
  );
  await page.click('h1');
  const after = await panel.untilRows(
    'the next clicks',
    (rows) => clicks(rows).length === before.length + 2,
  );
  expect(after.filter((row) => /undelivered|missing/.test(row))).toEqual([]);

  await panel.fill('.rule.mute .query-field input', 'from:background');
  await panel.untilText('what is wrong', '.rule.mute', 'from:background is not known where');
  await panel.click('.rule.mute [aria-label^=Delete]');
  await panel.untilText('an empty list', '.rules', 'Everything is recorded');
  await panel.press('Escape');
  await panel.click('.tree-line', 'port-from-us', 'right');
  await panel.untilText(
    'the menu of a connection',
    '[role=menu]',
    'Do not record port “port-from-us”',
  );
  await panel.press('Escape');
  await pollUntil(
    'the menu to close',
    () => panel.text('[role=menu]'),
    (seen) => seen === '',
    5_000,
  );
});

it('lists below the field in a narrow panel, too', async () => {
  await PanelUser.open(session.firefox, { side: 'right', size: 420 });
  await panel.untilRows('the narrow table', (rows) => rows.length > 6);
  await panel.fill('[role=search] input', 'is:');
  await panel.untilText('the list', LIST, 'undelivered');
  const places = (): Promise<Record<'width' | 'field' | 'list', number>> =>
    panel.handle.evaluate(function placesOf({ document, innerWidth: width }) {
      const field = document.querySelector('[role=search] input')?.getBoundingClientRect();
      const list = document.querySelector('.filter-box')?.getBoundingClientRect();
      return { width, field: field?.bottom ?? NaN, list: list?.top ?? NaN };
    });
  await pollUntil(
    'the list below the field',
    places,
    ({ width, field, list }) => width < 500 && list >= field,
    5_000,
  );
});
