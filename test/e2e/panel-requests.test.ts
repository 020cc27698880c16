/** One-off messages in the panel: a row, its question and reply, and the account of who did what with it. */
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PanelUser } from './support/panel.js';
import { pollUntil } from './support/poll.js';
import { startSession, type Session } from './support/session.js';

const ROW = '[role=grid] [role=row][data-kind=request]';
const DETAILS = '[aria-label=Details]';

let session: Session;
let page: Page;
let panel: PanelUser;

beforeAll(async () => {
  session = await startSession({
    extensions: ['requests', 'requests-mv2', 'requests-user-script'],
  });
  page = await session.open('/requests');
  for (const key of ['done', 'mv2', 'world', 'worldsecond']) {
    await pollUntil(
      `${key} on the page`,
      () => page.evaluate((name) => document.body.dataset[name], key),
      (value) => value !== undefined,
    );
  }
  await page.bringToFront();
  panel = await PanelUser.open(session.firefox);
  await panel.untilRows('the panel to show rows', (rows) => rows.length > 0);
});

afterAll(async () => {
  await session?.close();
});

/**
 * Waits until a filter that keeps the table short, so that the row is drawn, leaves a row with `part` that is as `wanted`.
 * A request becomes what it is step by step, and until then its row says less.
 */
async function show(filter: string, part = filter, wanted = /./): Promise<string> {
  // In quotes: what is looked for has some itself.
  await panel.fill('[role=search] input', JSON.stringify(filter));
  const rowOf = (rows: readonly string[]) => rows.find((row) => row.includes(part)) ?? '';
  return rowOf(
    await panel.untilRows(
      `rows with ${filter}, one with ${part} like ${wanted}`,
      (rows) => rows.every((row) => row.includes(filter)) && wanted.test(rowOf(rows)),
    ),
  );
}

it('joins every arrival with its call, and names whoever gave the reply', async () => {
  const { model } = await session.until('replies', ({ model: { requests } }) =>
    [...requests.values()].some(({ state }) => state === 'replied'),
  );
  const requests = [...model.requests.values()];
  const kinds = new Set(requests.map(({ from }) => model.contexts.get(from ?? '')?.kind));
  expect(kinds).toEqual(new Set(['content-script', 'background', 'user-script']));
  expect(requests.filter(({ from }) => from === null)).toEqual([]);
  const replied = requests.filter(({ state }) => state === 'replied');
  expect(replied.length).toBeGreaterThan(10);
  expect(replied.filter(({ winner }) => winner === null)).toEqual([]);
});

it('shows a request as a row with its ends, API, reply and state', async () => {
  const race = await show('"race"', '"race"', /⇒ "fast"/);
  for (const part of ['content-script', '→ background', 'sendMessage']) {
    expect(race).toContain(part);
  }
  await show('"reject"', '"reject"', /failed.*⇒ refused/);
  await show('"renounced"', '"renounced"', /unanswered/);
  await show('unheard', 'no frame', /→ nobody.*unheard/);
});

it('shows, after a click, the question, the reply, and who won', async () => {
  await show('"race"');
  await panel.click(ROW, '"race"');
  await panel.untilText('the question', DETAILS, /case.*race/s);
  await panel.click(`${DETAILS} [role=tab]`, 'Reply');
  await panel.untilText('the reply', `${DETAILS} [role=tabpanel]`, 'fast');
  await panel.click(`${DETAILS} [role=tab]`, 'Account');
  const account = await panel.untilText('the account', `${DETAILS} table`, 'too late');
  expect(account).toMatch(
    /called runtime\.sendMessage.*received by runtime\.onMessage.*listener 1.*returned a promise.*too late.*slow.*listener 2.*returned a promise.*won.*fast.*got the reply/s,
  );
});

it('says what a request has of the instrumentation, and opens the page about it', async () => {
  await panel.untilText('the promise', `${DETAILS} .fidelity`, 'one microtask later');
  await panel.click(`${DETAILS} .fidelity button`);
  await panel.untilText('the page', `${DETAILS} .fidelity + pre`, 'What is done in another way');
  await panel.click(`${DETAILS} .fidelity button`);
});

it('keeps the account while the arrow keys go through requests', async () => {
  await show('"throw"');
  await panel.click(ROW, '"throw"');
  await panel.untilText('what it threw', `${DETAILS} table`, /threw.*broken.*got an error/s);
  await panel.fill('[role=search] input', '');
  await panel.untilRows('all rows', (rows) => rows.length > 5);
  await panel.click(ROW, '"throw"');
  await panel.press('ArrowDown');
  await panel.untilText('the next request', `${DETAILS} table`, 'nobody answered');
});

it('has a place in the tree that narrows the table to them', async () => {
  await panel.click('.tree-line.requests');
  await panel.untilText('what is shown', '.bar.selection', 'one-off messages of');
  const rows = await panel.untilRows('requests', (seen) => seen.length > 0);
  expect(rows.filter((row) => !row.includes('endMessage'))).toEqual([]);
  await panel.click('[aria-label="Clear the selection"]');
});
