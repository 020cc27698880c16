/** Every way in which a port and its contexts can end, in a real Firefox, and what is said of it. */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'puppeteer-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { install, reload } from '../../src/cli/firefox/extensions.js';
import type { PrivilegedWindow } from '../../src/cli/firefox/privileged.js';
import { temporaryFolder } from '../../src/cli/firefox/processes.js';
import { instrumentExtension } from '../../src/inject/index.js';
import { endingOf } from '../../src/model/endings.js';
import type { Model } from '../../src/model/index.js';
import { backgroundState, stopBackground } from './support/background.js';
import { pollUntil } from './support/poll.js';
import { fixturePath, INSTRUMENTATION, startSession, type Session } from './support/session.js';

const ID = 'endings@fixture.porthole';

let session: Session;

beforeAll(async () => {
  session = await startSession({ extensions: ['endings', 'no-receiver'] });
});

afterAll(async () => {
  await session?.close();
});

interface Told {
  /** State and, once it is closed, how and the kind of context in which. */
  readonly ports: string[];
  /** Lifecycle rows of the opener's context. */
  readonly rows: string[];
}

/** What the model tells of the ports of one name, and of the contexts that opened them. */
function told(model: Model, name: string): Told {
  const connections = [...model.connections.values()].filter((each) => each.name === name);
  const openers = new Set(connections.map(({ opener }) => opener?.context));
  return {
    ports: connections.map((connection) => {
      const { closedHow, closedIn } = endingOf(connection, model.lives);
      const kind = model.contexts.get(closedIn ?? '')?.kind;
      return connection.state === 'open' ? 'open' : `${String(closedHow)}, ${String(kind)}`;
    }),
    rows: [...model.rows].flatMap((row) => {
      if (row.kind !== 'lifecycle' || !openers.has(row.context)) return [];
      const how = model.lives.get(row.context)?.end?.how;
      const ends = row.what === 'unloaded' || row.what === 'ended';
      return [ends ? `${row.what}: ${String(how)}` : row.what];
    }),
  };
}

/** Starts and ends of the extension's backgrounds, in order. */
function backgrounds(model: Model): string[] {
  return [...model.contexts.values()]
    .filter(({ kind, extensionId }) => kind === 'background' && extensionId === ID)
    .sort((a, b) => a.startedAt - b.startedAt)
    .map(({ key }) => {
      const { start, end } = model.lives.get(key) ?? {};
      return `${String(start)}, ${end?.how ?? 'lives'}`;
    });
}

async function expectTold(name: string, expected: Partial<Told>): Promise<void> {
  const holds = (seen: Told): boolean =>
    Object.entries(expected).every(
      ([key, value]) => JSON.stringify(seen[key as keyof Told]) === JSON.stringify(value),
    );
  const { model } = await session
    .until(`what is told of ${name}`, (recorded) => holds(told(recorded.model, name)), 10_000)
    .catch(() => session.recorded());
  expect(told(model, name)).toMatchObject(expected);
}

/** A page whose port is known to be open at both ends. */
async function opened(path: string): Promise<Page> {
  const page = await session.open(path);
  const { pathname } = new URL(page.url());
  await session.until(`the port of ${pathname}`, ({ model }) =>
    [...model.connections.values()].some(
      ({ name, acceptors, messages }) =>
        name === pathname && acceptors.length === 1 && messages === 1,
    ),
  );
  return page;
}

/** Keeps the document out of the back/forward cache. */
async function uncached(page: Page): Promise<void> {
  await page.evaluate(() => addEventListener('unload', () => undefined));
}

async function setEnabled(enabled: boolean): Promise<void> {
  await session.firefox.system.evaluate(enable, ID, enabled);
}

async function enable(window: PrivilegedWindow, id: string, enabled: boolean): Promise<void> {
  const { AddonManager } = window.ChromeUtils.importESModule(
    'resource://gre/modules/AddonManager.sys.mjs',
  );
  const addon = (await AddonManager.getAddonByID(id)) as unknown as Record<
    'enable' | 'disable',
    () => Promise<void>
  > | null;
  await addon?.[enabled ? 'enable' : 'disable']();
}

function processOfTab(window: PrivilegedWindow): number {
  const { gBrowser } = window as unknown as {
    gBrowser: {
      selectedBrowser: { browsingContext: { currentWindowGlobal: { osPid: number } } };
    };
  };
  return gBrowser.selectedBrowser.browsingContext.currentWindowGlobal.osPid;
}

describe('disconnect()', () => {
  it('by the content script', async () => {
    const page = await session.open('/calls?disconnect');
    await expectTold('/calls', { ports: ['disconnect, content-script'] });
    await page.close();
  });

  it('by the background', async () => {
    const page = await session.open('/asks?ask=hang%20up');
    await expectTold('/asks', { ports: ['disconnect, background'] });
    await page.close();
  });
});

it('nobody who listens', async () => {
  const page = await session.open('/nobody');
  const { model } = await session.until('a port to nobody', (recorded) =>
    told(recorded.model, 'to-nobody').ports.includes('no-receiver, undefined'),
  );
  expect(new Set(told(model, 'to-nobody').ports)).toEqual(new Set(['no-receiver, undefined']));
  await page.close();
});

describe('a document', () => {
  it('that is left for another', async () => {
    const page = await opened('/left');
    await uncached(page);
    await page.goto(`${session.origin}/next`);
    await expectTold('/left', {
      ports: ['navigated, content-script'],
      rows: ['started', 'unloaded: navigated'],
    });
    await page.close();
  });

  it('whose frame is removed, and then the page left', async () => {
    const page = await opened('/framing?frames=1');
    await expectTold('/frame/0', { ports: ['open'] });
    await page.evaluate(() => document.querySelector('iframe')?.remove());
    await expectTold('/frame/0', {
      ports: ['frame-removed, content-script'],
      rows: ['started', 'unloaded: frame-removed'],
    });
    await expectTold('/framing', { ports: ['open'] });
    await page.close();
  });

  it('that goes into the back/forward cache, comes back, and goes for good', async () => {
    const page = await opened('/cached');
    await page.goto(`${session.origin}/over`);
    await expectTold('/cached', { ports: ['open'], rows: ['started', 'frozen'] });
    await page.evaluate(() => history.back());
    await expectTold('/cached', { ports: ['open'], rows: ['started', 'frozen', 'thawed'] });
    await page.close();
    await expectTold('/over', { rows: ['started', 'frozen', 'ended: evicted'] });
    // A tab that closes may take the last words of its page along.
    const ends = ['unloaded: closed', 'ended: lost'];
    const closed = ['closed, content-script', 'lost, content-script'];
    await session.until('the end of the tab, and of its port', ({ model }) => {
      const { rows, ports } = told(model, '/cached');
      return ends.includes(rows[3] ?? '') && closed.includes(ports[0] ?? '');
    });
  });

  it('whose process crashes', async () => {
    const page = await opened('/crashes');
    process.kill(await session.firefox.system.evaluate(processOfTab), 'SIGKILL');
    await expectTold('/crashes', {
      ports: ['lost, content-script'],
      rows: ['started', 'ended: lost'],
    });
    await page.close().catch(() => undefined);
  });

  it('that is a page of the extension', async () => {
    const host = await session.firefox.system.evaluate(function hostOf(window, id) {
      return (window.WebExtensionPolicy.getByID(id) as unknown as { mozExtensionHostname: string })
        .mozExtensionHostname;
    }, ID);
    const page = await session.firefox.browser.newPage();
    await page.goto(`moz-extension://${host}/page.html`, { waitUntil: [] });
    await expectTold('page', { ports: ['open'] });
    await page.close();
    await session.until('the end of the page', ({ model }) =>
      ['closed, page', 'lost, page'].includes(told(model, 'page').ports[0] ?? ''),
    );
  });
});

describe('the extension', () => {
  it('whose background is suspended and woken', async () => {
    const before = backgrounds((await session.recorded()).model).length;
    const page = await opened('/suspends');
    await stopBackground(session.firefox.system, ID);
    await expectTold('/suspends', { ports: ['suspended, background'], rows: ['started'] });
    const second = await opened('/wakes');
    const { model } = await session.recorded();
    expect(backgrounds(model).slice(before - 1)).toEqual([
      expect.stringMatching(/, suspended$/),
      'woken, lives',
    ]);
    await page.close();
    await second.close();
  });

  it('that is disabled, and enabled again', async () => {
    const page = await opened('/disabled');
    await setEnabled(false);
    const { model } = await session.until('the end of the extension', (recorded) =>
      (told(recorded.model, '/disabled').ports[0] ?? '').startsWith('removed'),
    );
    expect(told(model, '/disabled').rows).toEqual(['started', 'ended: removed']);
    expect(backgrounds(model).at(-1)).toMatch(/, removed$/);
    await setEnabled(true);
    await session.until(
      'the extension again',
      (recorded) => backgrounds(recorded.model).at(-1)?.startsWith('reloaded') === true,
    );
    await page.close();
  });

  it('that is reloaded', async () => {
    const page = await opened('/reloads');
    await reload(session.firefox.system, ID);
    const { model } = await session.until('the reload', (recorded) =>
      (told(recorded.model, '/reloads').ports[0] ?? '').startsWith('reloaded'),
    );
    expect(told(model, '/reloads').rows.slice(0, 2)).toEqual(['started', 'ended: reloaded']);
    expect(backgrounds(model).at(-1)).toBe('reloaded, lives');
    await page.close();
  });

  it('that is updated', async () => {
    const folder = temporaryFolder();
    const source = join(folder.path, 'source');
    await cp(fixturePath('endings'), source, { recursive: true });
    const manifest = await readFile(join(source, 'manifest.json'), 'utf8');
    await writeFile(
      join(source, 'manifest.json'),
      manifest.replace('"version": "1.0"', '"version": "2.0"'),
    );
    const out = join(folder.path, 'out');
    await instrumentExtension({ source, out, instrumentation: INSTRUMENTATION });
    const page = await opened('/updates');
    await pollUntil(
      'a running background',
      () => backgroundState(session.firefox.system, ID),
      (state) => state === 'running',
    );
    await install(session.firefox.browser, out);
    const { model } = await session.until('the update', (recorded) =>
      (told(recorded.model, '/updates').ports[0] ?? '').startsWith('updated'),
    );
    expect(backgrounds(model).at(-1)).toBe('updated, lives');
    await page.close();
    await folder.remove();
  });
});
