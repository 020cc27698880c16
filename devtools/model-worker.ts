/** Entry of the panel's worker: holds the recording off the main thread, which the inspected extension shares. */

import './worker/worker-texts.js';
import type { ToWorker } from './worker-protocol.js';
import { Desk, type DeskParts } from './worker/desk.js';

declare function importScripts(url: string): void;

/** Parts that are scripts of their own; loaded at once, as a classic worker can: nobody has to wait for an answer. */
const parts: DeskParts = {
  get queryLanguage() {
    return load('queryLanguage', 'query-language.js');
  },
  get rowDetails() {
    return load('rowDetails', 'row-details.js');
  },
  get rowSorting() {
    return load('rowSorting', 'row-sorting.js');
  },
  get FindingsKeeper() {
    return load('FindingsKeeper', 'findings.js');
  },
  get tree() {
    return load('tree', 'tree.js');
  },
  get views() {
    return load('views', 'views.js');
  },
  get traceFiles() {
    return load('traceFiles', 'trace-files.js');
  },
};

function load<Name extends keyof DeskParts>(name: Name, url: string): DeskParts[Name] {
  const scope = globalThis as Partial<DeskParts>;
  if (scope[name] === undefined) importScripts(url);
  return scope[name] as DeskParts[Name];
}

const browser = `firefox/${/Firefox\/([\d.]+)/.exec(navigator.userAgent)?.[1] ?? 'unknown'}`;
const desk = new Desk((message) => postMessage(message), parts, browser);
addEventListener('message', (event: MessageEvent<ToWorker>) => desk.receive(event.data));
