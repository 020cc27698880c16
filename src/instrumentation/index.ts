/**
 * Instruments the context it runs in: wraps the messaging API and reports what passes through it to
 * Porthole. Must run before any code of the host.
 */

import { instrumentContext, type InstrumentOptions } from './context.js';
import { createRelay, NO_RELAY } from './relay.js';
import { userScriptTransport } from './user-script-transport.js';
import { whenGranted } from './when-granted.js';
import { wrapScripting } from './wrap-scripting.js';
import { wrapNative } from './wrap-native.js';
import { wrapTabs } from './wrap-tabs.js';
import { wrapUserScripts } from './wrap-user-scripts.js';

export type { InstrumentOptions } from './context.js';
export type { Channel, Transport, TransportHandlers } from './transport.js';

/**
 * Instruments any kind of context; see {@link instrumentContext}.
 *
 * @returns a function that takes the instrumentation out again
 */
export function instrument(options: InstrumentOptions): () => void {
  return instrumentContext(
    options,
    {
      // Who brings a transport is the collector's own page: its user scripts reach the collector themselves.
      createRelay: options.transport === undefined ? createRelay : () => NO_RELAY,
      wrapCalls(...args) {
        wrapTabs(...args);
        wrapNative(...args);
      },
      wrapInjections(...args) {
        wrapUserScripts(...args);
        wrapScripting(...args);
      },
      whenGranted,
    },
    options.kind === 'user-script' ? userScriptTransport : undefined,
  );
}
