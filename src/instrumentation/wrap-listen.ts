/**
 * Wraps the host's own listeners on `runtime.onConnect`, `onMessage` and their kin. None of ours is added
 * there: with a listener of ours "Receiving end does not exist", the very error people are hunting, would
 * disappear.
 */

import type { AcceptApi } from '../protocol/events.js';
import { replaceListeners, type Ear } from './listeners.js';
import { safeWeakMap } from './originals.js';
import { callOriginal, type Wrap } from './patch.js';
import { portAccepted } from './ports.js';
import type { AnyFunction, NativeEvent, NativePort } from './webext-types.js';

/**
 * @param listener the host's
 * @param all how many the host has on that event
 * @returns what stands in its place
 */
export type WrapListener = (listener: AnyFunction, all: { readonly count: number }) => AnyFunction;

/** @returns what watches each port before a listener of the host gets it */
export function watchAccepted(api: AcceptApi): WrapListener {
  return (listener) =>
    function (this: unknown, ...args) {
      portAccepted(args[0] as NativePort, api);
      return callOriginal(listener, this, args);
    };
}

/**
 * @returns what wraps the listeners of an event object, where there is one; for several objects that stand for
 *   one event, as in `browser` and `chrome`, a listener is the same one
 */
export function listenWith(
  wrapListener: WrapListener,
  wrap: Wrap,
): (event: NativeEvent | undefined) => boolean {
  const ears = safeWeakMap<AnyFunction, Ear>();
  const all = { count: 0 };

  return (event) => {
    if (event === undefined) return false;
    replaceListeners(
      event,
      wrap,
      ears,
      (listener) => ({ listener: wrapListener(listener, all) }),
      (_listener, _ear, isThere, wasThere) => {
        all.count += +isThere - +wasThere;
      },
    );
    return true;
  };
}
