/** Wraps `runtime.connect`. */

import type { ConnectTarget } from '../protocol/events.js';
import { epochNow, isNative } from './originals.js';
import { callOriginal, isStandIn, type Patches } from './patch.js';
import type { PortWatcher } from './ports.js';
import type { NativeApi, NativePort, NativeRuntime } from './webext-types.js';
import { idOf } from './wrap-requests.js';

/**
 * Whether somebody was here before: another copy of the instrumentation, or code of the host that put a `connect`
 * of its own in place, through which all that we say would pass.
 *
 * Looks first at what extensions hardly ever replace; a user script has but the last two.
 */
export function isTaken({ onMessage, onConnect, sendMessage, connect }: NativeRuntime): boolean {
  return (
    isStandIn(onMessage?.hasListener) ||
    isStandIn(onConnect?.hasListener) ||
    isStandIn(sendMessage) ||
    isStandIn(connect) ||
    !isNative(connect)
  );
}

/** @param api `browser` or `chrome` */
export function wrapConnect(api: NativeApi, ports: PortWatcher, patches: Patches): void {
  patches.wrap(api.runtime, 'connect', function connect(original, receiver, args) {
    const at = epochNow();
    const port = callOriginal(original, receiver, args) as NativePort;
    // Undefined is left out of JSON text.
    const target = { extensionId: idOf(args[0]) } as ConnectTarget;
    ports.opened(port, 'runtime.connect', target, connect, at);
    return port;
  });
}
