/** The panel's surroundings in the browser: in a toolbox, or in a tab of its own. */

import browser from 'webextension-polyfill';
import { PANEL_PORT } from '../../src/protocol/constants.js';
import type { FromWorker } from '../worker-protocol.js';
import { copyText } from './clipboard.js';
import type { Permission, Platform } from './platform.js';

const WANTED: Record<Permission, browser.Permissions.Permissions> = {
  pages: { origins: ['<all_urls>'] },
  userScripts: { permissions: ['userScripts'] },
};

/** What of the polyfill's `browser` is there depends on the kind of page. */
const available: Partial<Pick<typeof browser, 'devtools' | 'permissions' | 'tabs'>> = browser;

export function browserPlatform(): Platform {
  const inToolbox = available.devtools?.inspectedWindow !== undefined;
  const tabId = inToolbox ? browser.devtools.inspectedWindow.tabId : tabOfPage();
  return {
    tabId,
    inToolbox,
    connect: () => browser.runtime.connect({ name: PANEL_PORT }),
    startWorker(onMessage, onFault) {
      const worker = new Worker(browser.runtime.getURL('devtools/model-worker.js'));
      worker.addEventListener('message', (event: MessageEvent<FromWorker>) =>
        onMessage(event.data),
      );
      worker.addEventListener('error', (event) => {
        onFault(`The panel’s worker failed: ${event.message ?? 'it could not be loaded'}`);
      });
      return { send: (message) => worker.postMessage(message) };
    },
    hasPermission: async (permission) =>
      (await available.permissions?.contains(WANTED[permission])) ?? null,
    requestPermission: (permission) =>
      available.permissions?.request(WANTED[permission]) ?? Promise.resolve(false),
    onPermissionsChanged(listener) {
      available.permissions?.onAdded.addListener(listener);
      available.permissions?.onRemoved.addListener(listener);
    },
    openInTab() {
      const search = tabId === null ? '' : `?tabId=${tabId}`;
      window.open(browser.runtime.getURL(`devtools/panel.html${search}#playground`));
    },
    copy: copyText,
    load: (key) => localStorage.getItem(`panel.${key}`),
    save: (key, value) => localStorage.setItem(`panel.${key}`, value),
  };
}

/** `panel.html?tabId=7` */
function tabOfPage(): number | null {
  const text = new URLSearchParams(location.search).get('tabId') ?? '';
  return /^\d+$/.test(text) ? Number(text) : null;
}
