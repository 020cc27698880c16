/** Puts functions of ours in the place of the host's listeners, so that adding, removing and asking keep their meaning. */

import { callOriginal, type Wrap } from './patch.js';
import type { AnyFunction, NativeEvent } from './webext-types.js';

/** What stands for a listener of the host. */
export interface Ear {
  /** Added to the event in its place. */
  readonly listener: AnyFunction;
}

/**
 * A listener that was added before this is called stays as it is.
 *
 * @param ears by the host's listener, for good: adding the same listener twice stays one listener. Objects that stand
 *   for one event, as in `browser` and `chrome`, share them.
 * @param changed called after each call of the host that names a listener, with whether its ear is on the event now,
 *   and whether it was before
 */
export function replaceListeners<E extends Ear>(
  event: NativeEvent,
  wrap: Wrap,
  ears: WeakMap<AnyFunction, E>,
  create: (listener: AnyFunction) => E,
  changed: (listener: AnyFunction, ear: E, isThere: boolean, wasThere: boolean) => void,
): void {
  const { hasListener } = event;
  const has = (listener: AnyFunction): boolean =>
    callOriginal(hasListener, event, [listener]) as boolean;

  replace('addListener');
  replace('removeListener');
  replace('hasListener');

  function replace(key: keyof NativeEvent): void {
    wrap(event, key, function changeListeners(original, receiver, args) {
      const listener = args[0] as AnyFunction;
      if (typeof listener !== 'function') return callOriginal(original, receiver, args);
      let ear = ears.get(listener);
      if (ear === undefined) {
        if (has(listener)) return callOriginal(original, receiver, args);
        ears.set(listener, (ear = create(listener)));
      }
      args[0] = ear.listener;
      const wasThere = has(ear.listener);
      const result = callOriginal(original, receiver, args);
      changed(listener, ear, has(ear.listener), wasThere);
      return result;
    });
  }
}
