/**
 * Porthole's background, an event page: Firefox stops it when idle and starts it again for an event, so every
 * listener is registered here and now, in this order:
 * 1. the collector's, on the native events, so that reports reach it and nobody else;
 * 2. the instrumentation, which wraps this very page's messaging for the Playground;
 * 3. the Playground's, through the wrapped events.
 */

import '../texts/browser-texts.js';
import browser, { type Runtime } from 'webextension-polyfill';
import { instrument, withOwnFiles } from '../instrumentation/index.js';
import { PANEL_PORT } from '../protocol/index.js';
import { eraseDatabase } from '../store/erase.js';
import { keepOpen } from '../store/reader.js';
import { startPlayground } from '../playground/background-side.js';
import { runExample } from '../playground/run.js';
import { keepAwake } from './awake.js';
import { startCollector, type Collector } from './collector.js';
import { installed, installedExtensions } from './installed.js';
import { createPanels } from './panels.js';
import { watchPlaces } from './places.js';
import { loopback, takeReportPort, trespassed } from './report-ports.js';

const database = keepOpen();
const places = watchPlaces();
const needed = keepAwake(() => void browser.runtime.getPlatformInfo());

let started: Promise<Collector> | null = null;
/** Starts the collector when it is first needed, and again after it could not be started. */
function starting(): Promise<Collector> {
  if (started === null) {
    const attempt = startCollector({
      database,
      needed,
      installed,
      places,
      estimate: () => navigator.storage.estimate(),
      tell: (message) => panels.tell(message),
    });
    started = attempt;
    attempt.catch((error: unknown) => {
      console.error(error);
      if (started === attempt) started = null;
    });
  }
  return started;
}

const panels = createPanels({
  starting,
  erase: () => eraseDatabase(),
  run: runExample,
  post: (text) => playground.post(text),
  installed: installedExtensions,
  ownRoot: browser.runtime.getURL(''),
});

browser.runtime.onConnect.addListener((port) => {
  if (port.name === PANEL_PORT) panels.take(port);
  else takeReportPort(port, 'onConnect', starting);
});
browser.runtime.onConnectExternal.addListener((port) => {
  // Nothing else here listens to other extensions: a port nobody takes would stay open for nothing.
  if (takeReportPort(port, 'onConnectExternal', starting)) return;
  port.disconnect();
  trespassed(port, starting);
});

const onUserScriptReport = (port: Runtime.Port): void => {
  takeReportPort(port, 'onUserScriptConnect', starting);
};
// Absent until the `userScripts` permission is granted.
const listenToUserScripts = (): void => {
  const event = browser.runtime.onUserScriptConnect as
    Runtime.Static['onUserScriptConnect'] | undefined;
  if (event?.hasListener(onUserScriptReport) === false) event.addListener(onUserScriptReport);
};
listenToUserScripts();
browser.permissions.onAdded.addListener(listenToUserScripts);
browser.permissions.onAdded.addListener(({ permissions }) => {
  if (permissions?.includes('management') !== true) return;
  void starting().then((collector) => collector.recheck());
  void installedExtensions().then((extensions) => panels.tell({ type: 'installed', extensions }));
});

instrument({ kind: 'background', transport: withOwnFiles(loopback(starting)) });
const playground = startPlayground();
browser.permissions.onAdded.addListener(() => playground.listen());
