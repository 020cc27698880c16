/** The clock of the machine is set while messages flow, by seconds and by an hour, forward and back. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../../../src/cli/firefox/processes.js';
import { PORTHOLE_ID } from '../../../src/protocol/index.js';
import { report } from '../../support/counts.js';
import { stopBackground } from '../support/background.js';
import { expectNothingLost, times, within } from '../support/chaos.js';
import { untilItFlows } from '../support/flow.js';
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

let folder: ReturnType<typeof temporaryFolder>;
let clock: WallClock | undefined;
let session: Session | undefined;

beforeEach(() => {
  folder = temporaryFolder();
  clock = createWallClock(folder.path);
});

afterEach(async () => {
  await session?.close();
  clock?.close();
  await folder.remove();
});

/** What must have come through after each step. */
const FLOW = { heard: 6, asked: 3 };

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
    await untilItFlows(page, FLOW);
    const steps = times(STEPS.length);
    for (let step = 0; step < steps; step += 1) {
      const ahead = STEPS[step % STEPS.length] as number;
      set(ahead);
      const shown = await page.evaluate(() => Date.now());
      expect(Math.abs(shown - Date.now() - ahead)).toBeLessThan(SECOND);
      await untilItFlows(page, FLOW);
      // What begins now goes by another clock than what is there.
      if (step % 2 === 0) await stopBackground(system, 'chatter@fixture.porthole');
      if (step % 3 === 0) await stopBackground(system, 'asking@fixture.porthole');
      if (step % 4 === 0) await stopBackground(system, PORTHOLE_ID);
      const another = await session.open(`/step/${String(step)}`);
      await untilItFlows(another, FLOW);
      await untilItFlows(page, FLOW);
      await another.goto('about:blank');
    }
    await page.goto('about:blank');
    await expectNothingLost(session, steps, 'steps of the clock');
  },
  within(90_000),
);
