/**
 * Sees every message that reaches a port, before any listener of the host does: Firefox hands one object to
 * all of them, and they can change it.
 *
 * A listener of ours beside the host's would do, but in a background that Firefox may stop, it tells its
 * parent process of every single call of a listener ("background-script-reset-idle"): a second listener
 * costs about as much as the message. So ours is there only while the host has none; else the host's own
 * listeners are wrapped, and the first to be called with a message tells of it.
 */

import { replaceListeners, type Ear } from './listeners.js';
import { safeMap, safeWeakMap } from './originals.js';
import { callOriginal, wrap } from './patch.js';
import type { AnyFunction, NativeEvent } from './webext-types.js';

/** A function Firefox calls. */
interface Hearing extends Ear {
  /** How many messages had reached the port when it was called last, or added. */
  heard: number;
}

/**
 * @param onMessage of a port that no listener was added to yet
 * @param deliver is told of each message once, and must not throw; `listeners` is how many the host has
 * @returns to be called when the port has closed: Firefox keeps the listeners of a closed port, and what they
 *   refer to, for as long as the context lives
 */
export function watchDeliveries(
  onMessage: NativeEvent,
  deliver: (message: unknown, listeners: number) => void,
): () => void {
  const { addListener, removeListener } = onMessage;
  const ears = safeWeakMap<AnyFunction, Hearing>();
  /** The host's, in the order in which Firefox calls them. */
  const order = safeMap<AnyFunction, Hearing>();
  let messages = 0;

  function createEar(listener?: AnyFunction): Hearing {
    const ear: Hearing = {
      listener(this: unknown, ...args) {
        // Who comes first was not called with this message before, unless it follows one that just left.
        if (ear === first && ear.heard === messages) {
          messages += 1;
          deliver(args[0], order.size);
        }
        ear.heard = messages;
        return listener && callOriginal(listener, this, args);
      },
      heard: 0,
    };
    return ear;
  }

  const own = createEar();
  let first = own;
  callOriginal(addListener, onMessage, [own.listener]);

  function update(listener: AnyFunction, ear: Hearing, isThere: boolean): void {
    if (!isThere) order.delete(listener);
    else if (order.get(listener) === undefined) {
      ear.heard = messages;
      order.set(listener, ear);
    }
    const before = first;
    first = own;
    order.forEach((other) => {
      if (first === own) first = other;
    });
    if (first === before) return;
    own.heard = messages;
    callOriginal(first === own ? addListener : removeListener, onMessage, [own.listener]);
  }

  replaceListeners(onMessage, wrap, ears, createEar, update);
  return () => void callOriginal(removeListener, onMessage, [own.listener]);
}
