/** The relay's lines to Porthole: one for each user script world that reports through this page. */

import { PORTHOLE_ID, RELAY_PORT } from '../protocol/constants.js';
import type { RelayHeader } from '../protocol/report.js';
import { callOriginal } from './patch.js';
import { senderFacts } from './ports.js';
import type { AnyFunction, NativePort, NativeRuntime } from './webext-types.js';

/**
 * @param sender whose line it is, as the browser said to a listener of the host
 * @throws what the native `connect()` throws
 */
export type ConnectToPorthole = (sender: unknown) => NativePort;

/** @param runtime the native `runtime`, before it is patched */
export function connectToPorthole(runtime: NativeRuntime): ConnectToPorthole {
  const connect: AnyFunction = runtime.connect;
  return (sender) => {
    const port = callOriginal(connect, runtime, [PORTHOLE_ID, { name: RELAY_PORT }]) as NativePort;
    const header: RelayHeader = { type: 'relayed', sender: senderFacts(sender) };
    port.postMessage(header);
    return port;
  };
}
