/** Entry of the panel's worker: holds the recording off the main thread, which the inspected extension shares. */

import type { ToWorker } from './worker-protocol.js';
import { Session, type Parts } from './worker/session.js';
import { storeSource } from './worker/source.js';

declare function importScripts(url: string): void;

/** Parts that are scripts of their own; loaded at once, as a classic worker can: nobody has to wait for an answer. */
const parts: Parts = {
  get queryLanguage() {
    return load('queryLanguage', 'query-language.js');
  },
  get rowDetails() {
    return load('rowDetails', 'row-details.js');
  },
  get rowSorting() {
    return load('rowSorting', 'row-sorting.js');
  },
  get tree() {
    return load('tree', 'tree.js');
  },
};

function load<Name extends keyof Parts>(name: Name, url: string): Parts[Name] {
  const scope = globalThis as Partial<Parts>;
  if (scope[name] === undefined) importScripts(url);
  return scope[name] as Parts[Name];
}

const session = new Session(storeSource(), (message) => postMessage(message), parts);
addEventListener('message', (event: MessageEvent<ToWorker>) => session.receive(event.data));
