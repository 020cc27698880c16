/**
 * Hands on the reports of the host's user scripts. A user script world cannot name another extension, so
 * its reports arrive here, where the host listens for its own ports and messages; a port of our own carries
 * them to Porthole, unchanged.
 */

import { isReservedPortName, REPORT_PORT } from '../protocol/constants.js';
import type { AcceptApi, ReceiveApi } from '../protocol/events.js';
import { safeWeakMap } from './originals.js';
import { callOriginal } from './patch.js';
import { createLetterBox, isLetter } from './relay-letters.js';
import { connectToPorthole } from './relay-line.js';
import type { AnyFunction, NativePort, NativeRuntime } from './webext-types.js';
import type { WrapListener } from './wrap-listen.js';

/** What hands on the reports of the host's user scripts, which arrive where the host listens for its own. */
export interface Relay {
  /** @returns `wrap`, for listeners that are never called with a port of Porthole's, which is taken */
  aroundConnect(wrap: WrapListener, api: AcceptApi): WrapListener;
  /** @returns `wrap`, for listeners that are never called with a report of a user script, which is taken */
  aroundMessage(wrap: WrapListener, api: ReceiveApi): WrapListener;
}

/** @param runtime the native `runtime`, before it is patched */
export function createRelay(runtime: NativeRuntime): Relay {
  const connect = connectToPorthole(runtime);
  const taken = safeWeakMap<NativePort, true>();
  const letters = createLetterBox(connect);

  function take(port: NativePort): void {
    if (taken.get(port)) return;
    taken.set(port, true);
    try {
      const toPorthole = connect(port.sender);
      pipe(port, toPorthole);
      pipe(toPorthole, port);
    } catch {
      // This runs inside a listener of the host. The user script hears that nobody is there.
      port.disconnect();
    }
  }

  return {
    aroundConnect: (wrap, api) => (listener, all) => {
      const watched = wrap(listener, all);
      return function (this: unknown, ...args) {
        const port = args[0] as NativePort;
        if (!isReservedPortName(port.name)) return callOriginal(watched, this, args);
        if (api === 'runtime.onUserScriptConnect' && port.name === REPORT_PORT) take(port);
        return undefined;
      };
    },
    aroundMessage(wrap, api) {
      if (api !== 'runtime.onUserScriptMessage') return wrap;
      return (listener, all) => {
        const watched = wrap(listener, all);
        return function (this: unknown, ...args) {
          const [message, sender, sendResponse] = args;
          return isLetter(message)
            ? letters(message, sender as object, sendResponse as AnyFunction)
            : callOriginal(watched, this, args);
        };
      };
    },
  };
}

/** For pages that are the collector's own. */
export const NO_RELAY: Relay = {
  aroundConnect: (wrap) => (listener, all) => {
    const watched = wrap(listener, all);
    return function (this: unknown, ...args) {
      const { name } = args[0] as NativePort;
      return isReservedPortName(name) ? undefined : callOriginal(watched, this, args);
    };
  },
  aroundMessage: (wrap) => wrap,
};

function pipe(from: NativePort, to: NativePort): void {
  from.onMessage.addListener((message: unknown) => {
    try {
      to.postMessage(message);
    } catch {
      // Closed at the far end; its onDisconnect closes this one, and the sender resends over the next.
    }
  });
  from.onDisconnect.addListener(() => void to.disconnect());
}
