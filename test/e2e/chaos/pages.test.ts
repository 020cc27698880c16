/** Pages that go away, and come back, while both ends of their ports talk. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { expectNothingLost, times, within } from '../support/chaos.js';
import { untilItFlows } from '../support/flow.js';
import { closeSelectedTab, walk } from '../support/history.js';
import { startSession, type Session } from '../support/session.js';

let session: Session;

beforeEach(async () => {
  session = await startSession({ extensions: ['chatter', 'asking'] });
});

afterEach(async () => {
  await session?.close();
});

/** What `chatter` must have heard more, for its ports to be in use. */
const CHATTER = { heard: 10 };

it(
  'keeps what was said by tabs that were closed in mid-burst',
  async () => {
    const stays = await session.open('/stays');
    const count = times(10);
    for (let tab = 0; tab < count; tab += 1) {
      const page = await session.open(`/closed/${String(tab)}?frames=1`);
      await page.bringToFront();
      await untilItFlows(page, CHATTER);
      await closeSelectedTab(session.firefox.system);
    }
    await untilItFlows(stays, CHATTER);
    await stays.goto('about:blank');
    const { lastWords, requests } = await expectNothingLost(
      session,
      count,
      'tabs closed in mid-burst',
    );
    expect(requests).toBeGreaterThan(count);
    // What is posted in the very moment of closing may still be on its way.
    expect(lastWords.posts).toBeLessThan(count);
  },
  within(60_000),
);

it(
  'keeps what was said in frames that were removed in mid-burst',
  async () => {
    const page = await session.open('/frames');
    await page.bringToFront();
    const count = times(20);
    for (let frame = 0; frame < count; frame += 1) {
      await page.evaluate(
        (number) =>
          new Promise<void>((resolve) => {
            const element = document.createElement('iframe');
            element.src = `/frame/${String(number)}`;
            document.body.append(element);
            const look = (): void => {
              const inside = element.contentDocument?.documentElement?.dataset['heard'];
              if (Number(inside ?? 0) < 5) {
                setTimeout(look, 10);
                return;
              }
              element.remove();
              resolve();
            };
            look();
          }),
        frame,
      );
    }
    await page.goto('about:blank');
    await expectNothingLost(session, count, 'frames removed in mid-burst');
  },
  within(60_000),
);

it(
  'keeps what was said before, between and after visits to the back/forward cache',
  async () => {
    const { system } = session.firefox;
    const page = await session.open('/there');
    await page.bringToFront();
    await page.evaluate(() => Object.assign(globalThis, { stillTheSame: true }));
    await untilItFlows(page, CHATTER);
    await walk(system, page, new URL('/elsewhere', session.origin));
    await untilItFlows(page, CHATTER);
    const count = times(20);
    for (let visit = 0; visit < count; visit += 1) {
      await walk(system, page, visit % 2 === 0 ? 'back' : 'forward');
      await untilItFlows(page, CHATTER);
    }
    await walk(system, page, 'back');
    expect(await page.evaluate(() => 'stillTheSame' in globalThis)).toBe(true);
    await walk(system, page, new URL('about:blank'));
    await expectNothingLost(session, count, 'ways to and from the back/forward cache');
  },
  within(60_000),
);
