/** Backgrounds that stop in mid-stream: nothing that Porthole was told, or is yet to be told, is lost. */
import type { Page } from 'puppeteer-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Connection, Model } from '../../../src/model/index.js';
import { PORTHOLE_ID } from '../../../src/protocol/index.js';
import { stopBackground } from '../support/background.js';
import { expectNothingLost, times, within } from '../support/chaos.js';
import { untilItFlows } from '../support/flow.js';
import { closeSelectedTab } from '../support/history.js';
import { startSession, type Session } from '../support/session.js';

const STREAM = 'stream@fixture.porthole';
const ASKING = 'asking@fixture.porthole';

let session: Session;
let page: Page;

beforeEach(async () => {
  session = await startSession({ extensions: ['stream', 'asking'] });
  page = await session.open('/stream');
  await untilItFlows(page, { count: 50, asked: 1 });
});

afterEach(async () => {
  await session?.close();
});

/** A page that goes while nobody hears it has nobody to tell: first what happens now must be recorded. */
async function closeRecorded(): Promise<void> {
  const { messages } = (await session.recorded()).model.totals;
  await session.until('new messages', ({ model }) => model.totals.messages > messages + 20);
  await page.bringToFront();
  await closeSelectedTab(session.firefox.system);
}

it(
  'keeps every message while Porthole’s background is stopped again and again',
  async () => {
    const stops = times(50);
    for (let stop = 0; stop < stops; stop += 1) {
      await stopBackground(session.firefox.system, PORTHOLE_ID);
      await untilItFlows(page, { count: 20, asked: 1 });
    }
    await closeRecorded();
    const { requests } = await expectNothingLost(session, stops, 'stops of Porthole’s background');
    expect(requests).toBeGreaterThan(stops);
    const { model } = await session.recorded();
    expect(model.totals.gaps).toBe(0);
  },
  within(60_000),
);

it(
  'closes the port with the inspected background that is stopped, and follows the next one',
  async () => {
    const stops = times(50);
    for (let stop = 0; stop < stops; stop += 1) {
      const { system } = session.firefox;
      await Promise.all([stopBackground(system, STREAM), stopBackground(system, ASKING)]);
      await untilItFlows(page, { count: 20, asked: 1 });
    }
    await closeRecorded();
    const { requests } = await expectNothingLost(
      session,
      stops,
      'stops of the inspected backgrounds',
    );
    expect(requests).toBeGreaterThan(stops);
    const all = (model: Model): Connection[] => [...model.connections.values()];
    const { model } = await session.until('all connections to be closed', (recorded) =>
      all(recorded.model).every(({ state }) => state === 'closed'),
    );
    expect(model.totals.gaps).toBe(0);
    expect(all(model).filter(({ acceptors }) => acceptors.length === 1).length).toBeGreaterThan(
      stops,
    );
  },
  within(60_000),
);
