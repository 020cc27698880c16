/** Wraps `tabs.connect` and `tabs.sendMessage`, which only extension pages have. */

import type { ConnectTarget } from '../protocol/events.js';
import { epochNow } from './originals.js';
import { callOriginal, type Wrap } from './patch.js';
import { portOpened } from './ports.js';
import { snapshotSent } from './snapshot.js';
import type { NativeApi, NativePort } from './webext-types.js';
import { idOf, wrapSend, type SendForm } from './wrap-requests.js';

/**
 * @param api `browser` or `chrome`
 * @param silent without a callback a call returns nothing: `chrome` where it is not `browser`
 */
export function wrapTabs(api: NativeApi, wrap: Wrap, silent: boolean): void {
  wrap(api.tabs, 'connect', function connect(original, receiver, args) {
    const at = epochNow();
    const port = callOriginal(original, receiver, args) as NativePort;
    portOpened(port, 'tabs.connect', tabTarget(args[0], args[1]), connect, at);
    return port;
  });
  wrapSend(api.tabs, 'sendMessage', TABS, wrap, silent);
}

const TABS: SendForm = {
  api: 'tabs.sendMessage',
  messageAt: () => 1,
  target: (args) => tabTarget(args[0], args[2]),
  take: snapshotSent,
};

/** Arguments of `tabs.connect` and `tabs.sendMessage`, which the native call has found valid. */
function tabTarget(tabId: unknown, options: unknown): ConnectTarget {
  const { frameId, documentId } = (options ?? {}) as Record<string, unknown>;
  // Undefined is left out of JSON text, null would not be.
  return {
    __proto__: null,
    tabId,
    frameId: frameId ?? undefined,
    documentId: idOf(documentId),
  } as object as ConnectTarget;
}
