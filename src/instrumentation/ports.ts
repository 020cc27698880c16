/** Watches `runtime.Port` objects: patched in place, so that the host keeps the very object Firefox gave it. */

import type {
  AcceptApi,
  AcceptedEvent,
  ConnectTarget,
  DisconnectedEvent,
  OpenApi,
  OpenedEvent,
  SenderFacts,
} from '../protocol/events.js';
import type { CallSite, CallSites } from './call-site.js';
import { watchDeliveries } from './deliveries.js';
import { errorText } from './error-text.js';
import { append, copyOfStart, epochNow, safeMap, safeWeakMap } from './originals.js';
import { callOriginal, createPatches, type Patches, type Wrapper } from './patch.js';
import { recordPayload } from './record-payload.js';
import type { Reporter } from './reporter.js';
import { snapshotDelivered, snapshotPosted, withoutClone, type PostSnapshot } from './snapshot.js';
import type { NativeEvent, NativePort } from './webext-types.js';

type Origin =
  | {
      readonly role: 'opener';
      readonly api: OpenApi;
      readonly target: ConnectTarget;
      readonly site: CallSite | null;
    }
  | { readonly role: 'acceptor'; readonly api: AcceptApi; readonly sender: SenderFacts };

type TakeMessage = (message: unknown) => PostSnapshot;

/** What must be known of an endpoint to state it; holds no reference to the port. */
interface PortState {
  readonly id: number;
  readonly at: number;
  readonly name: string;
  readonly origin: Origin;
  posted: number;
  delivered: number;
  /** {@link Reporter.generation} in which it was stated; 0 when it was missed so far, -1 before that. */
  stated: number;
}

export interface PortWatcher {
  /**
   * Never throws.
   *
   * @param wrapper what ran in the place of the function the host called, for the call site
   * @param at when it was called: once the native function has returned the port may be accepted already
   * @param take what a message is that is posted there, and what to post in its place
   */
  opened(
    port: NativePort,
    api: OpenApi,
    target: ConnectTarget,
    wrapper: Wrapper,
    at: number,
    take?: TakeMessage,
  ): void;
  /** Harmless when the port is watched already; never throws. */
  accepted(port: NativePort, api: AcceptApi): void;
  /** States what the collector has not heard: open ports, and the end of ports it takes for open. */
  restate(): void;
}

/** @returns a watcher that records through `reporter` */
export function createPortWatcher(reporter: Reporter, callSites: CallSites): PortWatcher {
  const watched = safeWeakMap<NativePort, true>();
  const open = safeMap<number, PortState>();
  /** Ends of stated ports that could not be recorded: no more than there were stated ports open at once. */
  let untold: { readonly event: DisconnectedEvent; readonly generation: number }[] = [];
  let lastId = 0;

  function site(wrapper: Wrapper): CallSite | null {
    return reporter.callSites() ? callSites.capture(wrapper) : null;
  }

  function siteId(callSite: CallSite | null): number {
    return callSite === null ? 0 : callSites.idOf(callSite);
  }

  function state(port: PortState): void {
    const { id, at, name, origin, posted, delivered } = port;
    const weight = port.stated === -1 ? 1 : 0;
    port.stated = 0;
    const event: OpenedEvent | AcceptedEvent =
      origin.role === 'opener'
        ? [
            'opened',
            id,
            at,
            origin.api,
            name,
            origin.target,
            siteId(origin.site),
            posted,
            delivered,
          ]
        : ['accepted', id, at, origin.api, name, origin.sender, posted, delivered];
    if (reporter.record(event, null, weight)) port.stated = reporter.generation();
  }

  function watch(
    port: NativePort,
    origin: Origin,
    capture: boolean,
    at: number,
    take: TakeMessage = snapshotPosted,
  ): void {
    watched.set(port, true);
    lastId += 1;
    const endpoint: PortState = {
      id: lastId,
      at,
      name: copyOfStart(port.name),
      origin,
      posted: 0,
      delivered: 0,
      stated: capture ? -1 : 0,
    };
    open.set(endpoint.id, endpoint);
    if (capture) state(endpoint);

    const patches = createPatches();
    patchPosting(port, endpoint, patches, take);
    watchClosing(port, endpoint, patches, recordDeliveries(port.onMessage, endpoint, patches));
  }

  function patchPosting(
    port: NativePort,
    self: PortState,
    patches: Patches,
    take: TakeMessage,
  ): void {
    patches.wrap(port, 'postMessage', function postMessage(original, receiver, args) {
      if (!reporter.wanted()) {
        const result = callOriginal(original, receiver, args);
        self.posted += 1;
        reporter.lenderAwake();
        return result;
      }
      const at = epochNow();
      const taken = take(args[0]);
      const where = site(postMessage);
      if (args.length > 0) args[0] = taken.value;
      let result: unknown;
      let thrown: { readonly error: unknown } | undefined;
      try {
        result = callOriginal(original, receiver, args);
        self.posted += 1;
      } catch (error) {
        thrown = { error };
      }
      if (!thrown) reporter.lenderAwake();
      const reason = thrown && errorText(thrown.error);
      const whereId = siteId(where);
      // What the browser does not carry for the host it does not carry for us.
      const snapshot = thrown ? withoutClone(taken.snapshot, reason) : taken.snapshot;
      const { id, posted } = self;
      recordPayload(
        reporter,
        thrown
          ? ['refused', id, at, reason as string, whereId]
          : ['posted', id, at, posted, whereId],
        snapshot,
      );
      if (thrown) throw thrown.error;
      return result;
    });
  }

  function recordDeliveries(onMessage: NativeEvent, self: PortState, patches: Patches): () => void {
    return watchDeliveries(onMessage, patches, (message, listeners) => {
      self.delivered += 1;
      reporter.lenderAwake();
      if (!reporter.wanted()) return;
      const { id, delivered } = self;
      const at = epochNow();
      recordPayload(
        reporter,
        ['delivered', id, at, delivered, listeners],
        snapshotDelivered(message),
      );
    });
  }

  function watchClosing(
    port: NativePort,
    self: PortState,
    patches: Patches,
    release: () => void,
  ): void {
    const { onDisconnect } = port;
    const { addListener, removeListener } = onDisconnect;
    const closed = (
      by: 'self' | 'other',
      error: string | null,
      where: CallSite | null,
      capture: boolean,
    ): void => {
      if (!open.delete(self.id)) return;
      release();
      callOriginal(removeListener, onDisconnect, [closedByOther]);
      const { id, posted, delivered } = self;
      const at = epochNow();
      const weight = self.stated > 0 ? 0 : 1;
      const event = (whereId: number): DisconnectedEvent => [
        'disconnected',
        id,
        at,
        by,
        error,
        whereId,
        posted,
        delivered,
      ];
      if (capture && reporter.record(event(siteId(where)), null, weight)) return;
      const generation = reporter.generation();
      if (self.stated === generation) append(untold, { event: event(0), generation });
    };
    const wanted = (): boolean => reporter.wanted(self.stated > 0 ? 0 : 1);
    const closedByOther = (): void => {
      if (open.get(self.id) === undefined) return;
      const error = port.error?.message;
      closed('other', error ? copyOfStart(error) : null, null, wanted());
    };
    callOriginal(addListener, onDisconnect, [closedByOther]);
    patches.wrap(port, 'disconnect', function disconnect(original, receiver, args) {
      const capture = open.get(self.id) !== undefined && wanted();
      const where = capture ? site(disconnect) : null;
      const result = callOriginal(original, receiver, args);
      closed('self', null, where, capture);
      return result;
    });
  }

  return {
    opened(port, api, target, wrapper, at, take) {
      try {
        reporter.lenderAwake();
        const capture = reporter.wanted();
        watch(
          port,
          { role: 'opener', api, target, site: capture ? site(wrapper) : null },
          capture,
          at,
          take,
        );
      } catch {
        // No port as we know them; the host has what the browser gave it.
      }
    },
    accepted(port, api) {
      try {
        if (watched.get(port)) return;
        const capture = reporter.wanted();
        watch(
          port,
          { role: 'acceptor', api, sender: senderFacts(port.sender) },
          capture,
          epochNow(),
        );
      } catch {
        // As above.
      }
    },
    restate() {
      const generation = reporter.generation();
      const ends = untold;
      untold = [];
      for (let i = 0; i < ends.length; i += 1) {
        const end = ends[i] as (typeof ends)[number];
        if (end.generation === generation && !reporter.record(end.event, null, 0)) {
          append(untold, end);
        }
      }
      open.forEach((port) => {
        if (port.stated !== generation) state(port);
      });
    },
  };
}

/** @param sender a `runtime.MessageSender`: https://developer.mozilla.org/docs/Mozilla/Add-ons/WebExtensions/API/runtime/MessageSender */
export function senderFacts(sender: unknown): SenderFacts {
  const { id, url, tab, frameId, documentId, contextId, envType, userScriptWorldId } = (sender ??
    {}) as Record<string, unknown>;
  const tabId = (tab as { id?: unknown } | undefined)?.id;
  // What is undefined is left out where these become JSON text.
  return {
    id,
    // The address of a page can be a whole document, as `data:`.
    url: typeof url === 'string' ? copyOfStart(url) : undefined,
    tabId,
    frameId,
    documentId,
    contextId,
    envType,
    userScriptWorldId,
  } as SenderFacts;
}
