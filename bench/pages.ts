/** Pages the bench opens: of extensions, and one served on 127.0.0.1. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'puppeteer-core';
import type { Firefox } from '../src/cli/firefox/launch.js';
import type { PrivilegedWindow } from '../src/cli/firefox/privileged.js';

const LOAD_TIMEOUT_MS = 30_000;

/**
 * Opens a page of an installed extension in a tab of its own.
 *
 * @param path inside the extension
 */
export async function openExtensionPage(
  { browser, system }: Firefox,
  id: string,
  path: string,
): Promise<Page> {
  const url = await system.evaluate(extensionUrl, id, path);
  const page = await browser.newPage();
  // Firefox never reports the load event of a moz-extension page.
  await page.goto(url, { waitUntil: [] });
  await page.waitForFunction(
    (wanted) => location.href === wanted && document.readyState === 'complete',
    { timeout: LOAD_TIMEOUT_MS },
    url,
  );
  return page;
}

function extensionUrl(window: PrivilegedWindow, id: string, path: string): string {
  const policy = window.WebExtensionPolicy.getByID(id) as { getURL?(path: string): string } | null;
  if (policy?.getURL === undefined) throw new Error(`${id} is not installed`);
  return policy.getURL(path);
}

export interface LocalPage {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves one empty page. */
export async function servePage(): Promise<LocalPage> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end('<!doctype html><meta charset="utf-8"><title>Bench</title><p>Bench</p>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/**
 * Asks the content script of an extension that the bench made, in a page that is open.
 *
 * @param question sent with `to`, the extension's id; the answer comes with `from`
 * @throws Error when it has not answered in time
 */
export async function askContentScript(
  page: Page,
  id: string,
  question: object,
  timeoutMs: number,
): Promise<unknown> {
  return await page.evaluate(askInPage, id, question, timeoutMs);
}

async function askInPage(id: string, question: object, timeoutMs: number): Promise<unknown> {
  return await new Promise((resolve, reject) => {
    const listener = ({ data }: MessageEvent<{ from?: string }>): void => {
      if (data.from !== id) return;
      clearTimeout(timer);
      window.removeEventListener('message', listener);
      resolve(data);
    };
    const timer = setTimeout(() => {
      window.removeEventListener('message', listener);
      const what = JSON.stringify(question);
      reject(new Error(`the content script of ${id} did not answer ${what}`));
    }, timeoutMs);
    window.addEventListener('message', listener);
    window.postMessage({ to: id, ...question }, '*');
  });
}
