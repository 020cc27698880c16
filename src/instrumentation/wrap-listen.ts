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
import type {
  AnyFunction,
  NativeApi,
  NativeEvent,
  NativePort,
  NativeRuntime,
} from './webext-types.js';

/** What only extension pages have. */
export interface ListenParts {
  /** Takes the report ports of the host's user scripts, which arrive where the host listens for its own. */
  readonly relay: Relay;
  whenGranted(api: NativeApi, attempt: () => boolean): void;
}

/** @param api `browser` or `chrome` */
export function wrapListen(
  api: NativeApi,
  ports: PortWatcher,
  patches: Patches,
  page: ListenParts | undefined,
): void {
  const runtime = api.runtime as NativeRuntime;
  for (const key of ['onConnect', 'onConnectExternal', 'onUserScriptConnect'] as const) {
    const attempt = (): boolean => {
      const event = runtime[key];
      if (event === undefined) return false;
      wrapEvent(event, `runtime.${key}`, ports, page?.relay, patches);
      return true;
    };
    if (!attempt()) page?.whenGranted(api, attempt);
  }
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
