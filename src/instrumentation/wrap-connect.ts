/** Wraps `runtime.connect`. */

import { epochNow, isNative } from './originals.js';
import { callOriginal, isStandIn, type Wrap } from './patch.js';
import { portOpened } from './ports.js';
import type { NativePort, NativeRuntime } from './webext-types.js';
import { ownTarget } from './wrap-requests.js';

/**
 * Whether somebody was here before: another copy of the instrumentation, or code of the host that put a `connect`
 * of its own in place, through which all that we say would pass.
 *
 * Looks first at what extensions hardly ever replace; a user script has but the last two.
 */
export function isTaken({ onMessage, sendMessage, connect }: NativeRuntime): boolean {
  return (
    isStandIn(onMessage?.hasListener) ||
    isStandIn(sendMessage) ||
    isStandIn(connect) ||
    !isNative(connect)
  );
}

/** @param runtime of `browser` or `chrome` */
export function wrapConnect(runtime: NativeRuntime | undefined, wrap: Wrap): void {
  wrap(runtime, 'connect', function connect(original, receiver, args) {
    const at = epochNow();
    const port = callOriginal(original, receiver, args) as NativePort;
    portOpened(port, 'runtime.connect', ownTarget(args[0]), connect, at);
    return port;
  });
}
