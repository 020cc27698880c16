/**
 * Instruments the context it runs in: wraps the messaging API and reports what passes through it to
 * Porthole. Must run before any code of the host.
 */

import { instrumentContext, type InstrumentOptions } from './context.js';
import { createRelay, NO_RELAY } from './relay.js';
import { createPatches } from './undo.js';
import { userScriptTransport } from './user-script-transport.js';
import { wrapPageApi } from './wrap-page-api.js';

export type { InstrumentOptions } from './context.js';
export type { Channel, Transport } from './transport.js';

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
    options.kind === 'user-script' ? userScriptTransport : undefined,
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
