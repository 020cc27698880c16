/**
 * Wraps the host's own listeners on `runtime.onConnect` and its kin. None of ours is added there: with a
 * listener of ours "Receiving end does not exist", the very error people are hunting, would disappear.
 */

import { REPORT_PORT, isReservedPortName } from '../protocol/constants.js';
import type { AcceptApi } from '../protocol/events.js';
import { safeWeakMap } from './originals.js';
import { callOriginal, type Patches } from './patch.js';
import type { PortWatcher } from './ports.js';
import type { Relay } from './relay.js';
import type { AnyFunction, NativeApi, NativeEvent, NativePort } from './webext-types.js';

const EVENTS = {
  onConnect: 'runtime.onConnect',
  onConnectExternal: 'runtime.onConnectExternal',
  onUserScriptConnect: 'runtime.onUserScriptConnect',
} as const satisfies Record<string, AcceptApi>;

/**
 * @param api `browser` or `chrome`
 * @param relay takes the report ports of the host's user scripts, which arrive where the host listens for
 *   its own; extension pages only
 */
export function wrapListen(
  api: NativeApi,
  ports: PortWatcher,
  relay: Relay | undefined,
  patches: Patches,
): void {
  const runtime = api.runtime;
  if (runtime === undefined) return;
  for (const key of ['onConnect', 'onConnectExternal', 'onUserScriptConnect'] as const) {
    const event = runtime[key];
    if (event !== undefined) wrapEvent(event, EVENTS[key], ports, relay, patches);
  }
  if (runtime.onUserScriptConnect !== undefined) return;
  // Firefox has it only once the `userScripts` permission is granted, which is always an optional one.
  const onAdded = api.permissions?.onAdded;
  const later = (): void => {
    const event = runtime.onUserScriptConnect;
    if (event === undefined) return;
    onAdded?.removeListener(later);
    wrapEvent(event, EVENTS.onUserScriptConnect, ports, relay, patches);
  };
  onAdded?.addListener(later);
}

function wrapEvent(
  event: NativeEvent,
  api: AcceptApi,
  ports: PortWatcher,
  relay: Relay | undefined,
  patches: Patches,
): void {
  // One wrapped function per listener, for good: adding the same listener twice stays one listener.
  const wrapped = safeWeakMap<AnyFunction, AnyFunction>();

  function wrappedOf(listener: AnyFunction): AnyFunction {
    let ours = wrapped.get(listener);
    if (ours === undefined) {
      ours = function (this: unknown, ...args: unknown[]): unknown {
        const port = args[0] as NativePort;
        if (isReservedPortName(port.name)) {
          if (api === 'runtime.onUserScriptConnect' && port.name === REPORT_PORT) relay?.(port);
          return undefined;
        }
        ports.accepted(port, api);
        return callOriginal(listener, this, args);
      };
      wrapped.set(listener, ours);
    }
    return ours;
  }

  for (const key of ['addListener', 'removeListener', 'hasListener'] as const) {
    patches.wrap(
      event,
      key,
      (original) =>
        function changeListeners(this: unknown, ...args) {
          if (typeof args[0] === 'function') args[0] = wrappedOf(args[0] as AnyFunction);
          return callOriginal(original, this, args);
        },
    );
  }
}
