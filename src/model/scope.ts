/** What belongs to one tab: the one rule for it. */

import type { Model } from './model.js';
import type { Connection, Request } from './types.js';

/** A tab's share of a recording. A row belongs to the tab when the context or connection it tells of does. */
export interface TabScope {
  /** @returns whether the context lives in the tab */
  context(key: string): boolean;
  /** @returns whether the connection has an end in the tab, instrumented or not */
  connection(connection: Connection): boolean;
  /** @returns whether the request has an end in the tab, instrumented or not */
  request(request: Request): boolean;
  /** @returns whether the extension has a context in the tab */
  extension(id: string): boolean;
  /** @returns whether the context lives in the tab or has a connection or request with an end there */
  reaches(key: string): boolean;
}

/** @returns the tab's share of `model`, which is asked anew each time */
export function tabScope(
  tabId: number,
  model: Pick<Model, 'contexts' | 'connectionsOf' | 'requestsOf'>,
): TabScope {
  const context = (key: string): boolean => model.contexts.get(key)?.tabId === tabId;
  // Whom the opener named, and what the browser told the acceptor, is known of ends that report nothing.
  const connection = ({ target, opener, acceptors }: Connection): boolean =>
    target?.tabId === tabId ||
    (opener !== null && context(opener.context)) ||
    acceptors.some((end) => end.sender?.tabId === tabId || context(end.context));
  const request = ({ target, sender, from, receipts }: Request): boolean =>
    target?.tabId === tabId ||
    sender?.tabId === tabId ||
    (from !== null && context(from)) ||
    receipts.some((receipt) => context(receipt.context));
  const reaches = (key: string): boolean =>
    context(key) ||
    model.connectionsOf(key).some(connection) ||
    some(model.requestsOf(key), request);
  const extension = (id: string): boolean =>
    [...model.contexts.values()].some((each) => each.extensionId === id && each.tabId === tabId);
  return { context, connection, request, extension, reaches };
}

function some<T>(items: Iterable<T>, test: (item: T) => boolean): boolean {
  for (const item of items) if (test(item)) return true;
  return false;
}
