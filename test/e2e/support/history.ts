/**
 * Walks a tab through its history, and closes it, as the browser's buttons do. A page may come out of the back/forward cache, and
 * puppeteer, which then misses its load event, waits for it in vain at every later navigation: once a tab was walked
 * here, all its ways must be.
 */
import type { Page } from 'puppeteer-core';
import type { PrivilegedWindow } from '../../../src/cli/firefox/privileged.js';
import type { System } from '../../../src/cli/firefox/system.js';
import { pollUntil } from './poll.js';

/**
 * Selects the page's tab; resolves when it shows another document, loaded.
 *
 * @param where an address, or a button of the browser
 */
export async function walk(
  system: System,
  page: Page,
  where: 'back' | 'forward' | 'reload' | URL,
): Promise<void> {
  await page.bringToFront();
  const before = await system.evaluate(selectedDocument);
  await system.evaluate(leave, where instanceof URL ? where.href : where);
  await pollUntil(
    `the page to go ${String(where)}`,
    async () => ({
      now: await system.evaluate(selectedDocument),
      // There is no document to ask while one takes the place of the other.
      shown: await page.evaluate(() => `${document.readyState} ${location.href}`).catch(() => ''),
    }),
    ({ now, shown }) => now.window !== before.window && shown === `complete ${now.address}`,
  );
}

/** Unlike puppeteer's way, this asks the page first. */
export async function closeSelectedTab(system: System): Promise<void> {
  await system.evaluate(closeTab);
}

function closeTab(window: PrivilegedWindow): void {
  const tabs = window.gBrowser as unknown as {
    selectedTab: unknown;
    removeTab(tab: unknown): void;
  };
  tabs.removeTab(tabs.selectedTab);
}

interface SelectedBrowser {
  readonly currentURI: { readonly spec: string };
  readonly browsingContext: {
    readonly currentWindowGlobal: { readonly innerWindowId: number };
  };
  goBack(): void;
  goForward(): void;
  reload(): void;
  fixupAndLoadURIString(url: string, options: { triggeringPrincipal: unknown }): void;
}

function leave(window: PrivilegedWindow, where: string): void {
  const { selectedBrowser } = window.gBrowser as unknown as { selectedBrowser: SelectedBrowser };
  const { scriptSecurityManager } = window.Services as unknown as {
    scriptSecurityManager: { getSystemPrincipal(): unknown };
  };
  if (where === 'back') selectedBrowser.goBack();
  else if (where === 'forward') selectedBrowser.goForward();
  else if (where === 'reload') selectedBrowser.reload();
  else {
    const triggeringPrincipal = scriptSecurityManager.getSystemPrincipal();
    selectedBrowser.fixupAndLoadURIString(where, { triggeringPrincipal });
  }
}

function selectedDocument(window: PrivilegedWindow): { address: string; window: number } {
  const { selectedBrowser } = window.gBrowser as unknown as { selectedBrowser: SelectedBrowser };
  return {
    address: selectedBrowser.currentURI.spec,
    window: selectedBrowser.browsingContext.currentWindowGlobal.innerWindowId,
  };
}
