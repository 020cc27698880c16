/** The store full, damaged, held by another page, or of a newer version: what is kept, what is said, what can be done. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reload } from '../../src/cli/firefox/extensions.js';
import { PORTHOLE_ID } from '../../src/protocol/index.js';
import { tally } from './support/agreement.js';
import { stopBackground } from './support/background.js';
import { faults } from './support/compare.js';
import {
  damageDatabase,
  holdOldDatabase,
  letGo,
  lookAtDatabase,
  replaceDatabase,
} from './support/database.js';
import { PanelUser } from './support/panel.js';
import { pollUntil } from './support/poll.js';
import { startSession, type Session } from './support/session.js';

const SCREENSHOTS = process.env['PORTHOLE_SCREENSHOTS'];

/** For the eye, where somebody wants to look. */
async function picture(panel: PanelUser, name: string): Promise<void> {
  if (SCREENSHOTS !== undefined) await panel.handle.screenshot(`${SCREENSHOTS}/${name}.png`);
}

describe('a full disk', () => {
  let session: Session;
  let panel: PanelUser;

  beforeAll(async () => {
    session = await startSession({
      extensions: ['bulk', 'content-script'],
      // Kilobytes, for all sites and extensions together; one of them may have a fifth of that.
      prefs: { 'dom.quotaManager.temporaryStorage.fixedLimit': 200_000 },
    });
    panel = await PanelUser.open(session.firefox);
  });

  afterAll(async () => {
    await session?.close();
  });

  it('the oldest go first and are counted; recording goes on', { timeout: 120_000 }, async () => {
    const page = await session.open('/bulk?messages=900');
    await pollUntil(
      'all messages to be posted',
      async () => {
        // What is read as it comes is compared with the witness, also when it has been deleted since.
        await session.recorded();
        return page.evaluate(() => document.body.dataset['bulk']);
      },
      (count) => count === '900',
      60_000,
    );
    const later = await session.open('/later?messages=3');
    const { model } = await session.until(
      'deleted events, and the messages of a page opened after that',
      (recorded) =>
        recorded.model.holes.deleted.length > 0 &&
        [...recorded.model.contexts.values()].some(
          ({ url, messages }) => url.includes('/later') && messages >= 6,
        ),
    );
    await later.close();
    const deleted = model.holes.deleted.find(({ extension }) => extension.startsWith('bulk@'));
    expect(deleted?.reason).toBe('quota');
    expect(deleted?.events).toBeGreaterThan(0);
    expect(model.holes.deleted.map(({ extension }) => extension)).toEqual([
      'bulk@fixture.porthole',
    ]);
    // Some is deleted before it is read. Nothing else is missing, and nothing stands for it.
    const isKept = (fault: string): boolean =>
      !/^\d+ of 900 (posts|deliveries) of bulk@/.test(fault);
    const comparison = await session.agreement(isKept);
    console.log(`quota: ${tally(comparison)}`);
    expect(faults(comparison, isKept)).toEqual([]);
    await page.close();
  });

  it('the panel says so, in the toolbar and in the place of the events', async () => {
    await panel.click('[role=radio]', 'Everything');
    await panel.untilText('the count', '.deleted', /\d/);
    await panel.fill('[role=search] input', 'deleted');
    await panel.untilRows('the row of what is gone', (rows) =>
      rows.some((row) => /oldest [\d,]+ events of bulk@.* Firefox gave no more room/.test(row)),
    );
    await picture(panel, 'quota');
  });
});

describe('a damaged recording', () => {
  let session: Session;
  let panel: PanelUser;
  let damaged: number;

  beforeAll(async () => {
    session = await startSession({ extensions: ['stream'] });
    const page = await session.open('/stream');
    await session.until('some segments', ({ segments }) => segments.length > 20);
    await page.close();
    await stopBackground(session.firefox.system, PORTHOLE_ID);
    damaged = await damageDatabase(session.firefox.system);
    panel = await PanelUser.open(session.firefox);
    await panel.click('[role=radio]', 'Everything');
  });

  afterAll(async () => {
    await session?.close();
  });

  it('is read as far as it can be, and the panel says how much cannot', async () => {
    const bar = await panel.untilText('what is damaged', '.bar.damaged', 'cannot be read');
    expect(bar).toContain(`${damaged.toLocaleString('en-GB')} event`);
    await panel.untilRows('the rest', (rows) => rows.some((row) => row.includes('number')));
    await picture(panel, 'damaged');
  });

  it('is deleted when the person says so twice, and not before', async () => {
    const before = await lookAtDatabase(session.firefox.system);
    await panel.click('.bar.damaged button', 'start again');
    await panel.untilText('the question', '.bar.damaged', 'cannot be undone');
    await picture(panel, 'damaged-asking');
    await panel.click('.bar.damaged button', 'Keep it');
    await panel.untilText('the way back', '.bar.damaged', 'start again');
    expect((await lookAtDatabase(session.firefox.system)).segments).toBe(before.segments);

    await panel.click('.bar.damaged button', 'start again');
    await panel.click('.bar.damaged button', 'Delete it');
    await pollUntil(
      'no bar',
      () => panel.text('.bar.damaged'),
      (text) => text === '',
    );
    expect((await lookAtDatabase(session.firefox.system)).segments).toBeLessThan(before.segments);
    const page = await session.open('/stream');
    await panel.untilRows('new messages', (rows) => rows.some((row) => row.includes('number')));
    await page.close();
  });
});

describe('a database that cannot be used', () => {
  let session: Session;
  let panel: PanelUser;

  beforeAll(async () => {
    session = await startSession({ extensions: ['content-script'] });
  });

  afterAll(async () => {
    await session?.close();
  });

  it('of a newer version: is left alone, until the person has it deleted', async () => {
    const { system } = session.firefox;
    await stopBackground(system, PORTHOLE_ID);
    await replaceDatabase(system, 99);
    panel = await PanelUser.open(session.firefox);
    await panel.untilText('what is wrong', '.empty', 'newer Porthole');
    await picture(panel, 'newer');
    await panel.click('.empty button', 'Try again');
    await panel.untilText('the same', '.empty', 'newer Porthole');
    expect((await lookAtDatabase(system)).version).toBe(99);

    await panel.click('.empty button', 'start again');
    await panel.untilText('the question', '.empty', 'cannot be undone');
    await picture(panel, 'newer-asking');
    await panel.click('.empty button', 'Delete it');
    await pollUntil(
      'an empty recording',
      () => panel.text('.empty'),
      (text) => !text.includes('newer Porthole'),
    );
    expect((await lookAtDatabase(system)).version).toBeLessThan(99);
    await panel.click('[role=radio]', 'Everything');
    const page = await session.open('/after');
    await panel.untilRows('messages', (rows) => rows.length > 0);
    await page.close();
  });

  it('held open in an older version: says who is in the way, and goes on when they are gone', async () => {
    const { system } = session.firefox;
    await stopBackground(system, PORTHOLE_ID);
    await holdOldDatabase(system);
    await reload(system, PORTHOLE_ID);
    panel = await PanelUser.open(session.firefox);
    await panel.untilText('what is wrong', '.empty', 'holds the recording open');
    await picture(panel, 'blocked');
    await letGo(system);
    await pollUntil(
      'the panel to go on by itself',
      () => panel.text('.empty'),
      (text) => !text.includes('holds the recording open'),
    );
    const page = await session.open('/after');
    await session.until('new messages', ({ model }) => model.totals.messages > 0);
    await page.close();
  });
});
