/** Backgrounds that stop in mid-stream: nothing that Porthole was told, or is yet to be told, is lost. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Connection, Model } from '../../src/model/index.js';
import { PORTHOLE_ID } from '../../src/protocol/index.js';
import { stopBackground } from './support/background.js';
import { pollUntil } from './support/poll.js';
import { startSession, type Session } from './support/session.js';

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
  expect(comparison.missing).toEqual([]);
  expect(comparison.extra).toEqual([]);
  expect(comparison.misdelivered).toEqual([]);
  const { model } = await session.recorded();
  expect(model.totals.gaps).toBe(0);
  expect(comparison.messages).toBeGreaterThan(500);
  console.log(
    `Porthole stopped 5 times in ${String(comparison.messages)} posts: none missing, ` +
      `${String(comparison.inferred)} known from their delivery alone`,
  );
});

it('shows who ended the port when the inspected background is stopped, and follows the next one', async () => {
  const page = await session.open('/stream-again');
  const count = async (): Promise<number> =>
    page.evaluate(() => Number(document.body.dataset['count'] ?? 0));
  await pollUntil('the stream to flow', count, (n) => n > 20);
  for (let stop = 0; stop < 3; stop += 1) {
    const before = await count();
    await stopBackground(session.firefox.system, STREAM);
    await pollUntil('the stream to flow on', count, (n) => n > before + 20);
  }
  await page.close();

  const comparison = await session.agreement();
  expect(comparison.missing).toEqual([]);
  expect(comparison.extra).toEqual([]);
  const here = (model: Model): Connection[] =>
    [...model.connections.values()].filter(({ opener }) =>
      model.contexts.get(opener?.context ?? '')?.url.endsWith('/stream-again'),
    );
  const { model } = await session.until('all four connections to be closed', (recorded) =>
    here(recorded.model).every(({ state }) => state === 'closed'),
  );
  expect(here(model).map(({ acceptors }) => acceptors.length)).toEqual([1, 1, 1, 1]);
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
    expect([comparison.missing, comparison.extra, comparison.misdelivered]).toEqual([[], [], []]);
    const { model } = await burst.recorded();
    expect(model.totals).toMatchObject({ messages: 50_001, deliveries: 50_001, gaps: 0 });
  } finally {
    await burst.close();
  }
});
