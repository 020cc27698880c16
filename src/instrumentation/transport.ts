/** How a context reaches the collector: by default a `runtime.Port` of its own, opened with the native API. */

import { PORTHOLE_ID, REPORT_PORT } from '../protocol/constants.js';
import type { FromContext, ToContext } from '../protocol/report.js';
import { callOriginal } from './patch.js';
import type { AnyFunction, NativePort, NativeRuntime } from './webext-types.js';

export interface TransportHandlers {
  message(message: ToContext): void;
  /** The other side went away; `error` when it could not be reached at all. */
  closed(error: string | null): void;
}

export interface Channel {
  send(message: FromContext): void;
  close(): void;
}

export interface Transport {
  /**
   * Reaching the collector goes through the host's background, which must never be woken for it: open only
   * while the host itself talks to it.
   */
  readonly borrowed?: boolean;
  /** @throws what the native `connect()` throws, such as "Extension context invalidated" */
  open(handlers: TransportHandlers): Channel;
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
  return (handlers) => {
    const port = callOriginal(connect, runtime, args) as NativePort;
    port.onMessage.addListener((message: unknown) => handlers.message(message as ToContext));
    port.onDisconnect.addListener(() => handlers.closed(port.error?.message ?? null));
    return {
      send: (message) => void port.postMessage(message),
      close: () => void port.disconnect(),
    };
  };
}
