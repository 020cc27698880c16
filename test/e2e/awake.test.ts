/** Porthole's event page stays awake while something is recorded, and only then. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PORTHOLE_ID } from '../../src/protocol/index.js';
import { IDLE_TIME_PREF, backgroundState, setIdleTime } from './support/background.js';
import { expectAgreement } from './support/agreement.js';
import { pollUntil } from './support/poll.js';
import { startSession, type Session } from './support/session.js';

/** Milliseconds without activity after which Firefox stops an event page; longer than Porthole's own 20 s. */
const IDLE_MS = 24_000;

/** The same where nothing is recorded, so that sleep need not be waited for as long. */
const SHORT_IDLE_MS = 2_000;

let session: Session;

beforeAll(async () => {
  session = await startSession({
    extensions: ['content-script'],
    prefs: { [IDLE_TIME_PREF]: IDLE_MS },
  });
  await session.open('/awake');
  await session.until('the first messages', ({ model }) => model.totals.messages === 6);
});

afterAll(async () => {
  await session?.close();
});

const state = (): Promise<string> => backgroundState(session.firefox.system, PORTHOLE_ID);

it('is still awake after the idle time while contexts report, though nothing is sent', async () => {
  const since = Date.now();
  const { seen } = await pollUntil(
    'the idle time to pass',
    async () => ({ seen: await state(), waited: Date.now() - since }),
    ({ seen: now, waited }) => now !== 'running' || waited > IDLE_MS + 6_000,
    IDLE_MS + 15_000,
  );
  expect(seen).toBe('running');
});

it('goes to sleep once recording is paused, and loses nothing when it is resumed', async () => {
  const { browser } = session.firefox;
  const panel = await browser.newPage();
  await panel.goto(session.panelUrl, { waitUntil: [] });
  await panel.waitForSelector('[aria-label=Record][aria-pressed=true]');
  // The pause itself is an event, from which the idle time is counted anew.
  await setIdleTime(session.firefox.system, SHORT_IDLE_MS);
  await panel.click('[aria-label=Record]');
  await panel.waitForSelector('[aria-label=Record][aria-pressed=false]');
  await panel.close();
  await pollUntil('Porthole to sleep', state, (seen) => seen === 'stopped', SHORT_IDLE_MS + 20_000);

  // Tabs that come, load something and go wake nobody who listens to tabs while contexts report.
  const passing = await browser.newPage();
  await passing.goto('data:text/html,passing');
  await passing.close();
  const since = Date.now();
  const { seen } = await pollUntil(
    'a moment in which Porthole could wake',
    async () => ({ seen: await state(), waited: Date.now() - since }),
    ({ seen: now, waited }) => now !== 'stopped' || waited > 1_000,
  );
  expect(seen).toBe('stopped');

  const again = await browser.newPage();
  await again.goto(session.panelUrl, { waitUntil: [] });
  await again.waitForSelector('[aria-label=Record][aria-pressed=false]');
  await again.click('[aria-label=Record]');
  await again.waitForSelector('[aria-label=Record][aria-pressed=true]');
  const page = await session.open('/awake-again');
  await page.bringToFront();
  const { model } = await session.until(
    'the messages after the pause',
    (recorded) => recorded.model.totals.messages >= 12,
  );
  expect(model.totals.messages).toBe(12);
  await expectAgreement(session);
}, 90_000);
