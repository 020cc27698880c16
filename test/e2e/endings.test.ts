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
import { setEnabled } from './support/addon.js';
import { expectAgreement } from './support/agreement.js';
import { backgroundState, stopBackground } from './support/background.js';
import { closeSelectedTab } from './support/history.js';
import { pollUntil } from './support/poll.js';
import { fixturePath, INSTRUMENTATION, startSession, type Session } from './support/session.js';

const ID = 'endings@fixture.porthole';

const folder = temporaryFolder();
let session: Session;

beforeAll(async () => {
  session = await startSession({ extensions: ['endings', 'no-receiver'] });
});

afterAll(async () => {
  await session?.close();
  await folder.remove();
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
  await untilOpen(page.url());
  return page;
}

async function untilOpen(url: string): Promise<void> {
  const { pathname } = new URL(url);
  await session.until(`the port of ${pathname}`, ({ model }) =>
    [...model.connections.values()].some(
      ({ name, acceptors, messages }) =>
        name === pathname && acceptors.length === 1 && messages === 1,
    ),
  );
}

/** Keeps the document out of the back/forward cache. */
async function uncached(page: Page): Promise<void> {
  await page.evaluate(() => addEventListener('unload', () => undefined));
}

/** Kills the process of the tab that shows this address; no other tab may be in it. */
async function crash(page: Page): Promise<void> {
  process.kill(await session.firefox.system.evaluate(processOf, page.url()), 'SIGKILL');
}

interface TabBrowser {
  readonly tabs: readonly Tab[];
  selectedTab: Tab;
  discardBrowser(tab: Tab, force: boolean): boolean;
}
interface Tab {
  readonly linkedBrowser: {
    readonly currentURI: { readonly spec: string };
    readonly browsingContext: { readonly currentWindowGlobal: { readonly osPid: number } };
  };
}
type BrowserWindow = PrivilegedWindow & { readonly gBrowser: TabBrowser };

function processOf(window: PrivilegedWindow, url: string): number {
  const { tabs } = (window as BrowserWindow).gBrowser;
  const tab = tabs.find(({ linkedBrowser }) => linkedBrowser.currentURI.spec === url);
  if (tab === undefined) throw new Error(`no tab shows ${url}`);
  return tab.linkedBrowser.browsingContext.currentWindowGlobal.osPid;
}

function discard(window: PrivilegedWindow, url: string): boolean {
  const { gBrowser } = window as BrowserWindow;
  const tab = gBrowser.tabs.find(({ linkedBrowser }) => linkedBrowser.currentURI.spec === url);
  return tab !== undefined && gBrowser.discardBrowser(tab, true);
}

/** Opens the address in a window of its own. */
async function openWindow(window: PrivilegedWindow, url: string): Promise<void> {
  const { OpenBrowserWindow, Services } = window as unknown as {
    OpenBrowserWindow(): Window & {
      readonly gBrowserInit: { readonly idleTasksFinished: { readonly promise: Promise<void> } };
      readonly gBrowser: {
        readonly selectedBrowser: {
          fixupAndLoadURIString(url: string, options: { triggeringPrincipal: unknown }): void;
        };
      };
    };
    readonly Services: { readonly scriptSecurityManager: { getSystemPrincipal(): unknown } };
  };
  const opened = OpenBrowserWindow();
  await new Promise((resolve) => opened.addEventListener('load', resolve, { once: true }));
  await opened.gBrowserInit.idleTasksFinished.promise;
  const triggeringPrincipal = Services.scriptSecurityManager.getSystemPrincipal();
  opened.gBrowser.selectedBrowser.fixupAndLoadURIString(url, { triggeringPrincipal });
}

/** Closes the window whose tab in front shows this address, as its button does. */
function closeWindow(window: PrivilegedWindow, url: string): void {
  const { Services } = window as unknown as {
    readonly Services: {
      readonly wm: {
        getEnumerator(type: string): Iterable<{
          readonly gBrowser: { readonly selectedBrowser: Tab['linkedBrowser'] };
          readonly BrowserCommands: { tryToCloseWindow(): void };
        }>;
      };
    };
  };
  for (const each of Services.wm.getEnumerator('navigator:browser')) {
    if (each.gBrowser.selectedBrowser.currentURI.spec === url) {
      each.BrowserCommands.tryToCloseWindow();
    }
  }
}

async function uninstall(window: PrivilegedWindow, id: string): Promise<void> {
  const { AddonManager } = window.ChromeUtils.importESModule(
    'resource://gre/modules/AddonManager.sys.mjs',
  );
  const addon = (await AddonManager.getAddonByID(id)) as unknown as {
    uninstall(): Promise<void>;
  } | null;
  await addon?.uninstall();
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
  await session.until('ports to nobody, and no others', (recorded) => {
    const { ports } = told(recorded.model, 'to-nobody');
    return ports.length > 0 && ports.every((port) => port === 'no-receiver, undefined');
  });
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
    await expectTold('/cached', { ports: ['tab-closed, content-script'] });
  });

  it('that is left for one in which nothing reports', async () => {
    const page = await opened('/abandoned');
    await uncached(page);
    await page.goto('about:blank');
    await expectTold('/abandoned', {
      ports: ['navigated, content-script'],
      rows: ['started', 'unloaded: navigated'],
    });
    await page.close();
  });

  it('whose tab is closed, by the person and by a driver', async () => {
    const first = await opened('/closed?frames=1');
    await first.bringToFront();
    await closeSelectedTab(session.firefox.system);
    await expectTold('/closed', { ports: ['tab-closed, content-script'] });
    await expectTold('/frame/0', {
      ports: ['frame-removed, content-script', 'tab-closed, content-script'],
    });
    const second = await opened('/driven');
    await second.close();
    await expectTold('/driven', { ports: ['tab-closed, content-script'] });
  });

  it('whose window is closed', async () => {
    const url = `${session.origin}/window`;
    await session.firefox.system.evaluate(openWindow, url);
    await untilOpen(url);
    await session.firefox.system.evaluate(closeWindow, url);
    await expectTold('/window', { ports: ['tab-closed, content-script'] });
  });

  it('whose tab Firefox unloads', async () => {
    const page = await opened('/discarded');
    const front = await opened('/front');
    await front.bringToFront();
    expect(await session.firefox.system.evaluate(discard, page.url())).toBe(true);
    await expectTold('/discarded', { ports: ['discarded, content-script'] });
    await page.close().catch(() => undefined);
    await front.close();
  });

  it('whose process crashes, the tab being in front', async () => {
    const page = await opened('/crashes?frames=1');
    await page.bringToFront();
    await crash(page);
    await expectTold('/crashes', {
      ports: ['crashed, content-script'],
      rows: ['started', 'ended: crashed'],
    });
    await page.close().catch(() => undefined);
    await expectTold('/crashes', { ports: ['crashed, content-script'] });
  });

  it('whose process crashes, the tab being in the back', async () => {
    const page = await opened('/crashes-behind');
    const front = await session.firefox.browser.newPage();
    await front.bringToFront();
    await crash(page);
    await expectTold('/crashes-behind', {
      ports: ['crashed, content-script'],
      rows: ['started', 'ended: crashed'],
    });
    await page.close().catch(() => undefined);
    await front.close();
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
    await expectTold('page', { ports: ['tab-closed, page'] });
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
    await setEnabled(session.firefox, ID, false);
    await expectTold('/disabled', { rows: ['started', 'ended: disabled'] });
    const { model } = await session.recorded();
    expect(told(model, '/disabled').ports[0]).toMatch(/^disabled, /);
    expect(backgrounds(model).at(-1)).toMatch(/, disabled$/);
    await setEnabled(session.firefox, ID, true);
    await session.until(
      'the extension again',
      (recorded) => backgrounds(recorded.model).at(-1) === 'enabled, lives',
    );
    await page.close();
  });

  it('that is disabled while its background sleeps', async () => {
    const page = await opened('/sleeping');
    await stopBackground(session.firefox.system, ID);
    await expectTold('/sleeping', { ports: ['suspended, background'] });
    await setEnabled(session.firefox, ID, false);
    await expectTold('/sleeping', { rows: ['started', 'ended: disabled'] });
    await setEnabled(session.firefox, ID, true);
    await page.close();
  });

  it('that is reloaded while its background sleeps', async () => {
    const page = await opened('/dozing');
    await stopBackground(session.firefox.system, ID);
    await expectTold('/dozing', { ports: ['suspended, background'] });
    await reload(session.firefox.system, ID);
    await session.until(
      'the reload',
      ({ model }) => told(model, '/dozing').rows[1] === 'ended: reloaded',
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
  });

  it('that is removed', async () => {
    const page = await opened('/removed');
    await session.firefox.system.evaluate(uninstall, ID);
    await expectTold('/removed', { rows: ['started', 'ended: uninstalled'] });
    const { model } = await session.recorded();
    expect(told(model, '/removed').ports[0]).toMatch(/^uninstalled, /);
    expect(backgrounds(model).at(-1)).toMatch(/, uninstalled$/);
    await page.close();
  });
});

it('while nothing of what was said is lost, whatever ended', async () => {
  await expectAgreement(session);
});
