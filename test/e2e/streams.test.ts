/** Backgrounds that stop in mid-stream: nothing that Porthole was told, or is yet to be told, is lost. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Connection, Model } from '../../src/model/index.js';
import { PORTHOLE_ID } from '../../src/protocol/index.js';
import { stopBackground } from './support/background.js';
import { faults, tally } from './support/compare.js';
import { pollUntil } from './support/poll.js';
import { startSession, type Recorded, type Session } from './support/session.js';

const STREAM = 'stream@fixture.porthole';

let session: Session;

beforeAll(async () => {
  session = await startSession({ extensions: ['stream'] });
});

afterAll(async () => {
  await session?.close();
});

it('keeps every message while Porthole’s background is stopped again and again', async () => {
  const page = await session.open('/stream');
  const count = async (): Promise<number> =>
    page.evaluate(() => Number(document.body.dataset['count'] ?? 0));
  const { system } = session.firefox;
  await pollUntil('the stream to flow', count, (n) => n > 50);
  for (let stop = 0; stop < 5; stop += 1) {
    const before = await count();
    await stopBackground(system, PORTHOLE_ID);
    await pollUntil('the stream to flow on', count, (n) => n > before + 50);
  }
  await page.close();

  const comparison = await session.agreement();
  expect(faults(comparison)).toEqual([]);
  const { model } = await session.recorded();
  expect(model.totals.gaps).toBe(0);
  expect(comparison.posts).toBeGreaterThan(500);
  console.log(
    `Porthole stopped 5 times: ${tally(comparison)} ${JSON.stringify(comparison.silent)}`,
  );
});

it('closes the port with the inspected background that is stopped, and follows the next one', async () => {
  const page = await session.open('/stream-again');
  const here = (model: Model): Connection[] =>
    [...model.connections.values()].filter(({ opener }) =>
      model.contexts.get(opener?.context ?? '')?.url.endsWith('/stream-again'),
    );
  const flowing = ({ model }: Recorded, closed: number): boolean =>
    here(model).filter(({ state }) => state === 'closed').length >= closed &&
    here(model).some(
      ({ state, acceptors, messages }) =>
        state === 'open' && acceptors.length === 1 && messages >= 40,
    );
  await session.until('the stream to flow', (recorded) => flowing(recorded, 0));
  for (let stop = 1; stop <= 3; stop += 1) {
    await stopBackground(session.firefox.system, STREAM);
    await session.until('the stream to flow on', (recorded) => flowing(recorded, stop));
  }
  await page.close();

  const comparison = await session.agreement();
  expect(faults(comparison)).toEqual([]);
  const { model } = await session.until('all connections to be closed', (recorded) =>
    here(recorded.model).every(({ state }) => state === 'closed'),
  );
  const paired = here(model).filter(({ acceptors }) => acceptors.length === 1);
  expect(paired.length).toBeGreaterThanOrEqual(4);
});

it('keeps 50,000 messages posted in one tick', async () => {
  const burst = await startSession({ extensions: ['burst'] });
  try {
    const page = await burst.open('/burst');
    const received = await pollUntil(
      'all to arrive',
      () => page.evaluate(() => document.body.dataset['received']),
      (seen) => seen !== undefined,
    );
    expect(received).toBe('50000');
    const comparison = await burst.agreement();
    expect(faults(comparison)).toEqual([]);
    const { model } = await burst.recorded();
    expect(model.totals).toMatchObject({ messages: 50_001, deliveries: 50_001, gaps: 0 });
  } finally {
    await burst.close();
  }
});
