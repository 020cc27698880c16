/** Wraps `runtime.connect`. */

import type { ConnectTarget } from '../protocol/events.js';
import { epochNow } from './originals.js';
import { callOriginal, type Patches } from './patch.js';
import type { PortWatcher } from './ports.js';
import type { AnyFunction, NativeApi, NativePort } from './webext-types.js';
import { idOf } from './wrap-requests.js';

/**
 * What the instrumentation passes to `runtime.connect` to ask whether that is wrapped already: natively a
 * symbol is refused with "Incorrect argument types" before anything happens.
 */
const PROBE = Symbol.for('porthole@webext-devtools/instrumented');

/** @returns whether another copy of the instrumentation has wrapped this context already */
export function isInstrumented(connect: AnyFunction): boolean {
  try {
    return connect(PROBE) === PROBE;
  } catch {
    return false;
  }
}

/** @param api `browser` or `chrome` */
export function wrapConnect(api: NativeApi, ports: PortWatcher, patches: Patches): void {
  patches.wrap(api.runtime, 'connect', function connect(original, receiver, args) {
    if (args[0] === PROBE) return PROBE;
    const at = epochNow();
    const port = callOriginal(original, receiver, args) as NativePort;
    // Undefined is left out of JSON text.
    const target = { extensionId: idOf(args[0]) } as ConnectTarget;
    ports.opened(port, 'runtime.connect', target, connect, at);
    return port;
  });
}
