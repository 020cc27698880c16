/** Porthole taken away under the traffic and given back: what it missed is resent, or counted to the last event. */
import type { Page } from 'puppeteer-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PORTHOLE_ID } from '../../../src/protocol/index.js';
import { killExtensionProcess, setEnabled } from '../support/addon.js';
import { expectNothingLost, times, within } from '../support/chaos.js';
import { untilItFlows } from '../support/flow.js';
import { closeSelectedTab } from '../support/history.js';
import { pollUntil } from '../support/poll.js';
import { startSession, type Recorded, type Session } from '../support/session.js';

let session: Session;
let page: Page;

beforeEach(async () => {
  session = await startSession({
    extensions: ['stream'],
    // Firefox gives up on extensions whose process dies too often.
    prefs: { 'extensions.webextensions.crash.threshold': 1_000 },
  });
  page = await session.open('/stream');
  await untilItFlows(page, { count: 50 });
});

afterEach(async () => {
  await session?.close();
});

/** Waits until what happens now is recorded. */
async function untilRecorded(): Promise<Recorded> {
  const before = await session.recorded();
  const { messages } = before.model.totals;
  return session.until('new messages', ({ model }) => model.totals.messages > messages + 20);
}

async function closeTab(): Promise<void> {
  await page.bringToFront();
  await closeSelectedTab(session.firefox.system);
}

it(
  'is sent again what was said while Porthole was disabled for a moment',
  async () => {
    const outages = times(5);
    for (let outage = 0; outage < outages; outage += 1) {
      await setEnabled(session.firefox, PORTHOLE_ID, false);
      await untilItFlows(page, { count: 100 });
      await setEnabled(session.firefox, PORTHOLE_ID, true);
      await untilRecorded();
    }
    await closeTab();
    await expectNothingLost(session, outages, 'times Porthole was disabled and enabled');
    const { model } = await session.recorded();
    expect(model.totals.gaps).toBe(0);
  },
  within(60_000),
);

it(
  'counts what was said while Porthole was disabled for longer than anybody waits for it',
  async () => {
    await setEnabled(session.firefox, PORTHOLE_ID, false);
    const since = Date.now();
    await pollUntil(
      'the reporters to give up',
      () => Date.now() - since,
      (waited) => waited > 9_000,
    );
    await setEnabled(session.firefox, PORTHOLE_ID, true);
    await session.until('the gap of each end', ({ model }) => model.totals.gaps === 2);
    await closeTab();
    const { gaps } = await expectNothingLost(session, 1, 'long absences of Porthole');
    console.log(
      `chaos: ${gaps.map(({ counted }) => String(counted)).join(' and ')} events counted in gaps; ` +
        `posts and deliveries missing: ${gaps.map(({ missing }) => String(missing)).join(' and ')}`,
    );
    for (const { counted, missing } of gaps) {
      expect(counted).toBe(missing);
      expect(counted).toBeGreaterThan(100);
    }
  },
  within(60_000),
);

it(
  'keeps what it had stored when the process of all extensions is killed, and goes on',
  async () => {
    const kills = times(3);
    for (let kill = 0; kill < kills; kill += 1) {
      await killExtensionProcess(session.firefox);
      await untilItFlows(page, { count: 100 });
      await untilRecorded();
    }
    await closeTab();
    await expectNothingLost(session, kills, 'kills of the extension process');
    const { model } = await session.recorded();
    expect(model.totals.gaps).toBe(0);
  },
  within(60_000),
);
