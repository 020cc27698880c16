/**
 * Wraps the host's own listeners on `runtime.onConnect`, `onMessage` and their kin. None of ours is added
 * there: with a listener of ours "Receiving end does not exist", the very error people are hunting, would
 * disappear.
 */

import { isReservedPortName } from '../protocol/constants.js';
import type { AcceptApi, ReceiveApi } from '../protocol/events.js';
import { replaceListeners, type Ear } from './listeners.js';
import { safeWeakMap } from './originals.js';
import { callOriginal, type Patches } from './patch.js';
import type { PortWatcher } from './ports.js';
import type {
  AnyFunction,
  NativeApi,
  NativeEvent,
  NativePort,
  NativeRuntime,
} from './webext-types.js';

const CONNECTS = ['onConnect', 'onConnectExternal', 'onUserScriptConnect'] as const;
const MESSAGES = ['onMessage', 'onMessageExternal', 'onUserScriptMessage'] as const;

/** Tries at once, and again when that may have become possible. */
export type WhenGranted = (api: NativeApi, attempt: () => boolean) => void;

/**
 * @param listener the host's
 * @param all how many the host has on that event
 * @returns what stands in its place
 */
export type WrapListener = (listener: AnyFunction, all: { readonly count: number }) => AnyFunction;

/** What hands on the reports of the host's user scripts. */
export interface Relay {
  /** Takes a port if it is a report port of a user script of this extension; harmless when taken already. */
  take(port: NativePort, api: AcceptApi): void;
  /** @returns `wrap`, for listeners that are never called with a report of a user script, which is taken */
  around(wrap: WrapListener, api: ReceiveApi): WrapListener;
}

/**
 * @param apis `browser`; then `chrome`, where that is another object
 * @param messages what to do with the listeners of one-shot messages
 * @param relay takes the reports of the host's user scripts, which arrive where the host listens for its own;
 *   only extension pages have one, and `whenGranted`
 */
export function wrapListen(
  apis: readonly NativeApi[],
  ports: PortWatcher,
  messages: (api: ReceiveApi) => WrapListener,
  patches: Patches,
  relay?: Relay,
  whenGranted?: WhenGranted,
): void {
  const listenOn = (
    key: (typeof CONNECTS)[number] | (typeof MESSAGES)[number],
    wrapListener: WrapListener,
  ): void => {
    const wrapInto = createListenerWraps(wrapListener, patches);
    for (let i = 0; i < apis.length; i += 1) {
      const api = apis[i] as NativeApi;
      const attempt = (): boolean => {
        const event = (api.runtime as NativeRuntime)[key];
        if (event !== undefined) wrapInto(event);
        return event !== undefined;
      };
      if (!attempt()) whenGranted?.(api, attempt);
    }
  };
  for (const key of CONNECTS) {
    listenOn(key, (listener) => acceptWith(listener, `runtime.${key}`));
  }
  for (const key of MESSAGES) {
    const api = `runtime.${key}` as const;
    const watch = messages(api);
    listenOn(key, relay?.around(watch, api) ?? watch);
  }

  function acceptWith(listener: AnyFunction, api: AcceptApi): AnyFunction {
    return function (this: unknown, ...args) {
      const port = args[0] as NativePort;
      if (isReservedPortName(port.name)) {
        relay?.take(port, api);
        return undefined;
      }
      ports.accepted(port, api);
      return callOriginal(listener, this, args);
    };
  }
}

/**
 * @returns what wraps the listeners of an event object; for several objects that stand for one event, as in
 *   `browser` and `chrome`, a listener is the same one
 */
function createListenerWraps(
  wrapListener: WrapListener,
  patches: Patches,
): (event: NativeEvent) => void {
  const ears = safeWeakMap<AnyFunction, Ear>();
  const all = { count: 0 };

  return (event) =>
    replaceListeners(
      event,
      patches,
      ears,
      (listener) => ({ listener: wrapListener(listener, all) }),
      (_listener, _ear, isThere, wasThere) => {
        all.count += +isThere - +wasThere;
      },
    );
}
