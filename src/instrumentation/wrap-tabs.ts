/** Wraps `tabs.connect`, which only extension pages have. */

import type { ConnectTarget } from '../protocol/events.js';
import { epochNow } from './originals.js';
import { callOriginal, type Patches } from './patch.js';
import type { PortWatcher } from './ports.js';
import type { NativeApi, NativePort } from './webext-types.js';

/** @param api `browser` or `chrome` */
export function wrapTabs(api: NativeApi, ports: PortWatcher, patches: Patches): void {
  patches.wrap(api.tabs, 'connect', (original) => {
    const wrapper = function connect(this: unknown, ...args: unknown[]): unknown {
      const at = epochNow();
      const port = callOriginal(original, this, args) as NativePort;
      ports.opened(port, 'tabs.connect', tabTarget(args[0], args[1]), wrapper, at);
      return port;
    };
    return wrapper;
  });
}

/** Arguments of `tabs.connect`, which the native call has found valid. */
function tabTarget(tabId: unknown, info: unknown): ConnectTarget {
  const { frameId, documentId } = (info ?? {}) as Record<string, unknown>;
  // Undefined is left out of JSON text, null would not be.
  const target = { tabId, frameId: frameId ?? undefined, documentId: documentId ?? undefined };
  return target as ConnectTarget;
}
