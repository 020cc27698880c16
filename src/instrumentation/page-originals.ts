/** Natives that extension pages alone have use for, captured as those of `originals.ts` are. */

import { apply, getOwnPropertyDescriptor } from './originals.js';

const RequestCtor = XMLHttpRequest;
const { open, send } = RequestCtor.prototype;
const { addEventListener } = EventTarget.prototype;
const responseType = getOwnPropertyDescriptor(RequestCtor.prototype, 'responseType');
const responseText = getOwnPropertyDescriptor(RequestCtor.prototype, 'responseText');

/** Where the page's extension lives: `moz-extension://…/`. */
export const ownRoot = `${location.origin}/`;

/**
 * Reads a file of the page's own extension. Nothing of it shows in the page: Firefox makes no entry of performance for
 * such a file, has no policy for it (not even `connect-src`), and shows it to no `webRequest` listener. A request, not
 * `fetch`, which answers 200 for a file that is not there, and with promises that go through the host's prototypes.
 *
 * @param url under {@link ownRoot}
 * @param done is given the text, or null where there is no such file; called later
 */
export function readOwnFile(url: string, done: (text: string | null) => void): void {
  const request = new RequestCtor();
  apply(addEventListener, request, [
    'load',
    () => done(apply(responseText?.get as () => string, request, [])),
  ]);
  apply(addEventListener, request, ['error', () => done(null)]);
  apply(open, request, ['GET', url]);
  apply(responseType?.set as (type: string) => void, request, ['text']);
  apply(send, request, []);
}
