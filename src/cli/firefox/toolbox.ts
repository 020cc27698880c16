/** Opens the real toolbox on a tab, with the panel "Porthole" in it, and reaches into the panel. */
import { writeFile } from 'node:fs/promises';
import type { BrowserElement, PrivilegedWindow } from './privileged.js';
import type { Json, System } from './system.js';

export interface ToolboxOptions {
  /** Where the toolbox docks; at the bottom unless said. */
  readonly side?: 'bottom' | 'right';
  /** Height (or width, at the right) in CSS pixels. */
  readonly size?: number;
}

/** A panel that has not come up by then is not coming. */
const OPEN_TIMEOUT_MS = 30_000;

/**
 * Opens the toolbox on the selected tab and selects Porthole's panel.
 *
 * @throws Error when the panel does not come up
 */
export async function openToolbox(
  system: System,
  { side = 'bottom', size = 420 }: ToolboxOptions = {},
): Promise<PanelHandle> {
  await system.evaluate(showPanel, side, size, OPEN_TIMEOUT_MS);
  return new PanelHandle(system);
}

/** The panel of the toolbox on the selected tab. */
export class PanelHandle {
  readonly #system: System;
  #calls = 0;

  constructor(system: System) {
    this.#system = system;
  }

  /**
   * Calls a function in the panel's document. It travels as source text and sees its arguments and nothing
   * else of this program; the window it gets is an Xray view, the page's own globals are not there.
   *
   * @param fn a named function; its name stands in errors
   * @returns what the function returned, through JSON
   * @throws Error with the function's message when it throws
   */
  async evaluate<A extends readonly Json[], R>(
    fn: (panel: Window & typeof globalThis, ...args: A) => R | Promise<R>,
    ...args: A
  ): Promise<R> {
    this.#calls += 1;
    const reply = `porthole:evaluated:${String(process.pid)}:${String(this.#calls)}`;
    // A frame script may not use eval, so each call is a script of its own.
    const script = `(async () => {
      let answer;
      try {
        const value = await (${fn.toString()})(content, ...${JSON.stringify(args)});
        answer = { value: JSON.stringify(value) ?? 'null' };
      } catch (error) {
        answer = { error: String(error) };
      }
      sendAsyncMessage(${JSON.stringify(reply)}, JSON.stringify(answer));
    })();`;
    const answer = JSON.parse(
      await this.#system.evaluate(
        callInPanel,
        `data:application/javascript;charset=utf-8,${encodeURIComponent(script)}`,
        reply,
      ),
    ) as { readonly value: string } | { readonly error: string };
    if ('error' in answer) throw new Error(`In the panel, ${fn.name}: ${answer.error}`);
    return JSON.parse(answer.value) as R;
  }

  /** Writes a picture of the panel as PNG. */
  async screenshot(path: string): Promise<void> {
    await savePng(path, await this.#system.evaluate(draw, 'panel'));
  }
}

/** Writes a picture of the whole browser window, toolbox included, as PNG. */
export async function windowScreenshot(system: System, path: string): Promise<void> {
  await savePng(path, await system.evaluate(draw, 'window'));
}

async function savePng(path: string, dataUrl: string): Promise<void> {
  await writeFile(path, Buffer.from(dataUrl.slice(dataUrl.indexOf(',') + 1), 'base64'));
}

async function showPanel(
  window: PrivilegedWindow,
  side: 'bottom' | 'right',
  size: number,
  timeoutMs: number,
): Promise<void> {
  const { require } = window.ChromeUtils.importESModule(
    'resource://devtools/shared/loader/Loader.sys.mjs',
  );
  const { gDevTools } = require('devtools/client/framework/devtools');
  const deadline = Date.now() + timeoutMs;
  async function until<T>(what: string, find: () => T | null | undefined): Promise<T> {
    for (;;) {
      const found = find();
      if (found) return found;
      if (Date.now() > deadline) throw new Error(`${what} did not come up in ${timeoutMs} ms`);
      await new Promise((resolve) => window.setTimeout(resolve, 50));
    }
  }

  window.Services.prefs.setIntPref('devtools.toolbox.footer.height', size);
  window.Services.prefs.setIntPref('devtools.toolbox.sidebar.width', size);
  const tab = window.gBrowser.selectedTab;
  const toolbox = await gDevTools.showToolboxForTab(tab, { hostType: side });
  const { id } = await until('the panel Porthole', () =>
    toolbox
      .getAdditionalTools()
      .find((tool) => tool.id.startsWith('webext-devtools-panel-') && tool.label === 'Porthole'),
  );
  await toolbox.selectTool(id);
  const panel = (): BrowserElement | null | undefined =>
    toolbox.doc
      .querySelector<HTMLIFrameElement>(`iframe[id*="${id}"]`)
      ?.contentDocument?.querySelector<BrowserElement>('browser');
  await until('the document of the panel Porthole', () =>
    panel()?.currentURI?.spec.startsWith('moz-extension:'),
  );
  window.portholePanel = panel;
}

async function callInPanel(
  window: PrivilegedWindow,
  script: string,
  reply: string,
): Promise<string> {
  const manager = window.portholePanel?.()?.messageManager;
  if (!manager) throw new Error('the panel Porthole is not open');
  return await new Promise((resolve) => {
    const listener = ({ data }: { readonly data: string }): void => {
      manager.removeMessageListener(reply, listener);
      resolve(data);
    };
    manager.addMessageListener(reply, listener);
    manager.loadFrameScript(script, false);
  });
}

async function draw(window: PrivilegedWindow, what: 'panel' | 'window'): Promise<string> {
  const context =
    what === 'window' ? window.browsingContext : window.portholePanel?.()?.browsingContext;
  if (!context) throw new Error('the panel Porthole is not open');
  const picture = await context.currentWindowGlobal.drawSnapshot(
    null,
    window.devicePixelRatio,
    'white',
  );
  const canvas = new window.OffscreenCanvas(picture.width, picture.height);
  canvas.getContext('2d')?.drawImage(picture, 0, 0);
  const reader = new window.FileReader();
  reader.readAsDataURL(await canvas.convertToBlob());
  return await new Promise((resolve) => {
    reader.onload = () => resolve(reader.result as string);
  });
}
