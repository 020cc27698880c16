/** A recording of a million messages in the real toolbox: opened, followed to its end, filtered, searched and exported. */
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { Filler } from '../../bench/recording/fill.js';
import { madePayload, MADE_TYPES, RARE_WORDS } from '../../bench/recording/make.js';
import { Downloads } from './support/downloads.js';
import { PanelUser } from './support/panel.js';
import { pollUntil } from './support/poll.js';
import { startSession, type Session } from './support/session.js';

const MESSAGES = 1_000_000;

/** Beside messages: contexts that began, ports that opened. */
const OTHER_ROWS = 13;

/** Of the slowest machine that is to pass. */
const TIMEOUT_MS = 50_000;

let session: Session;
let page: Page;
let panel: PanelUser;
let downloads: Downloads;

/** The table's length, and the last row that can be seen whole. */
interface Seen {
  readonly count: number;
  readonly number: number;
  readonly text: string;
  /** Pixels between its lower edge and the table's. */
  readonly gap: number;
  readonly pending: number;
}

async function look(): Promise<Seen> {
  return await panel.handle.evaluate(function lookAtEnd({ document }) {
    const table = document.querySelector('[role=grid]');
    const bottom = (table?.getBoundingClientRect().top ?? 0) + (table?.clientHeight ?? 0);
    const lines = [...document.querySelectorAll('[role=grid] .row:not(.header)')];
    const last = lines.findLast((line) => line.getBoundingClientRect().bottom <= bottom + 1);
    return {
      count: Number(table?.getAttribute('aria-rowcount')) - 1,
      number: Number(last?.getAttribute('aria-rowindex')) - 1,
      text: last?.textContent ?? '',
      gap: bottom - (last?.getBoundingClientRect().bottom ?? 0),
      pending: lines.filter((line) => line.classList.contains('pending')).length,
    };
  });
}

async function until(what: string, done: (seen: Seen) => boolean): Promise<Seen> {
  return await pollUntil(what, look, (seen) => seen.pending === 0 && done(seen), TIMEOUT_MS);
}

/** @returns the beginning of what message `n` says, as a row shows it */
const shown = (n: number): string => madePayload(n).slice(0, 60);

const isAtEnd = ({ number, count, gap }: Seen): boolean => number === count && Math.abs(gap) < 1;

const filter = (text: string): Promise<void> => panel.fill('[role=search] input', text);

beforeAll(async () => {
  downloads = new Downloads();
  session = await startSession({ prefs: downloads.prefs });
  const filler = await Filler.open(session.firefox);
  await filler.add(MESSAGES);
  await filler.close();
  page = await session.open('/page');
  await page.bringToFront();
  panel = await PanelUser.open(session.firefox);
  await panel.click('[role=toolbar] button', 'Everything');
});

afterAll(async () => {
  await session?.close();
  downloads?.remove();
});

beforeEach(async () => {
  await panel.handle.evaluate(function toTable({ document }) {
    document.querySelector<HTMLElement>('[role=grid]')?.focus();
  });
});

it('is read whole, while the table keeps to the newest row', async () => {
  await until('all of it', (seen) => seen.count === MESSAGES + OTHER_ROWS && isAtEnd(seen));
});

it('is scrolled to its beginning and to its very last row', async () => {
  await panel.press('Home');
  await until('the beginning', ({ number, text }) => number < 200 && text !== '');
  await panel.press('End');
  const { text } = await until('the end', isAtEnd);
  expect(text).toContain(shown(MESSAGES - 1));
});

it('is filtered by what the model holds, and by a word in payloads', async () => {
  await filter(`type:${MADE_TYPES[3]}`);
  const some = await until('an eighth', (seen) => seen.count === MESSAGES / MADE_TYPES.length);
  expect(some.text).toContain(`"type":"${MADE_TYPES[3]}"`);
  await filter(RARE_WORDS[0]);
  await until('every thousandth', (seen) => seen.count === MESSAGES / 1_000);
});

it('is exported as far as the table shows it', async () => {
  await panel.click('[aria-label=Recordings]');
  await panel.click('#recordings-box label', `What the table shows, 1,000 rows`);
  await panel.click('#recordings-box button', 'Export as a trace');
  const lines = (await downloads.trace()).trim().split('\n');
  const messages = lines
    .map((line) => JSON.parse(line) as { readonly kind: string; readonly payload?: unknown })
    .filter(({ kind }) => kind === 'message');
  expect(messages.map(({ payload }) => payload)).toEqual(
    Array.from(
      { length: MESSAGES / 1_000 },
      (_, n) => JSON.parse(madePayload(n * 1_000)) as object,
    ),
  );
});
