/** Who may report: an extension that nobody vouches for waits for the person's word, in the real panel. */
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { grant } from '../../src/cli/firefox/extensions.js';
import { temporaryFolder } from '../../src/cli/firefox/processes.js';
import { instrumentExtension } from '../../src/inject/index.js';
import { installFile } from './support/addon.js';
import { stopBackground } from './support/background.js';
import { PanelUser } from './support/panel.js';
import { answerPermissionPrompt } from './support/permission-prompt.js';
import { pollUntil } from './support/poll.js';
import { fixturePath, INSTRUMENTATION, startSession, type Session } from './support/session.js';

const PORTHOLE = 'porthole@webext-devtools';
const FIXTURE = 'content-script@fixture.porthole';
const WAITING = '[aria-label="Extensions that wait"]';

describe('an extension of which nobody knows how it was installed', () => {
  let session: Session;
  let page: Page;
  let panel: PanelUser;

  beforeAll(async () => {
    session = await startSession({
      extensions: ['content-script'],
      bare: ['no-receiver'],
      management: false,
      prefs: { 'extensions.webextOptionalPermissionPrompts': true },
    });
    page = await session.open('/first');
    await page.bringToFront();
    panel = await PanelUser.open(session.firefox);
  });

  afterAll(async () => {
    await session?.close();
  });

  const messages = async (): Promise<number> => (await session.recorded()).model.totals.messages;

  it('shows who waits, and keeps nothing of it', async () => {
    const text = await panel.untilText('the waiting extension', WAITING, '2 contexts wait');
    expect(text).toContain('Fixture: content script');
    expect(text).toContain(FIXTURE);
    expect(text).toContain('not known how it was installed');
    expect(text).toContain('the name is its own word');
    const { model, segments } = await session.recorded();
    expect([...model.contexts.values()]).toEqual([]);
    expect(segments).toEqual([]);
  });

  it('says below the tree that it waits, and that others cannot be known', async () => {
    await panel.click('.absent-head');
    const text = await panel.untilText('the reason', '.absent', 'no permission to ask');
    expect(text).toMatch(/Fixture: content script: 2 contexts waiting for you/);
    expect(text).not.toContain(': not instrumented');
  });

  it('records it once it is allowed, by keyboard alone, from its first message on', async () => {
    const tab = await session.firefox.browser.newPage();
    await tab.goto(session.panelUrl, { waitUntil: [] });
    await tab.waitForSelector(`${WAITING} button`);
    const focused = (): Promise<string | null | undefined> =>
      tab.evaluate(() => document.activeElement?.getAttribute('aria-label'));
    for (let stops = 0; (await focused()) !== 'Allow Fixture: content script'; stops += 1) {
      expect(stops).toBeLessThan(20);
      await tab.keyboard.press('Tab');
    }
    await tab.keyboard.press('Enter');
    await tab.close();
    await page.bringToFront();
    await panel.untilRows('the first message', (rows) =>
      rows.some((row) => row.includes('"count":1')),
    );
    await panel.untilText('nobody who waits', WAITING, /^$/);
    const { missing, extra } = await session.agreement();
    expect([missing, extra]).toEqual([[], []]);
  });

  it('remembers that when Porthole’s background starts again', async () => {
    await stopBackground(session.firefox.system, PORTHOLE);
    const before = await messages();
    const second = await session.open('/second');
    await session.until(
      'messages of the second page',
      ({ model }) => model.totals.messages > before,
    );
    await panel.untilText('nobody who waits', WAITING, /^$/);
    await second.close();
    await page.bringToFront();
  });

  it('takes it back in the settings: from then on it waits again', async () => {
    await panel.click('[aria-label=Settings]');
    await panel.click('button', 'Take back: Fixture');
    // Open, the settings lie over the buttons of those who wait.
    await panel.click('[aria-label=Settings]');
    await panel.untilText('that it waits again', WAITING, 'Fixture: content script');
    const before = await messages();
    const third = await session.open('/third');
    await panel.untilText('the third page waiting', WAITING, '3 contexts wait');
    expect(await messages()).toBe(before);
    await third.close();
    await page.bringToFront();
  });

  it('rejects what is blocked, and counts it', async () => {
    const before = await messages();
    await panel.click('button', 'Block Fixture');
    await pollUntil(
      'nobody to wait',
      () => panel.text(WAITING),
      (text) => text === '',
    );
    const fourth = await session.open('/fourth');
    await page.bringToFront();
    await panel.click('[aria-label=Settings]');
    await panel.untilText('the refusals', '#settings-box', /blocked, [3-9] ports refused/);
    expect(await messages()).toBe(before);
    await panel.click('button', 'Take back: Fixture');
    await panel.click('[aria-label=Settings]');
    await fourth.reload();
    await page.bringToFront();
    await panel.untilText('that it waits again', WAITING, 'Fixture: content script');
  });

  it('asks in a tab to see which extensions are in development, and admits those by itself', async () => {
    const { browser, system } = session.firefox;
    const before = await messages();
    await panel.untilText('the explanation', WAITING, 'in a tab only');
    await panel.click(`${WAITING} button`, 'Open in a tab');
    const tab = await browser.newPage();
    await tab.goto(`${session.panelUrl}#admission`, { waitUntil: [] });
    const button = await tab.waitForSelector('::-p-text(Let it see)');
    await button?.click();
    await answerPermissionPrompt(system, 'allow');
    await session.until('the messages that waited', ({ model }) => model.totals.messages > before);
    await tab.close();
    await page.bringToFront();
    await pollUntil(
      'nobody to wait',
      () => panel.text(WAITING),
      (text) => text === '',
    );
    await panel.untilText(
      'what is not instrumented',
      '.absent',
      'Fixture: nobody listens: not instrumented',
    );
    expect(await panel.text('.absent')).not.toMatch(/content script|Porthole: not/);
  });
});

describe('an extension that was installed for good', () => {
  const folder = temporaryFolder();
  let session: Session;
  let page: Page;
  let panel: PanelUser;

  beforeAll(async () => {
    session = await startSession({ prefs: { 'xpinstall.signatures.required': false } });
    const { firefox } = session;
    const report = await instrumentExtension({
      source: fixturePath('content-script'),
      out: join(folder.path, 'installed.xpi'),
      instrumentation: INSTRUMENTATION,
    });
    await grant(firefox.system, FIXTURE, { permissions: [], origins: report.hostPermissions });
    await installFile(firefox, report.out);
    page = await session.open('/first');
    await page.bringToFront();
    panel = await PanelUser.open(firefox);
  });

  afterAll(async () => {
    await session?.close();
    await folder.remove();
  });

  const messages = async (): Promise<number> => (await session.recorded()).model.totals.messages;
  const settings = (): Promise<void> => panel.click('[aria-label=Settings]');

  /** Opens a page, waits until its content script was turned down or waits, and closes it. */
  async function visit(path: string, until: () => Promise<unknown>): Promise<void> {
    const visited = await session.open(path);
    await page.bringToFront();
    await until();
    await visited.close();
    await page.bringToFront();
  }

  it('waits, and nothing of it is kept in the store', async () => {
    const text = await panel.untilText('the waiting extension', WAITING, '2 contexts wait');
    expect(text).toContain('Fixture: content script');
    expect(text).toContain('installed, not loaded for development');
    expect(text).not.toContain('its own word');
    const { model, segments } = await session.recorded();
    expect([[...model.contexts.values()], segments]).toEqual([[], []]);
    const shot = process.env['PORTHOLE_SCREENSHOTS'];
    if (shot !== undefined) await panel.handle.screenshot(join(shot, 'admission.png'));
  });

  it('is recorded when it is allowed, with what it captured while it waited', async () => {
    await visit('/gone', () => panel.untilText('a third context', WAITING, '3 contexts wait'));
    await panel.click('button', 'Allow Fixture');
    // Three posts and their three answers, of the page that is there and of the one that went.
    const { model } = await session.until('the messages of both pages', ({ model: seen }) => {
      // A context may be read after its messages; and until both ends are reported, one connection is two.
      const pages = [...seen.contexts.values()].map(({ url }) => new URL(url).pathname);
      return (
        seen.totals.messages === 12 &&
        seen.totals.connections === 2 &&
        ['/first', '/gone'].every((page) => pages.includes(page))
      );
    });
    expect(model.totals.gaps).toBe(0);
    await pollUntil(
      'the waiting extension to be gone from the panel',
      () => panel.text(WAITING),
      (text) => text === '',
    );
  });

  it('stays allowed when Porthole’s background starts again', async () => {
    const before = await messages();
    await stopBackground(session.firefox.system, PORTHOLE);
    await visit('/second', () =>
      session.until('the second page', ({ model }) => model.totals.messages >= before + 6),
    );
    await panel.untilText('nobody who waits', WAITING, /^$/);
  });

  it('waits again when that is taken back, and is rejected when it is blocked', async () => {
    await settings();
    await panel.click('button', 'Take back: Fixture');
    await settings();
    await panel.untilText('that it waits again', WAITING, 'Fixture: content script');
    const before = await messages();
    await panel.click('button', 'Block Fixture');
    await settings();
    await visit('/third', () =>
      panel.untilText('the refusals', '#settings-box', /blocked, [2-9] ports refused/),
    );
    expect(await messages()).toBe(before);
    await panel.untilText('nobody who waits', WAITING, /^$/);
  });

  it('stays blocked when Porthole’s background starts again, until that is taken back', async () => {
    const before = await messages();
    await stopBackground(session.firefox.system, PORTHOLE);
    await visit('/fourth', () =>
      panel.untilText('the refusals since then', '#settings-box', /blocked, [1-9] ports? refused/),
    );
    expect(await messages()).toBe(before);
    await panel.click('button', 'Take back: Fixture');
    await settings();
    await visit('/fifth', () =>
      panel.untilText('that it waits again', WAITING, 'installed, not loaded for development'),
    );
    expect(await messages()).toBe(before);
  });
});
