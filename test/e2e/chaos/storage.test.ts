/** IndexedDB that refuses to write while messages come in: kept up to the bound, counted beyond it. */
import type { Page } from 'puppeteer-core';
import { expect, it } from 'vitest';
import type { Model } from '../../../src/model/index.js';
import { expectNothingLost, times, within } from '../support/chaos.js';
import { pollUntil } from '../support/poll.js';
import { startSession } from '../support/session.js';
import { lockWrites, unlockWrites } from '../support/write-lock.js';

/** Longer than Firefox tries to get at its database file, in milliseconds. */
const REFUSAL_MS = 12_000;
/** 50,000 messages each: together more than a context keeps unacknowledged. */
const BURSTS = 3;

it(
  'keeps what comes while IndexedDB refuses to write, and counts what it cannot keep',
  async () => {
    const session = await startSession({ extensions: ['burst'] });
    try {
      const { system } = session.firefox;
      const refusals = times(1);
      for (let refusal = 1; refusal <= refusals; refusal += 1) {
        const pages: Page[] = [];
        for (let burst = 0; burst < BURSTS; burst += 1) {
          pages.push(await session.open('/burst-later'));
        }
        // Pages of earlier refusals may be in the back/forward cache, and then their ports are open still.
        await pollUntil(
          'the ports',
          async () => acceptors((await session.recorded()).model),
          (counts) => counts.length === refusal * BURSTS && counts.every((count) => count === 1),
        );
        await lockWrites(system);
        const since = Date.now();
        for (const page of pages) {
          await page.bringToFront();
          await page.click('h1');
          await pollUntil(
            'all to arrive',
            () => page.evaluate(() => document.body.dataset['received']),
            (seen) => seen === '50000',
          );
        }
        await pollUntil(
          'Firefox to refuse',
          () => Date.now() - since,
          (waited) => waited > REFUSAL_MS,
        );
        await unlockWrites(system);
        await session.until('the gap', ({ model }) => model.totals.gaps >= refusal);
        for (const page of pages) await page.goto('about:blank');
        const { notices } = await session.until('the notice', (recorded) =>
          recorded.notices.some(({ text }) => text.includes('storing')),
        );
        expect(notices.map(({ severity }) => severity)).toContain('error');
      }
      const { gaps } = await expectNothingLost(session, refusals, 'refusals of IndexedDB to write');
      console.log(`chaos: ${JSON.stringify(gaps)} (events counted in the gap, and missing)`);
      for (const { counted, missing } of gaps) expect(counted).toBe(missing);
      expect(gaps.length).toBe(1);
    } finally {
      await session.close();
    }
  },
  within(90_000),
);

/** @returns how many ends each connection has beside the opener's */
function acceptors(model: Model): number[] {
  return [...model.connections.values()].map((connection) => connection.acceptors.length);
}
