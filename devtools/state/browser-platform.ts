/** The panel's surroundings in the browser: in a toolbox, or in a tab of its own. */

import { text } from '../../src/texts/index.js';
import browser from 'webextension-polyfill';
import { PANEL_PORT } from '../../src/protocol/constants.js';
import type { FromWorker } from '../worker-protocol.js';
import { copyText } from './clipboard.js';
import { createTheme } from './theme.js';
import type { PanelPermission, Permissions, Platform } from './platform.js';

const WANTED: Record<PanelPermission, browser.Permissions.Permissions> = {
  pages: { origins: ['<all_urls>'] },
  userScripts: { permissions: ['userScripts'] },
  management: { permissions: ['management'] },
};

const SHELF = {
  load: (key: string) => localStorage.getItem(`panel.${key}`),
  save: (key: string, value: string) => localStorage.setItem(`panel.${key}`, value),
};

/** What of the polyfill's `browser` is there depends on the kind of page. */
const available: Partial<Pick<typeof browser, 'devtools' | 'permissions'>> = browser;

/** Whether this page is a panel of a toolbox. */
export function isInToolbox(): boolean {
  return available.devtools?.inspectedWindow !== undefined;
}

export function browserPlatform(): Platform {
  const tabId = isInToolbox() ? browser.devtools.inspectedWindow.tabId : tabOfPage();
  return {
    tabId,
    onNavigated(listener) {
      if (isInToolbox()) browser.devtools.network.onNavigated.addListener(listener);
    },
    connect: () => browser.runtime.connect({ name: PANEL_PORT }),
    startWorker(onMessage, onFault) {
      // Workers are not told the browser's language otherwise.
      const name = browser.i18n.getMessage('@@ui_locale');
      const worker = new Worker(browser.runtime.getURL('devtools/model-worker.js'), { name });
      worker.addEventListener('message', (event: MessageEvent<FromWorker>) =>
        onMessage(event.data),
      );
      worker.addEventListener('error', (event) => {
        onFault(text('worker_failed', { error: event.message ?? text('worker_not_loaded') }));
      });
      return { send: (message) => worker.postMessage(message) };
    },
    permissions: available.permissions === undefined ? null : permissionsOf(available.permissions),
    openInTab(view) {
      const search = tabId === null ? '' : `?tabId=${tabId}`;
      window.open(browser.runtime.getURL(`devtools/panel.html${search}#${view}`));
    },
    copy: copyText,
    download(file, name) {
      const link = document.createElement('a');
      link.href = URL.createObjectURL(file);
      link.download = name;
      link.click();
      // Firefox reads the blob after the click.
      setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    },
    theme: createTheme(isInToolbox(), SHELF),
    ...SHELF,
  };
}

function permissionsOf(api: browser.Permissions.Static): Permissions {
  return {
    has: (permission) => api.contains(WANTED[permission]),
    request: (permission) => api.request(WANTED[permission]),
    onChanged(listener) {
      api.onAdded.addListener(listener);
      api.onRemoved.addListener(listener);
    },
  };
}

/** `panel.html?tabId=7` */
function tabOfPage(): number | null {
  const text = new URLSearchParams(location.search).get('tabId') ?? '';
  return /^\d+$/.test(text) ? Number(text) : null;
}
