/** One `connect()`, two pages that accept it: Firefox hands it to every extension page that listens. */
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Connection, Model } from '../../src/model/index.js';
import { expectAgreement } from './support/agreement.js';
import { startSession, type Session } from './support/session.js';

let session: Session;
let page: Page;
let second: Page;

beforeAll(async () => {
  session = await startSession({ extensions: ['two-listeners'] });
  const host = await session.firefox.system.evaluate(function hostOf(window) {
    const policy = window.WebExtensionPolicy.getByID('two-listeners@fixture.porthole');
    return (policy as unknown as { mozExtensionHostname: string }).mozExtensionHostname;
  });
  second = await session.firefox.browser.newPage();
  await second.goto(`moz-extension://${host}/page.html`, { waitUntil: [] });
  await second.waitForFunction(() => document.title === 'the page');
  page = await session.open('/two-listeners');
  await page.bringToFront();
});

afterAll(async () => {
  await session?.close();
});

function shared(model: Model): Connection[] {
  return [...model.connections.values()].filter(({ name }) => name === 'shared');
}

it('is one connection with two acceptors, and each message has its deliveries', async () => {
  await page.click('h1');
  await session.until(
    'both answers to all three',
    ({ model }) => shared(model)[0]?.acceptors.length === 2 && model.totals.deliveries >= 18,
  );
  await expectAgreement(session);
  const { model } = await session.recorded();
  const messages = [...model.rows].flatMap((row) => (row.kind === 'message' ? [row.message] : []));
  const toAcceptors = messages.filter(({ toward }) => toward === 'acceptor');
  expect(toAcceptors.map(({ deliveries }) => deliveries.length)).toEqual([2, 2, 2]);
  const toOpener = messages.filter(({ toward }) => toward === 'opener');
  expect(toOpener.length).toBe(12);
  expect(toOpener.every(({ from, deliveries }) => from !== null && deliveries.length === 1)).toBe(
    true,
  );
});

it('is closed for the opener when one of its acceptors goes away', async () => {
  await second.close();
  await page.waitForFunction(() => document.body.dataset['disconnected'] === 'yes');
  const { model } = await session.until(
    'the connection to be closed',
    (recorded) => shared(recorded.model)[0]?.state === 'closed',
  );
  expect(shared(model)[0]).toMatchObject({ closedBy: null, error: null });
});
