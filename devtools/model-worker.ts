/** Entry of the panel's worker: holds the recording off the main thread, which the inspected extension shares. */

import type { ToWorker } from './worker-protocol.js';
import type { QueryLanguage } from './worker/query-language.js';
import { Session } from './worker/session.js';
import { storeSource } from './worker/source.js';

declare function importScripts(url: string): void;

/** At once, as a classic worker can: nobody has to wait for an answer. */
function loadQueryLanguage(): QueryLanguage {
  const scope = globalThis as { queryLanguage?: QueryLanguage };
  if (scope.queryLanguage === undefined) importScripts('query-language.js');
  return scope.queryLanguage as QueryLanguage;
}

const session = new Session(storeSource(), (message) => postMessage(message), loadQueryLanguage);
addEventListener('message', (event: MessageEvent<ToWorker>) => session.receive(event.data));
