/** The clock of the machine is set while messages flow, by seconds and by an hour, forward and back. */
import type { Page } from 'puppeteer-core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../../../src/cli/firefox/processes.js';
import { PORTHOLE_ID } from '../../../src/protocol/index.js';
import { report } from '../../support/counts.js';
import { stopBackground } from '../support/background.js';
import { expectNothingLost, times, within } from '../support/chaos.js';
import { pollUntil } from '../support/poll.js';
import { startSession, type Session } from '../support/session.js';
import { createWallClock, wallClockProblem, type WallClock } from '../support/wall-clock.js';

const SECOND = 1_000;
const HOUR = 3_600_000;

/** How far the clock is ahead of the machine's after each step, in milliseconds. */
const STEPS = [3 * SECOND, 0, HOUR, HOUR - 2 * SECOND, -HOUR, 0];

const problem = wallClockProblem();
if (problem !== null) {
  console.log(`chaos: LEFT OUT: the clock is not set, because ${problem}`);
  report('chaos', { 'kinds of faults left out (the clock is not set)': 1 });
}

const folder = temporaryFolder();
let clock: WallClock | undefined;
let session: Session | undefined;

beforeEach(() => {
  clock = createWallClock(folder.path);
});

afterEach(async () => {
  await session?.close();
  clock?.close();
  await folder.remove();
});

const heard = (page: Page): Promise<number> =>
  page.evaluate(() => Number(document.documentElement.dataset['heard'] ?? 0));

const asked = (page: Page): Promise<number> =>
  page.evaluate(() => Number(document.documentElement.dataset['asked'] ?? 0));

async function untilItFlows(page: Page): Promise<void> {
  const before = [await heard(page), await asked(page)] as const;
  await pollUntil(
    'ports to be heard',
    () => heard(page),
    (n) => n > before[0] + 5,
  );
  await pollUntil(
    'answers',
    () => asked(page),
    (n) => n > before[1] + 2,
  );
}

it.skipIf(problem !== null)(
  'keeps every message, and joins it with its own ends, while the clock is set',
  async () => {
    const { env, set } = clock as WallClock;
    session = await startSession({
      extensions: ['chatter', 'asking'],
      env,
      // Timers in tabs that are not shown are as fast as others.
      prefs: { 'dom.min_background_timeout_value': 4 },
    });
    const { system } = session.firefox;
    const page = await session.open('/stays');
    await untilItFlows(page);
    const steps = times(STEPS.length);
    for (let step = 0; step < steps; step += 1) {
      const ahead = STEPS[step % STEPS.length] as number;
      set(ahead);
      const shown = await page.evaluate(() => Date.now());
      expect(Math.abs(shown - Date.now() - ahead)).toBeLessThan(SECOND);
      await untilItFlows(page);
      // What begins now goes by another clock than what is there.
      if (step % 2 === 0) await stopBackground(system, 'chatter@fixture.porthole');
      if (step % 3 === 0) await stopBackground(system, 'asking@fixture.porthole');
      if (step % 4 === 0) await stopBackground(system, PORTHOLE_ID);
      const another = await session.open(`/step/${String(step)}`);
      await untilItFlows(another);
      await untilItFlows(page);
      await another.goto('about:blank');
    }
    await page.goto('about:blank');
    await expectNothingLost(session, steps, 'steps of the clock');
  },
  within(90_000),
);
