/** What instrumenting a context comes to, whatever kind it is. */

import type { ContextKind, Hello } from '../protocol/report.js';
import { PROTOCOL_VERSION } from '../protocol/version.js';
import { copyOfStart, epochNow, onPageTransition } from './originals.js';
import { watchGetter, wrap } from './patch.js';
import { restatePorts } from './ports.js';
import { freeze, leave, record, start, stop, thaw, wanted } from './reporter.js';
import { portTransport, type Transport } from './transport.js';
import type { NativeApi, NativeRuntime } from './webext-types.js';
import { isTaken, wrapConnect } from './wrap-connect.js';
import { listenWith, watchAccepted } from './wrap-listen.js';
import { watchReceipts } from './wrap-receipts.js';
import { wrapRuntimeSend } from './wrap-requests.js';

export interface InstrumentOptions {
  readonly kind: ContextKind;
  /** How to reach the collector; by default a port opened with the native `runtime.connect`. */
  readonly transport?: Transport;
  /** Stack taken in the script this runs from when it holds nothing else: its frames are no call sites. */
  readonly ownStack?: string;
}

/** Wraps the API of a context; `main` is `browser`, where there is one. */
export type WrapApi = (main: NativeApi) => void;

/**
 * Does nothing where there is no `runtime.connect` (a user script world without `messaging`, a page's own
 * world) or where the context is instrumented already.
 *
 * Once in the life of a context: what it keeps, it keeps in its modules.
 *
 * @param wrapApi wraps what this kind of context has; by default the little that content and user scripts have
 * @param transportOf makes the transport, where `options` bring none
 * @returns a function that closes the line: nothing is recorded any more
 */
export function instrumentContext(
  options: InstrumentOptions,
  transportOf: (runtime: NativeRuntime) => Transport = portTransport,
  wrapApi: WrapApi = wrapScriptApi,
): () => void {
  const { browser, chrome } = globalThis as { browser?: NativeApi; chrome?: NativeApi };
  const main = browser ?? chrome;
  const runtime = main?.runtime;
  if (main === undefined || typeof runtime?.connect !== 'function' || isTaken(runtime)) {
    return () => undefined;
  }
  // Before the API is wrapped: this takes the native functions.
  const transport = options.transport ?? transportOf(runtime);
  wrapApi(main);

  onPageTransition('beforeunload', leave);
  onPageTransition('pagehide', (persisted) => {
    if (wanted()) record(`"lifecycle","${persisted ? 'frozen' : 'unloaded'}"`);
    freeze();
  });
  onPageTransition('pageshow', (persisted) => {
    if (!persisted) return;
    thaw();
    if (wanted()) record('"lifecycle","thawed"');
  });

  start(transport, hello(options, runtime.getManifest), restatePorts);
  return stop;
}

/** Content scripts have one API object, and no events but these; user scripts have not even those. */
function wrapScriptApi({ runtime }: NativeApi): void {
  const { onConnect, onMessage } = runtime as NativeRuntime;
  wrapConnect(runtime, wrap);
  wrapRuntimeSend(runtime as NativeRuntime, wrap, watchGetter, false);
  listenWith(watchAccepted('runtime.onConnect'), wrap)(onConnect);
  listenWith(watchReceipts('runtime.onMessage'), wrap)(onMessage);
}

function hello(
  { kind, ownStack }: InstrumentOptions,
  getManifest: (() => Record<string, unknown>) | undefined,
): Hello {
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
    ownStack,
    mutes: true,
  } as const;
  return facts as Hello;
}
