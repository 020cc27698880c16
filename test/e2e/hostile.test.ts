/** An extension that tries everything on Porthole, beside one that is recorded. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { traceLines } from '../../src/model/index.js';
import { PROTOCOL_VERSION } from '../../src/protocol/index.js';
import { faults } from './support/compare.js';
import { report } from '../support/counts.js';
import { PanelUser } from './support/panel.js';
import { pollUntil } from './support/poll.js';
import { startSession, type Session } from './support/session.js';

const HOSTILE = 'hostile@fixture.porthole';
const VICTIM = 'content-script@fixture.porthole';

let session: Session;
let panel: PanelUser;
let refused: number;

beforeAll(async () => {
  session = await startSession({ extensions: ['content-script'], bare: ['hostile'] });
  const page = await session.open('/before');
  await session.until('the first messages', ({ model }) => model.totals.messages >= 6);
  await page.bringToFront();
  panel = await PanelUser.open(session.firefox);
  await panel.untilRows('rows', (rows) => rows.length > 0);

  const attacked = await session.open(`/hostile?protocol=${String(PROTOCOL_VERSION)}`);
  refused = Number(
    await pollUntil(
      'every port that must be closed to be closed',
      () => attacked.evaluate(() => document.body.dataset['refused']),
      (seen) => seen !== undefined,
    ),
  );
  await attacked.close();
  await page.bringToFront();
});

afterAll(async () => {
  await session?.close();
});

/** Where the recording differs from what Firefox carried, the hostile one's own inventions aside. */
async function faultsOfOthers(): Promise<string[]> {
  const concerns = (fault: string): boolean => !fault.includes(HOSTILE);
  return faults(await session.agreement(concerns), concerns);
}

it('counts each refusal, in one line of the notices', async () => {
  const { notices } = await session.until(
    `${refused} refusals`,
    ({ notices: all }) =>
      (all.find(({ extensionId }) => extensionId === HOSTILE)?.count ?? 0) >= refused,
  );
  console.log(`hostile: ${refused} frames refused, told in ${notices.length} line`);
  report('hostile', { 'frames refused': refused });
  expect(refused).toBeGreaterThan(600);
  expect(notices.map(({ extensionId, count }) => [extensionId, count])).toEqual([
    [HOSTILE, refused],
  ]);
  await panel.click('[aria-label="1 notice"]');
  const text = await panel.untilText(
    'the notice',
    'section.notices',
    `${refused} times, the last: `,
  );
  expect(text).toContain(HOSTILE);
});

it('obeys none of its commands', async () => {
  const { model } = await session.recorded();
  expect(model.totals.messages).toBeGreaterThanOrEqual(12);
  expect(await panel.text('[aria-label="Extensions that wait"]')).toBe('');
  expect(
    await panel.handle.evaluate(function isRecording(window) {
      return window.document.querySelector('[aria-label=Record]')?.getAttribute('aria-pressed');
    }),
  ).toBe('true');
});

it('keeps what is well-formed, as its own alone', async () => {
  const { model } = await session.until('the forged accepts', ({ model: seen }) =>
    [...seen.contexts.values()].some(({ key }) => key === `${HOSTILE}\ntaken-2-background`),
  );
  const ids = new Set([...model.contexts.values()].map(({ extensionId }) => extensionId));
  expect(ids).toEqual(new Set([HOSTILE, VICTIM]));
  for (const { opener, acceptors } of model.connections.values()) {
    const ends = [opener, ...acceptors].flatMap((end) => (end === null ? [] : [end.context]));
    expect(new Set(ends.map((key) => key.split('\n')[0])).size).toBe(1);
  }
});

it('shows names, urls and payloads as text, however they are looked at', async () => {
  await panel.click('[role=radio]', 'Everything');
  await panel.fill('[aria-label="Filter messages"]', 'a-word-of-its-own');
  await panel.untilRows('its rows alone', (rows) => rows.length === 2);
  await panel.click('[role=grid] [role=row][data-kind=message]', '<img src=x');
  await panel.press('Enter');
  await panel.untilText('its payload', '[aria-label=Details]', '<img src=x onerror');
  await panel.fill('[aria-label="Filter messages"]', '[[[[[[');
  await panel.click('[role=grid] [role=row][data-kind=message]', '[[[[[[');
  await panel.untilText('its deep payload', '[aria-label=Details]', /\[/);
  const found = await panel.handle.evaluate(function markup(window) {
    const { document } = window;
    return {
      foreign: document.querySelectorAll('#app :is(img, script, iframe, a, b[src], object)').length,
      title: document.title,
    };
  });
  expect(found).toEqual({ foreign: 0, title: 'Porthole' });
});

it('writes a trace of it all', async () => {
  const { model } = await session.recorded();
  const options = { recordedAt: 0, browser: 'firefox', porthole: '0' };
  const lines = [...traceLines(model, options)].map((line) => JSON.stringify(line));
  expect(lines.length).toBeGreaterThan(20);
  for (const line of lines) expect(line).not.toContain('\n');
});

it('goes on recording the others', async () => {
  const before = (await session.recorded()).model.totals.messages;
  const after = await session.open('/after');
  await session.until('more messages', ({ model }) => model.totals.messages > before);
  await after.close();
  expect(await faultsOfOthers()).toEqual([]);
});
