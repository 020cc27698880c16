/** User scripts of an extension that listens for their messages alone, beside the witness and the bare extension. */
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { grant } from '../../src/cli/firefox/extensions.js';
import { expectAgreement } from './support/agreement.js';
import { backgroundState, stopBackground } from './support/background.js';
import { pollUntil } from './support/poll.js';
import { startSession, type Session } from './support/session.js';

const FIXTURE = 'user-script-messages';
const ID = 'user-script-messages@fixture.porthole';
const NOBODY = 'Could not establish connection. Receiving end does not exist.';
const ALL = { permissions: ['userScripts'], origins: ['http://127.0.0.1/*'] };
const WORLDS = ['world', 'worldsecond'];

let session: Session;

beforeAll(async () => {
  session = await startSession({ extensions: [FIXTURE] });
});

afterAll(async () => {
  await session?.close();
});

/** What each world saw on a page. */
async function seenBy(page: Page): Promise<unknown[][]> {
  const texts = await pollUntil(
    'both worlds to be done',
    () =>
      page.evaluate((names) => names.map((name) => document.body.dataset[name] ?? null), WORLDS),
    (all) => all.every((text) => text !== null),
    20_000,
  );
  return texts.map((text) => JSON.parse(String(text)) as unknown[]);
}

/** Loads a page until the extension's scripts run there, which it registers in its own time. */
async function visit(on: Session, path: string): Promise<Page> {
  return pollUntil(
    `scripts on ${path}`,
    async () => {
      const page = await on.open(path);
      const saw = await seenBy(page).catch(() => null);
      if (saw !== null) return page;
      await page.close();
      return null;
    },
    (page) => page !== null,
    60_000,
  ) as Promise<Page>;
}

async function agree(atLeast: number): Promise<void> {
  const { requests } = await expectAgreement(session);
  expect(requests).toBeGreaterThanOrEqual(atLeast);
}

it('are reported whole, from both worlds', async () => {
  const page = await visit(session, '/messages/one');
  const { model } = await session.until(
    'both worlds',
    (all) =>
      [...all.model.contexts.values()].filter(({ kind }) => kind === 'user-script').length >= 2,
    15_000,
  );
  expect(
    [...model.contexts.values()]
      .flatMap(({ kind, worldId }) => (kind === 'user-script' ? [worldId] : []))
      .sort(),
  ).toEqual(['', 'second']);
  await agree(64);
  await page.close();
});

it('and by a background that was stopped and started', async () => {
  await stopBackground(session.firefox.system, ID);
  const page = await visit(session, '/messages/woken');
  await agree(128);
  await page.close();
});

it('while the host’s listeners hear nothing of it', async () => {
  const page = await visit(session, '/messages/seen');
  const [first] = await seenBy(page);
  const heard = JSON.parse(first?.at(-1) as string) as Record<string, unknown>[];
  // Both worlds of two pages, each message by both listeners.
  expect(heard.length).toBeGreaterThan(200);
  expect(heard.filter((message) => 'porthole' in message)).toEqual([]);
  await agree(194);
  await page.close();
});

it('and its background sleeps when it would, and is not woken', async () => {
  const sleepy = await startSession({
    extensions: [FIXTURE],
    prefs: { 'extensions.background.idle.timeout': 2_000 },
  });
  try {
    const { system } = sleepy.firefox;
    const page = await visit(sleepy, '/messages/asleep');
    const asleep = (): Promise<unknown> =>
      pollUntil(
        'the background to stop',
        () => backgroundState(system, ID),
        (state) => state === 'stopped',
        10_000,
      );
    const before = Date.now();
    await asleep();
    console.log(`asleep after ${String(Date.now() - before)} ms`);
    await page.goto('about:blank');
    await page.close();
    // A report of the page's end would have come before another page has been visited.
    const other = await sleepy.open('/elsewhere');
    await other.close();
    expect(await backgroundState(system, ID)).toBe('stopped');
  } finally {
    await sleepy.close();
  }
});

it('and the extension sees what it sees without Porthole, also where nobody listens any more', async () => {
  const bare = await startSession({
    bare: [FIXTURE],
    watch: (system) => grant(system, ID, ALL),
  });
  try {
    const without = await visit(bare, '/messages/deaf');
    const page = await visit(session, '/messages/deaf');
    const saw = await seenBy(page);
    expect(saw).toEqual(await seenBy(without));
    expect(saw[1]?.at(-1)).toBe(NOBODY);
    await page.close();
  } finally {
    await bare.close();
  }
});
