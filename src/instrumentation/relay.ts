/**
 * Hands on the reports of the host's user scripts. A user script world cannot name another extension, so
 * its report port arrives here; a port of our own carries it to Porthole, message by message, unread.
 */

import { PORTHOLE_ID, RELAY_PORT } from '../protocol/constants.js';
import type { RelayHeader } from '../protocol/report.js';
import { safeWeakMap } from './originals.js';
import { callOriginal } from './patch.js';
import { senderFacts } from './ports.js';
import type { AnyFunction, NativePort, NativeRuntime } from './webext-types.js';

/** Takes a report port of a user script of this extension; harmless when taken already. */
export type Relay = (port: NativePort) => void;

/** @param runtime the native `runtime`, before it is patched */
export function createRelay(runtime: NativeRuntime): Relay {
  const connect: AnyFunction = runtime.connect;
  const taken = safeWeakMap<NativePort, true>();
  return (port) => {
    if (taken.get(port)) return;
    taken.set(port, true);
    try {
      const toPorthole = callOriginal(connect, runtime, [
        PORTHOLE_ID,
        { name: RELAY_PORT },
      ]) as NativePort;
      const header: RelayHeader = { type: 'relayed', sender: senderFacts(port.sender) };
      toPorthole.postMessage(header);
      pipe(port, toPorthole);
      pipe(toPorthole, port);
    } catch {
      // This runs inside a listener of the host. The user script hears that nobody is there.
      port.disconnect();
    }
  };
}

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
