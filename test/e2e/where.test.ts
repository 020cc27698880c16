/** Wherever an extension's code can run: recorded there, and run nowhere else than without the instrumentation. */
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { clickToolbarButton, grant, install, reload } from '../../src/cli/firefox/extensions.js';
import type { DevTools, PrivilegedWindow } from '../../src/cli/firefox/privileged.js';
import { temporaryFolder } from '../../src/cli/firefox/processes.js';
import type { Connection, Model, ModelContext } from '../../src/model/index.js';
import { PORTHOLE_ID } from '../../src/protocol/index.js';
import { expectAgreement } from './support/agreement.js';
import { pollUntil } from './support/poll.js';
import { fixturePath, startSession, type Session } from './support/session.js';

const ID = 'everywhere@fixture.porthole';
const BARE = 'everywhere-bare@fixture.porthole';

let session: Session;
const folder = temporaryFolder();

beforeAll(async () => {
  session = await startSession({ extensions: ['everywhere', 'no-id'] });
  const { browser, system } = session.firefox;
  // The same extension without instrumentation, under another id: what it does is what must be done.
  await cp(fixturePath('everywhere'), folder.path, { recursive: true });
  const manifest = join(folder.path, 'manifest.json');
  await writeFile(manifest, (await readFile(manifest, 'utf8')).replace(ID, BARE));
  // Porthole too: what runs in private windows can only be told to who may be there.
  for (const id of [ID, BARE, PORTHOLE_ID]) {
    await grant(system, id, {
      permissions: ['internal:privateBrowsingAllowed'],
      origins: ['http://127.0.0.1/*'],
    });
  }
  await install(browser, folder.path);
  // Whether it may run in private windows is read when it starts.
  await reload(system, ID);
});

afterAll(async () => {
  await session?.close();
  await folder.remove();
});

/** Connections of a name that were accepted and answered, with their opener's context. */
function talked(model: Model, name: string): [Connection, ModelContext][] {
  return [...model.connections.values()].flatMap((connection) => {
    const context = model.contexts.get(connection.opener?.context ?? '');
    const whole = connection.acceptors.length > 0 && connection.messages >= 2;
    return connection.name === name && whole && context ? [[connection, context] as const] : [];
  }) as [Connection, ModelContext][];
}

async function expectTalk(name: string, count = 1): Promise<ModelContext[]> {
  const { model } = await session
    .until(`«${name}»`, (recorded) => talked(recorded.model, name).length >= count, 20_000)
    .catch(() => session.recorded());
  expect(talked(model, name)).toHaveLength(count);
  return talked(model, name).map(([, context]) => context);
}

/** Names of all ports an extension's contexts have opened, as Firefox routed them. */
async function opened(extension: string): Promise<string[]> {
  const ports = await session.witnessed();
  return ports
    .filter(({ opener }) => opener?.extension === extension)
    .map(({ name }) => name)
    .sort();
}

describe('frames', () => {
  it('of every kind of address, where the manifest says and nowhere else', async () => {
    const page = await session.open('/everywhere?frames=1');
    await page.evaluate(async () => {
      const add = async (change: (frame: HTMLIFrameElement) => void): Promise<void> => {
        const frame = document.createElement('iframe');
        change(frame);
        await new Promise((loaded) => {
          frame.addEventListener('load', loaded);
          document.body.append(frame);
        });
      };
      const html = '<!doctype html><title>inner</title>';
      await add(() => undefined);
      await add((frame) => (frame.src = 'about:blank'));
      await add((frame) => (frame.srcdoc = html));
      await add((frame) => {
        frame.srcdoc = html;
        frame.sandbox.add('allow-scripts');
      });
      await add((frame) => {
        frame.src = URL.createObjectURL(new Blob([html], { type: 'text/html' }));
      });
      await add((frame) => (frame.src = `data:text/html,${html}`));
    });
    const names = {
      'top http:/everywhere': 1,
      'frames http:/everywhere': 1,
      'frames http:/frame/0': 1,
      'blank http:/everywhere': 1,
      'blank http:/frame/0': 1,
      'fallback http:/everywhere': 1,
      'fallback http:/frame/0': 1,
      'blank about:': 3,
      'fallback about:': 4,
      'fallback blob:': 1,
      'fallback data:': 1,
    };
    const seen = async (): Promise<Record<string, number>> => {
      const { model } = await session.recorded();
      const all = [...model.connections.values()].map(({ name }) => [
        name,
        talked(model, name).length,
      ]);
      return Object.fromEntries(all) as Record<string, number>;
    };
    await session
      .until('all frames', ({ model }) =>
        Object.entries(names).every(([name, count]) => talked(model, name).length === count),
      )
      .catch(() => undefined);
    expect(await seen()).toMatchObject(names);
    const both = async (): Promise<string[][]> => [await opened(ID), await opened(BARE)];
    await pollUntil('the bare extension', both, ([ours = [], bare = []]) => {
      return ours.join() === bare.join();
    }).catch(() => undefined);
    const [ours, bare] = await both();
    expect(ours).toEqual(bare);
    await page.close();
  });

  it('with a page of the extension inside a web page', async () => {
    const page = await session.open('/framing');
    const host = await session.firefox.system.evaluate(hostOf, ID);
    await page.evaluate((src) => {
      const frame = document.createElement('iframe');
      frame.src = src;
      document.body.append(frame);
    }, `moz-extension://${host}/framed.html`);
    const [context] = await expectTalk('framed');
    expect(context).toMatchObject({ kind: 'page' });
    expect(context?.frameId).toBeGreaterThan(0);
    await page.close();
  });
});

describe('places of the browser', () => {
  it('the popup of the toolbar button', async () => {
    const page = await session.open('/popup');
    await clickToolbarButton(session.firefox.system, ID);
    const [context] = await expectTalk('popup');
    expect(context).toMatchObject({ kind: 'page', tabId: null });
    await page.close();
  });

  it('the devtools page and its panel', async () => {
    const page = await session.open('/inspected');
    await session.firefox.system.evaluate(showDevtoolsPanel, ID);
    const contexts = [...(await expectTalk('devtools')), ...(await expectTalk('panel'))];
    expect(contexts.map(({ kind, envType }) => [kind, envType])).toEqual([
      ['page', 'devtools_child'],
      ['page', 'devtools_child'],
    ]);
    await page.close();
  });

  it('the options in about:addons', async () => {
    await session.firefox.system.evaluate(showOptions, ID);
    const [context] = await expectTalk('options');
    expect(context?.kind).toBe('page');
  });

  it('the sidebar', async () => {
    await session.firefox.system.evaluate(showSidebar, ID);
    const [context] = await expectTalk('sidebar');
    expect(context).toMatchObject({ kind: 'page', tabId: null });
  });
});

describe('windows and tabs', () => {
  it('of a container', async () => {
    await session.firefox.system.evaluate(openInContainer, `${session.origin}/container`, 2);
    const [context] = await expectTalk('top http:/container');
    expect(context?.kind).toBe('content-script');
  });

  it('private ones', async () => {
    await session.firefox.system.evaluate(openPrivately, `${session.origin}/private`);
    const [context] = await expectTalk('top http:/private');
    expect(context?.kind).toBe('content-script');
    await session.firefox.system.evaluate(closePrivateWindows);
  });
});

it('an extension without an id', async () => {
  const page = await session.open('/without');
  const { model } = await session.until('its port', (recorded) =>
    talked(recorded.model, 'without an id').some(([, { url }]) => url.endsWith('/without')),
  );
  const [[, context] = []] = talked(model, 'without an id');
  expect(context?.extensionId).toMatch(/@temporary-addon$/);
  await page.close();
});

it('agrees with the witness on every port', async () => {
  const comparison = await expectAgreement(session);
  expect(comparison.ports).toBeGreaterThanOrEqual(25);
});

function hostOf(window: PrivilegedWindow, id: string): string {
  const policy = window.WebExtensionPolicy.getByID(id);
  return (policy as unknown as { mozExtensionHostname: string }).mozExtensionHostname;
}

interface BrowserWindow {
  OpenBrowserWindow(options: { private: boolean }): BrowserWindow;
  addEventListener(type: string, listener: () => void, options: { once: boolean }): void;
  readonly gBrowser: {
    selectedTab: unknown;
    addTab(url: string, options: object): unknown;
  };
  readonly delayedStartupPromise: Promise<void>;
  readonly document: Document;
  close(): void;
  readonly Services: {
    readonly scriptSecurityManager: { getSystemPrincipal(): unknown };
    readonly wm: { getEnumerator(type: string): Iterable<BrowserWindow> };
  };
  readonly BrowserAddonUI: { openAddonsMgr(view: string): Promise<unknown> };
  readonly SidebarController: { show(command: string): Promise<unknown> };
}

async function openPrivately(window: PrivilegedWindow, url: string): Promise<void> {
  const main = window as unknown as BrowserWindow;
  const opened = main.OpenBrowserWindow({ private: true });
  await new Promise<void>((done) => {
    opened.addEventListener('load', () => done(), { once: true });
  });
  await opened.delayedStartupPromise;
  const triggeringPrincipal = main.Services.scriptSecurityManager.getSystemPrincipal();
  opened.gBrowser.selectedTab = opened.gBrowser.addTab(url, { triggeringPrincipal });
}

function closePrivateWindows(window: PrivilegedWindow): void {
  const { Services } = window as unknown as BrowserWindow;
  for (const each of Services.wm.getEnumerator('navigator:browser')) {
    if (each.document.documentElement.hasAttribute('privatebrowsingmode')) each.close();
  }
}

function openInContainer(window: PrivilegedWindow, url: string, userContextId: number): void {
  const { gBrowser, Services } = window as unknown as BrowserWindow;
  const triggeringPrincipal = Services.scriptSecurityManager.getSystemPrincipal();
  gBrowser.selectedTab = gBrowser.addTab(url, { userContextId, triggeringPrincipal });
}

async function showOptions(window: PrivilegedWindow, id: string): Promise<void> {
  const { BrowserAddonUI } = window as unknown as BrowserWindow;
  await BrowserAddonUI.openAddonsMgr(`addons://detail/${encodeURIComponent(id)}/preferences`);
}

async function showSidebar(window: PrivilegedWindow, id: string): Promise<void> {
  const { SidebarController } = window as unknown as BrowserWindow;
  const widget = id.toLowerCase().replace(/[^a-z0-9_-]/g, '_');
  await SidebarController.show(`${widget}-sidebar-action`);
}

async function showDevtoolsPanel(window: PrivilegedWindow, id: string): Promise<void> {
  const { require } = window.ChromeUtils.importESModule(
    'resource://devtools/shared/loader/Loader.sys.mjs',
  ) as unknown as { require(path: string): { gDevTools: DevTools } };
  const { gDevTools } = require('devtools/client/framework/devtools');
  const { gBrowser } = window as unknown as { gBrowser: { selectedTab: unknown } };
  const toolbox = await gDevTools.showToolboxForTab(gBrowser.selectedTab, { hostType: 'bottom' });
  const widget = `-${id.replace(/[^a-z0-9]/g, '_')}-`;
  const deadline = Date.now() + 20_000;
  for (;;) {
    const tools = toolbox.getAdditionalTools();
    const tool = tools.find((each) => each.id.includes(widget));
    if (tool !== undefined) {
      await toolbox.selectTool(tool.id);
      return;
    }
    if (Date.now() > deadline) throw new Error(`panels: ${JSON.stringify(tools)}`);
    await new Promise((again) => window.setTimeout(again, 50));
  }
}
