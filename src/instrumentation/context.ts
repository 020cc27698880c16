/** What instrumenting a context comes to, whatever kind it is. */

import type { ContextKind, Hello } from '../protocol/report.js';
import { PROTOCOL_VERSION } from '../protocol/version.js';
import { createCallSites } from './call-site.js';
import { copyOfStart, epochNow, onPageTransition } from './originals.js';
import { createPatches, type Patches } from './patch.js';
import { createPortWatcher, type PortWatcher } from './ports.js';
import { createReporter } from './reporter.js';
import { portTransport, type Transport } from './transport.js';
import type { NativeApi, NativeRuntime } from './webext-types.js';
import { isTaken, wrapConnect } from './wrap-connect.js';
import { wrapListen, type Relay, type WhenGranted } from './wrap-listen.js';
import { createReceiptWatcher } from './wrap-receipts.js';
import { createRequestWatcher, type RequestWatcher } from './wrap-requests.js';

export interface InstrumentOptions {
  readonly kind: ContextKind;
  /** How to reach the collector; by default a port opened with the native `runtime.connect`. */
  readonly transport?: Transport;
  /** URL of the script this runs from when it holds nothing else: its frames are left out of call sites. */
  readonly ownScript?: string | null;
}

/** What only extension pages have, apart so that content scripts do not carry its code. */
export interface PageParts {
  /** @param runtime the native `runtime`, before it is patched */
  createRelay(runtime: NativeRuntime): Relay;
  /**
   * Wraps what only extension pages can call.
   *
   * @param silent see {@link RequestWatcher.wrap}
   */
  wrapCalls(
    api: NativeApi,
    ports: PortWatcher,
    requests: RequestWatcher,
    patches: Patches,
    silent: boolean,
  ): void;
  /**
   * Has scripts instrumented that the host puts into pages at run time.
   *
   * @param apis `browser`; then `chrome`, where that is another object
   * @param adopt whether scripts that were registered before are to be looked at
   */
  wrapInjections(apis: readonly NativeApi[], patches: Patches, adopt: boolean): void;
  readonly whenGranted: WhenGranted;
}

/**
 * Does nothing where there is no `runtime.connect` (a user script world without `messaging`, a page's own
 * world) or where the context is instrumented already.
 *
 * @param transportOf makes the transport, where `options` bring none
 * @returns a function that puts every native function back and closes the line; ports that are open then
 *   stay patched but are no longer recorded
 */
export function instrumentContext(
  options: InstrumentOptions,
  page?: PageParts,
  transportOf: (runtime: NativeRuntime) => Transport = portTransport,
): () => void {
  const { browser, chrome } = globalThis as { browser?: NativeApi; chrome?: NativeApi };
  const main = browser ?? chrome;
  const runtime = main?.runtime;
  if (main === undefined || typeof runtime?.connect !== 'function' || isTaken(runtime)) {
    return () => undefined;
  }
  // In an MV2 background or page these are two objects with functions of their own.
  const apis =
    browser !== undefined && chrome !== undefined && chrome.runtime !== browser.runtime
      ? [browser, chrome]
      : [main];

  const transport = options.transport ?? transportOf(runtime);
  const relay = page?.createRelay(runtime);
  let ports: PortWatcher | undefined;
  const reporter = createReporter(transport, hello(options.kind, runtime.getManifest), () =>
    ports?.restate(),
  );
  const callSites = createCallSites(
    (id, stack) => reporter.record(['site', id, stack], null, 0),
    () => reporter.generation(),
    options.ownScript ?? null,
  );
  ports = createPortWatcher(reporter, callSites);

  const patches = createPatches();
  const requests = createRequestWatcher(reporter, callSites, patches);
  for (let i = 0; i < apis.length; i += 1) {
    const api = apis[i] as NativeApi;
    // Without a callback the functions of an object of its own promise nothing.
    const silent = i > 0;
    wrapConnect(api, ports, patches);
    requests.wrapRuntime(api.runtime as NativeRuntime, silent);
    page?.wrapCalls(api, ports, requests, patches, silent);
  }
  wrapListen(apis, ports, createReceiptWatcher(reporter), patches, relay, page?.whenGranted);
  page?.wrapInjections(apis, patches, options.kind === 'background');

  onPageTransition('beforeunload', reporter.leave);
  onPageTransition('pagehide', (persisted) => {
    if (reporter.wanted()) {
      reporter.record(['lifecycle', epochNow(), persisted ? 'frozen' : 'unloaded']);
    }
    reporter.freeze();
  });
  onPageTransition('pageshow', (persisted) => {
    if (!persisted) return;
    reporter.thaw();
    if (reporter.wanted()) reporter.record(['lifecycle', epochNow(), 'thawed']);
  });

  reporter.start();
  return () => {
    patches.undo();
    reporter.stop();
  };
}

function hello(kind: ContextKind, getManifest: (() => Record<string, unknown>) | undefined): Hello {
  const { name, version } = (getManifest?.() ?? {}) as { name?: string; version?: string };
  const facts = {
    type: 'hello',
    protocol: PROTOCOL_VERSION,
    uid: crypto.getRandomValues(new Uint32Array(4)).join('-'),
    kind,
    url: copyOfStart(location.href),
    startedAt: epochNow(),
    // Undefined in user scripts, which the collector takes for absent.
    extensionName: name,
    extensionVersion: version,
  } as const;
  return facts as Hello;
}
