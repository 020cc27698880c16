/** Entry of the panel's worker: holds the recording off the main thread, which the inspected extension shares. */

import type { ToWorker } from './worker-protocol.js';
import type { QueryLanguage } from './worker/query-language.js';
import type { RowDetails } from './worker/row-details.js';
import { Session } from './worker/session.js';
import { storeSource } from './worker/source.js';

declare function importScripts(url: string): void;

/** What scripts of their own bring. */
interface Loaded {
  readonly queryLanguage: QueryLanguage;
  readonly rowDetails: RowDetails;
}

/** At once, as a classic worker can: nobody has to wait for an answer. */
function load<Name extends keyof Loaded>(name: Name, script: string): Loaded[Name] {
  const scope = globalThis as Partial<Loaded>;
  if (scope[name] === undefined) importScripts(script);
  return scope[name] as Loaded[Name];
}

const session = new Session(
  storeSource(),
  (message) => postMessage(message),
  () => load('queryLanguage', 'query-language.js'),
  () => load('rowDetails', 'row-details.js'),
);
addEventListener('message', (event: MessageEvent<ToWorker>) => session.receive(event.data));
