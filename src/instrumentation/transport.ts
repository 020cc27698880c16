/** How a context reaches the collector: by default a `runtime.Port` of its own, opened with the native API. */

import { PORTHOLE_ID, REPORT_PORT } from '../protocol/constants.js';
import type { FromContext, ToContext } from '../protocol/report.js';
import { callOriginal } from './patch.js';
import type { AnyFunction, NativePort, NativeRuntime } from './webext-types.js';

/** What of a `runtime.Port` it takes. */
export interface Channel {
  postMessage(message: FromContext): void;
  disconnect(): void;
}

export interface Transport {
  /**
   * Reaching the collector goes through the host's background, which must never be woken for it: open only
   * while the host itself talks to it.
   */
  readonly borrowed?: boolean;
  /**
   * @param closed the other side went away, or, `unreachable`, there was none
   * @throws what the native `connect()` throws, such as "Extension context invalidated"
   */
  open(message: (message: ToContext) => void, closed: (unreachable: boolean) => void): Channel;
  /** Called whenever the host has talked to whoever lends the line, or was talked to; may close the line. */
  awake?(): void;
}

const INFO = { name: REPORT_PORT };

/** @param runtime the native `runtime`, before it is patched */
export function portTransport(runtime: NativeRuntime): Transport {
  return { open: portOpener(runtime, [PORTHOLE_ID, INFO]) };
}

/**
 * @param runtime the native `runtime`, before it is patched
 * @param args what `connect` is called with; by default those of a port to the own extension
 * @returns what opens a channel over a port
 */
export function portOpener(
  runtime: NativeRuntime,
  args: readonly unknown[] = [INFO],
): Transport['open'] {
  const connect: AnyFunction = runtime.connect;
  return (message, closed) => {
    const port = callOriginal(connect, runtime, args) as NativePort;
    // Not the functions themselves, which would be given more.
    port.onMessage.addListener((told: unknown) => message(told as ToContext));
    port.onDisconnect.addListener(() => closed(!!port.error));
    return port;
  };
}
