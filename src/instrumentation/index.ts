/**
 * Instruments the context it runs in: wraps the messaging API and reports what passes through it to
 * Porthole. Must run before any code of the host.
 */

import { instrumentContext, type InstrumentOptions } from './context.js';
import { withOwnFiles } from './own-files.js';
import type { ContextKind } from '../protocol/report.js';
import { createRelay, NO_RELAY } from './relay.js';
import { portTransport, type Transport } from './transport.js';
import { createPatches } from './undo.js';
import { userScriptTransport } from './user-script-transport.js';
import type { NativeRuntime } from './webext-types.js';
import { wrapPageApi } from './wrap-page-api.js';

export type { InstrumentOptions } from './context.js';
export { withOwnFiles } from './own-files.js';
export type { Channel, Transport } from './transport.js';

const pageTransport = (runtime: NativeRuntime): Transport => withOwnFiles(portTransport(runtime));
const TRANSPORTS = {
  'content-script': portTransport,
  'user-script': userScriptTransport,
  background: pageTransport,
  page: pageTransport,
} satisfies Record<ContextKind, (runtime: NativeRuntime) => Transport>;

/**
 * Instruments any kind of context; see {@link instrumentContext}.
 *
 * @returns a function that takes the instrumentation out again: puts every native function back and closes the
 *   line; ports that are open then stay patched but are no longer recorded
 */
export function instrument(options: InstrumentOptions): () => void {
  const patches = createPatches();
  const stop = instrumentContext(
    options,
    TRANSPORTS[options.kind],
    wrapPageApi(
      patches,
      // Who brings a transport is the collector's own page: its user scripts reach the collector themselves.
      options.transport === undefined ? createRelay : () => NO_RELAY,
      options.kind === 'background',
    ),
  );
  return () => {
    patches.undo();
    stop();
  };
}
