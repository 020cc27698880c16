/** Payloads nothing can carry, payloads too large to keep, and strangers who send garbage. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Message, Model } from '../../src/model/index.js';
import { expectAgreement } from './support/agreement.js';
import { pollUntil } from './support/poll.js';
import { startSession, type Session } from './support/session.js';

let session: Session;
let results: Record<string, unknown>;

beforeAll(async () => {
  session = await startSession({ extensions: ['payloads'] });
  const page = await session.open('/payloads');
  const text = await pollUntil(
    'the fixture to finish',
    () => page.evaluate(() => document.body.dataset['results']),
    (seen) => seen !== undefined,
  );
  results = JSON.parse(String(text)) as Record<string, unknown>;
});

afterAll(async () => {
  await session?.close();
});

function messages(model: Model): Message[] {
  return [...model.rows].flatMap((row) => (row.kind === 'message' ? [row.message] : []));
}

it('changes nothing the extension sees', () => {
  expect(results).toEqual({
    map: 'posted',
    numbers: 'posted',
    bytes: 'posted',
    cycle: 'posted',
    function: 'DataCloneError: Function object could not be cloned.',
    throws: 'TypeError: this getter throws',
    getter: 'posted',
    getterReads: 1,
    huge: 'posted',
    mutated: 'posted',
    end: 'posted',
    received: 8,
    closed: 'Error: Attempt to postMessage on disconnected port',
  });
});

it('keeps what JSON cannot say, as it was at the time of the call', async () => {
  const { model } = await session.until(
    'all messages',
    (recorded) => messages(recorded.model).length >= 12,
  );
  const byType = new Map(messages(model).map((message) => [message.messageType, message]));
  for (const type of ['map', 'numbers', 'bytes', 'cycle']) {
    expect(byType.get(type)?.payload.form, type).toBe('rich');
  }
  const mutated = byType.get('mutated');
  expect(mutated && model.payloadText(mutated.payload)).toContain('before');
});

it('marks refused posts with the error the extension got', async () => {
  const { model } = await session.recorded();
  const errors = messages(model).flatMap(({ error }) => (error === null ? [] : [error]));
  expect(errors).toEqual([
    'DataCloneError: Function object could not be cloned.',
    'TypeError: this getter throws',
    'Error: Attempt to postMessage on disconnected port',
  ]);
});

it('keeps a marked preview of 50 MB, with the true size', async () => {
  const { model } = await session.recorded();
  const huge = messages(model).find(({ payload }) => payload.form === 'json-preview');
  expect(huge?.payload.bytes).toBe(50_000_000 + '{"type":"huge","text":""}'.length);
  expect(huge?.payload.length).toBeLessThan(100_000);
  expect(huge?.deliveries.length).toBe(1);
});

it('refuses a stranger’s garbage with a notice that names it, and keeps what was recorded', async () => {
  const before = { ...(await session.recorded()).model.totals };
  const { browser } = session.firefox;
  const { fileURLToPath } = await import('node:url');
  await browser.installExtension(
    fileURLToPath(new URL('../fixtures/extensions/stranger', import.meta.url)),
  );
  const { notices, model } = await session.until('a notice about the stranger', (recorded) =>
    recorded.notices.some(({ extensionId }) => extensionId === 'stranger@fixture.porthole'),
  );
  expect(notices.map(({ text }) => text).join('\n')).toContain('stranger@fixture.porthole');
  expect(model.totals.messages).toBe(before.messages);

  const page = await session.open('/after-the-stranger');
  await session.until(
    'recording to go on',
    (recorded) => messages(recorded.model).length > before.messages,
  );
  await page.close();
});

it('agrees with the witness on every port, whatever was in it', async () => {
  await expectAgreement(session);
});
