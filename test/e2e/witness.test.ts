/** Every fixture that talks over ports, and uBlock Origin, on a site of 24 pages, against the witness. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Exchanges } from '../../src/model/decoders/exchanges.js';
import { times, within } from './support/chaos.js';
import { expectAgreement } from './support/agreement.js';
import { walk } from './support/history.js';
import { pollUntil } from './support/poll.js';
import { startSession, type Session } from './support/session.js';
import { uBlockOrigin } from './support/ublock.js';

const FIXTURES = [
  'content-script',
  'extension-pages',
  'module-background',
  'mv2-background-page',
  'mv2-background-scripts',
  'no-receiver',
  'two-listeners',
  'user-script',
];
const PAGES = times(24);
const uBlock = uBlockOrigin();

let session: Session;

beforeAll(async () => {
  session = await startSession({ extensions: [...FIXTURES, ...(uBlock === null ? [] : [uBlock])] });
  const { browser, system } = session.firefox;
  for (const [id, file] of [
    ['two-listeners@fixture.porthole', 'page'],
    ['pages@fixture.porthole', 'options'],
    ['pages@fixture.porthole', 'page'],
  ] as const) {
    const host = await system.evaluate(function hostOf(window, wanted) {
      const policy = window.WebExtensionPolicy.getByID(wanted);
      return (policy as unknown as { mozExtensionHostname: string }).mozExtensionHostname;
    }, id);
    const page = await browser.newPage();
    await page.goto(`moz-extension://${host}/${file}.html`, { waitUntil: [] });
  }
  // Two tabs walk through the site: links, reloads, back and forward, frames that navigate on their own.
  const tabs = [await session.open('/site/0?frames=2'), await session.open('/site/1?frames=1')];
  for (let number = 2; number < PAGES; number += 1) {
    const tab = tabs[number % 2] as (typeof tabs)[number];
    const path = `/site/${String(number)}?frames=${String(number % 4)}`;
    await walk(system, tab, new URL(path, session.origin));
    if (number % 3 === 0) await walk(system, tab, 'reload');
    if (number % 5 === 0) {
      await walk(system, tab, 'back');
      await walk(system, tab, 'forward');
    }
    if (number % 4 === 1) {
      await tab.evaluate(() => {
        for (const frame of document.querySelectorAll('iframe')) frame.src += '-moved';
      });
      await tab.click('h1');
    }
  }
}, within(90_000));

afterAll(async () => {
  await session?.close();
});

it(
  'has every post and every delivery, in order, and each with its other end',
  async () => {
    const comparison = await expectAgreement(session);
    const { model } = await session.recorded();
    expect(model.totals.gaps).toBe(0);
    expect(comparison.ports).toBeGreaterThan(PAGES * 10);
    expect(comparison.events).toBeGreaterThan(PAGES * 50);
  },
  within(30_000),
);

it.skipIf(uBlock === null)(
  'leaves uBlock Origin at work: its content scripts get their answers',
  async () => {
    const answers = await pollUntil(
      'answers',
      async () => {
        const { model } = await session.recorded();
        return [...model.rows].filter(
          (row) =>
            row.kind === 'message' &&
            row.message.toward === 'opener' &&
            model.contexts.get(row.message.from ?? '')?.extensionId.startsWith('uBlock0@') ===
              true &&
            row.message.deliveries.some(({ listeners }) => listeners > 0),
        ).length;
      },
      (count) => count > 20,
    );
    expect(answers).toBeGreaterThan(20);
  },
);

it.skipIf(uBlock === null)(
  'knows uBlock Origin’s calls by name, and each answer’s call',
  async () => {
    const { model } = await session.recorded();
    const exchanges = new Exchanges();
    const answers = [...model.rows].flatMap((row, index) => {
      if (row.kind !== 'message' || row.message.toward !== 'opener') return [];
      const connection = model.connections.get(row.message.connection);
      if (connection?.opener?.context.startsWith('uBlock0@') !== true) return [];
      return row.message.from === null ? [] : [exchanges.at(index, model)];
    });
    expect(answers.length).toBeGreaterThan(20);
    expect(answers.filter((answer) => (answer?.other ?? null) === null)).toEqual([]);
    expect(new Set(answers.map((answer) => answer?.method))).toContain(
      'retrieveContentScriptParameters',
    );
  },
);
