/** The table at some thousand rows, in the real toolbox: go to, order, following, and what stays in view. */
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { messageStanding } from '../../src/model/standing.js';
import { expectAgreement } from './support/agreement.js';
import { PanelUser } from './support/panel.js';
import { pollUntil } from './support/poll.js';
import { startSession, type Session } from './support/session.js';

const MESSAGES = 5_000;

let session: Session;
let page: Page;
let panel: PanelUser;

/** What of the table can be seen. */
interface Seen {
  /** Rows the table has. */
  readonly count: number;
  /** In view whole, from the top: number, from 1, and text. */
  readonly rows: readonly { readonly number: number; readonly text: string }[];
  readonly pending: number;
  readonly selected: number | null;
  /** Pixels of the selected row below the table's top; null: it is not in view. */
  readonly selectedTop: number | null;
  readonly button: string;
}

async function look(): Promise<Seen> {
  return await panel.handle.evaluate(function lookAtTable(window) {
    const { document } = window;
    const table = document.querySelector('[role=grid]');
    const box = table?.getBoundingClientRect();
    const header = document.querySelector('[role=grid] .header')?.getBoundingClientRect();
    const lines = [...document.querySelectorAll('[role=grid] .row:not(.header)')];
    const isIn = (line: Element): boolean => {
      const { top, bottom } = line.getBoundingClientRect();
      return top >= (header?.bottom ?? 0) - 1 && bottom <= (box?.bottom ?? 0) + 1;
    };
    const inView = lines.filter(isIn);
    const number = (line: Element): number => Number(line.getAttribute('aria-rowindex')) - 1;
    const chosen = lines.find((line) => line.getAttribute('aria-selected') === 'true');
    return {
      count: Number(table?.getAttribute('aria-rowcount')) - 1,
      rows: inView.map((line) => ({ number: number(line), text: line.textContent })),
      pending: inView.filter((line) => line.classList.contains('pending')).length,
      selected: chosen === undefined ? null : number(chosen),
      selectedTop:
        chosen !== undefined && isIn(chosen)
          ? Math.round(chosen.getBoundingClientRect().top - (header?.bottom ?? 0))
          : null,
      button: document.querySelector('.newest')?.textContent ?? '',
    };
  });
}

async function until(what: string, done: (seen: Seen) => boolean): Promise<Seen> {
  return await pollUntil(what, look, (seen) => seen.pending === 0 && done(seen), 10_000);
}

async function goTo(where: string): Promise<void> {
  await panel.press('g');
  await panel.untilText('the field', '.go-to', '50%');
  await panel.fill('.go-to input', where);
  await panel.press('Enter');
}

const isAtStart = ({ rows }: Seen): boolean => rows[0]?.number === 1;

const isAtEnd = ({ rows, count }: Seen): boolean => rows.at(-1)?.number === count;

const selectedText = ({ rows, selected }: Seen): string =>
  rows.find(({ number }) => number === selected)?.text ?? '';

async function wheel(deltaY: number): Promise<void> {
  await panel.handle.evaluate(function turnWheel(window, delta) {
    const table = window.document.querySelector('[role=grid]') as HTMLElement;
    const { left, top } = table.getBoundingClientRect();
    const utils = (
      window as unknown as {
        windowUtils: { sendWheelEvent(...parts: number[]): void };
      }
    ).windowUtils;
    utils.sendWheelEvent(left + 100, top + 100, 0, delta, 0, 0, 0, 0, 0, 0);
  }, deltaY);
}

beforeAll(async () => {
  session = await startSession({ extensions: ['many'] });
  page = await session.open(`/page?messages=${MESSAGES}`);
  await page.bringToFront();
  panel = await PanelUser.open(session.firefox);
  await until('all rows', (seen) => seen.count > MESSAGES);
});

afterAll(async () => {
  await session?.close();
});

beforeEach(async () => {
  await panel.handle.evaluate(function toTable(window) {
    (window.document.querySelector('[role=grid]') as HTMLElement | null)?.focus();
  });
});

it('goes to a row, to the very last one, to a part and to a time', async () => {
  await goTo('2,500');
  const middle = await until('row 2500', (seen) => seen.selected === 2_500);
  expect(middle.selectedTop).toBeGreaterThan(20);
  const time = /\d\d:\d\d:\d\d\.\d{3}/.exec(
    middle.rows.find((row) => row.number === 2_500)?.text ?? '',
  )?.[0];
  const { count } = middle;
  await goTo(String(count));
  await until('the last row', (seen) => seen.selected === count && isAtEnd(seen));
  await goTo('0%');
  await until('the first row', (seen) => seen.selected === 1 && seen.rows[0]?.number === 1);
  await goTo(time ?? '');
  await until('the time', (seen) => selectedText(seen).includes(time ?? 'a time'));
  await panel.press('g');
  await panel.fill('.go-to input', 'nowhere');
  await panel.press('Enter');
  await panel.untilText('what is wrong', '.go-to', 'Not a row');
  await panel.press('Escape');
});

it('draws other rows in the elements that are there, named for what they show', async () => {
  await goTo('1');
  await until('the first row', (seen) => seen.selected === 1 && isAtStart(seen));
  await panel.handle.evaluate(function markElements({ document }) {
    for (const line of document.querySelectorAll('.layer > .row')) {
      line.setAttribute('data-marked', '');
    }
  });
  await goTo('2,500');
  const { rows } = await until('row 2500', (seen) => seen.selected === 2_500);
  const lines = await panel.handle.evaluate(function elements({ document }) {
    return [...document.querySelectorAll('.layer > .row')].map((line) => ({
      id: line.id,
      number: Number(line.getAttribute('aria-rowindex')) - 1,
      marked: line.hasAttribute('data-marked'),
    }));
  });
  expect(lines.filter(({ marked }) => marked).length).toBeGreaterThanOrEqual(rows.length);
  expect(lines.map(({ id }) => id)).toEqual(lines.map(({ number }) => `row-${number - 1}`));
  const [top] = lines;
  expect(lines.map(({ number }) => number)).toEqual(lines.map((_, n) => (top?.number ?? 0) + n));
});

it('has rows everywhere in view in the very frame in which the scrollbar is moved, and then those of that place', async () => {
  const bare = await panel.handle.evaluate(async function drag(window) {
    const list = window.document.querySelector('[role=grid]') as HTMLElement;
    const uncovered: string[] = [];
    for (let step = 0; step <= 40; step += 1) {
      await new Promise((resolve) => window.requestAnimationFrame(resolve));
      list.scrollTop = (1 - step / 40) * (list.scrollHeight - list.clientHeight);
      const lines = [...list.querySelectorAll('.layer > .row')];
      const header = list.querySelector('.header')?.getBoundingClientRect().bottom ?? NaN;
      const top = lines[0]?.getBoundingClientRect().top ?? NaN;
      const bottom = lines.at(-1)?.getBoundingClientRect().bottom ?? NaN;
      const end = list.getBoundingClientRect().top + list.clientHeight;
      if (!(top <= header + 1 && bottom >= end - 1)) {
        uncovered.push(`${step}: rows from ${top} to ${bottom}, view from ${header} to ${end}`);
      }
    }
    return uncovered;
  });
  expect(bare).toEqual([]);
  await until('the first rows', isAtStart);
});

it('sorts by a column, the other way round, and by time again; the selected row stays in view', async () => {
  await goTo('1,000');
  const before = await until('row 1000', (seen) => seen.selected === 1_000);
  const stays = (seen: Seen): boolean =>
    seen.selectedTop === before.selectedTop && selectedText(seen) === selectedText(before);
  await panel.click('.header .c-type');
  await until('the row in order of types', (seen) => seen.selected !== 1_000 && stays(seen));
  await panel.press('Home');
  await until(
    'the start',
    (seen) => seen.selected === 1 && seen.rows.every(({ text }) => text.includes('apple')),
  );
  await panel.untilText('the mark', '.header [aria-sort=ascending]', 'Type');
  await panel.click('.header .c-size');
  await until('the row in order of sizes', (seen) => seen.selected !== 1);
  await panel.press('Home');
  const largest = await until('the start again', (seen) => seen.selected === 1 && isAtStart(seen));
  const sizes = largest.rows.map((row) => Number(/([\d.]+) k?B/.exec(row.text)?.[1]));
  expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
  expect(sizes[0]).toBeGreaterThan(1);
  await panel.click('.header .c-size');
  await panel.untilText('the other way', '.header [aria-sort=ascending]', 'Size');
  await panel.click('.header .c-size');
  await panel.untilText('time again', '.header [aria-sort=ascending]', 'Time');
});

it('keeps the selected row in view while rows are filtered out and come back', async () => {
  await goTo('3,002');
  const before = await until('row 3002', (seen) => seen.selected === 3_002);
  const text = selectedText(before);
  const kind = /apple|pear|quince/.exec(text)?.[0] ?? '';
  await panel.fill('[role=search] input', `type:${kind}`);
  await until(
    'fewer rows, and the same one at the same place',
    (seen) =>
      seen.count < 2_000 && seen.selectedTop === before.selectedTop && selectedText(seen) === text,
  );
  await panel.fill('[role=search] input', '');
  await until(
    'all rows',
    (seen) => seen.selected === 3_002 && seen.selectedTop === before.selectedTop,
  );
});

it('follows the newest, lets go when the person scrolls up, counts what comes, and goes on', async () => {
  await panel.press('End');
  const end = await until('the end', isAtEnd);
  await page.click('body');
  const more = await until(
    'a hundred more',
    (seen) => seen.count >= end.count + 100 && isAtEnd(seen),
  );
  expect(more.button).toBe('');
  await wheel(-300);
  const up = await until('the button', (seen) => seen.button !== '');
  expect(up.button).toBe('newest');
  await page.click('body');
  const later = await until(
    'what is new',
    (seen) => seen.count >= up.count + 100 && /^\d+ new$/.test(seen.button),
  );
  expect(later.rows).toEqual(up.rows);
  await panel.click('.newest');
  const again = await until('the end again', (seen) => isAtEnd(seen) && seen.button === '');
  await page.click('body');
  await until('still more', (seen) => seen.count >= again.count + 100 && isAtEnd(seen));
});

async function columnNames(): Promise<string[]> {
  return await panel.handle.evaluate(function readHeader(window) {
    const cells = window.document.querySelectorAll<HTMLElement>('[role=columnheader]');
    return [...cells].map((cell) => cell.dataset['column'] ?? '');
  });
}

async function untilColumns(what: string, done: (names: string[]) => boolean): Promise<void> {
  await pollUntil(what, columnNames, done, 5_000);
}

async function widthOf(column: string): Promise<number> {
  return await panel.handle.evaluate(function measure(window, name) {
    const cell = window.document.querySelector(`[data-column=${name}]`);
    return Math.round(cell?.getBoundingClientRect().width ?? 0);
  }, column);
}

async function untilWidth(what: string, done: (width: number) => boolean): Promise<number> {
  return await pollUntil(what, () => widthOf('connection'), done, 5_000);
}

/** Drags the edge of the connection's column with the mouse; by 0 px, twice: a double click. */
async function dragEdge(by: number): Promise<void> {
  await panel.handle.evaluate(function drag(window, distance) {
    const edge = window.document.querySelector('[data-column=connection] [role=separator]');
    if (edge === null) throw new Error('the column has no edge');
    const { left, top, height } = edge.getBoundingClientRect();
    const [x, y] = [left - 2, top + height / 2];
    const { synthesizeMouseEvent } = window as unknown as {
      synthesizeMouseEvent(type: string, x: number, y: number, data: object): boolean;
    };
    const send = (type: string, at: number, clickCount = 1): void => {
      synthesizeMouseEvent.call(window, type, at, y, { button: 0, clickCount });
    };
    // Without it Firefox knows of no mouse whose moves could be captured.
    send('mouseover', x);
    for (const clickCount of distance === 0 ? [1, 2] : [1]) {
      send('mousedown', x, clickCount);
      if (distance !== 0) send('mousemove', x + distance);
      send('mouseup', x + distance, clickCount);
    }
  }, by);
}

async function openColumnMenu(): Promise<void> {
  await panel.click('[data-column=connection]', '', 'right');
  await panel.untilText('the menu', '[role=menu]', 'Reset columns');
}

it('shows and hides columns from the header’s menu, and remembers which', async () => {
  const before = await columnNames();
  await openColumnMenu();
  await panel.click('[role=menuitemcheckbox][aria-checked=false]', 'Extension');
  await untilColumns('the extension', (names) => names.includes('extension'));
  await panel.untilText('its name', '[role=row][data-kind=message] .c-extension', 'Fixture: many');
  await openColumnMenu();
  await panel.click('[role=menuitemcheckbox][aria-checked=true]', 'Connection');
  await untilColumns('no connection', (names) => !names.includes('connection'));
  await panel.showView('statistics');
  await panel.untilText('another view', '.statistics', 'Busiest connections');
  await panel.showView('table');
  await untilColumns(
    'the same columns',
    (names) => names.includes('extension') && !names.includes('connection'),
  );
  await panel.click('[data-column=type]', '', 'right');
  await panel.click('[role=menuitem]', 'Reset columns');
  await untilColumns('those before', (names) => names.join() === before.join());
});

/** Drags the header of one column to the middle of another with the mouse. */
async function dragColumn(name: string, onto: string): Promise<void> {
  // The script that follows the mouse comes with the first press.
  for (const type of ['mouseover', 'mousedown', 'mousemove', 'mouseup'] as const) {
    await panel.handle.evaluate(
      function move(window, step, from, to) {
        const middle = (column: string): [number, number] => {
          const cell = window.document.querySelector(`[data-column=${column}]`);
          const box = cell?.getBoundingClientRect();
          return [(box?.left ?? 0) + (box?.width ?? 0) / 2 - 4, (box?.top ?? 0) + 10];
        };
        const { synthesizeMouseEvent } = window as unknown as {
          synthesizeMouseEvent(type: string, x: number, y: number, data: object): boolean;
        };
        const [x, y] = middle(step === 'mouseover' || step === 'mousedown' ? from : to);
        synthesizeMouseEvent.call(window, step, x, y, { button: 0, clickCount: 1 });
      },
      type,
      name,
      onto,
    );
    if (type !== 'mousedown') continue;
    await pollUntil(
      'the mark of where it goes',
      () =>
        panel.handle.evaluate(function moveABit(window, column) {
          const box = window.document
            .querySelector(`[data-column=${column}]`)
            ?.getBoundingClientRect();
          const { synthesizeMouseEvent } = window as unknown as {
            synthesizeMouseEvent(type: string, x: number, y: number, data: object): boolean;
          };
          const [x, y] = [(box?.left ?? 0) + 8, (box?.top ?? 0) + 10];
          synthesizeMouseEvent.call(window, 'mousemove', x, y, { button: 0, clickCount: 1 });
          return window.document.querySelector('.column-target') !== null;
        }, name),
      Boolean,
      5_000,
    );
  }
}

it('moves columns by the keyboard, the menu and the mouse, says where they are, and remembers', async () => {
  const before = await columnNames();
  const order = (names: readonly string[]) => names.join(' ');
  const at = before.indexOf('type');
  const swapped = before.toSpliced(at, 1).toSpliced(at - 1, 0, 'type');
  await panel.handle.evaluate(function toHeader(window) {
    (window.document.querySelector('[data-column=type]') as HTMLElement).focus();
  });
  await panel.press('ArrowLeft', { ctrl: true, shift: true });
  await untilColumns('the type, one further left', (names) => order(names) === order(swapped));
  await panel.untilText('where it is', '.announcement', `Type: column ${at} of ${before.length}`);
  await pollUntil(
    'the focus to go with it',
    () =>
      panel.handle.evaluate(function focusedColumn(window) {
        return (window.document.activeElement as HTMLElement).dataset['column'] ?? '';
      }),
    (name) => name === 'type',
    5_000,
  );
  await panel.showView('statistics');
  await panel.untilText('another view', '.statistics', 'Busiest connections');
  await panel.showView('table');
  await untilColumns('the same order', (names) => order(names) === order(swapped));
  await panel.click('[data-column=type]', '', 'right');
  await panel.click('[role=menuitem]', 'Move Type right');
  await untilColumns('the order before', (names) => order(names) === order(before));

  await dragColumn('preview', 'ends');
  await untilColumns('the preview before the ends', (names) => {
    return names.indexOf('preview') === names.indexOf('ends') - 1;
  });
  await panel.untilText('the order of rows is as before', '.header [aria-sort]', /Time/);
  await openColumnMenu();
  await panel.click('[role=menuitem]', 'Reset columns');
  await untilColumns('those before', (names) => order(names) === order(before));
});

it('makes a column wider by its edge, with the mouse and with the keyboard', async () => {
  const before = await untilWidth('the column', (width) => width > 0);
  await dragEdge(40);
  const wide = await untilWidth('a wider column', (width) => width > before + 30);
  await dragEdge(0);
  await untilWidth('the width before', (width) => width === before);
  await panel.handle.evaluate(function toEdge(window) {
    const edge = window.document.querySelector('[data-column=connection] [role=separator]');
    (edge as HTMLElement).focus();
  });
  await panel.press('ArrowRight');
  await untilWidth('a little wider', (width) => width > before && width < wide);
  await panel.press('Enter');
  await untilWidth('the width before, again', (width) => width === before);
});

it('chooses columns by the keyboard, and sorts by them', async () => {
  await panel.handle.evaluate(function openMenu(window) {
    const header = window.document.querySelector('[data-column=type]') as HTMLElement;
    header.focus();
    header.dispatchEvent(new window.MouseEvent('contextmenu', { bubbles: true, cancelable: true }));
  });
  await panel.untilText('the menu', '[role=menu]', 'Listeners');
  await panel.press('End');
  // Below the columns there is what can be done with this one.
  for (let n = 0; n < 3; n += 1) await panel.press('ArrowUp');
  await panel.press('Enter');
  await untilColumns('the listeners', (names) => names.includes('listeners'));
  const header = await panel.focused();
  expect(header).toContain('columnheader');
  await panel.press('End');
  await panel.press('ArrowLeft');
  await panel.press('Enter');
  await panel.untilText('the order', '.header [aria-sort]', 'Listeners');
  for (const wanted of [/Listeners/, /Time/]) {
    await panel.press('Enter');
    await panel.untilText('the next order', '.header [aria-sort]', wanted);
  }
  await openColumnMenu();
  await panel.click('[role=menuitem]', 'Reset columns');
  await untilColumns('no listeners', (names) => !names.includes('listeners'));
});

// The first is judged by the collector as messages arrive, the second by the contexts, once they are told.
it.each([
  ['one type', 'type:=pear'],
  ['a port', 'name:=many'],
])(
  'mutes %s, switched on and off while messages flow: the others are joined, none is lost',
  async (_, rule) => {
    await panel.click('[aria-label=Settings]');
    await panel.click('#settings-box .action', 'Mute rules…');
    await panel.untilText(
      'the settings to give way to the rules',
      '#settings-box',
      (seen) => seen === '',
    );
    await panel.click('.rules .drawer-head .text-button', 'Add a rule');
    await pollUntil(
      'the focus in the new rule',
      () =>
        panel.handle.evaluate(function isInRule(window) {
          return window.document.activeElement?.matches('.rule.mute .query-field input') === true;
        }),
      Boolean,
      5_000,
    );
    for (const key of rule) await panel.press(key);
    await panel.press('Enter');
    await panel.untilText('the rule', '.rules', '0 events kept out');
    for (let round = 0; round < 8; round += 1) {
      await Promise.all([page.click('body'), panel.click('.rule.mute input[type=checkbox]')]);
    }
    await panel.untilText('what it kept out', '.rules', /[1-9][\d,]* events kept out/);
    await panel.click('.rule.mute [aria-label^=Delete]');
    await panel.untilText('an empty list', '.rules', 'Everything is recorded');
    await panel.press('Escape');
    await expectAgreement(session);
    const { model } = await session.recorded();
    expect(model.totals.muted).toBeGreaterThan(0);
    expect(model.totals).toMatchObject({ gaps: 0, lost: 0, unreported: 0 });
    const lost = [...model.rows].filter(
      (row) =>
        row.kind === 'message' &&
        messageStanding(row.message, model.connections.get(row.message.connection)) ===
          'undelivered',
    );
    expect(lost).toEqual([]);
  },
);

it('agrees with the witness on every port', async () => {
  await expectAgreement(session);
});
