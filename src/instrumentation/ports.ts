/** Watches `runtime.Port` objects: patched in place, so that the host keeps the very object Firefox gave it. */

import type { AcceptApi, ConnectTarget, OpenApi, SenderFacts } from '../protocol/events.js';
import type { CallSites } from './call-site.js';
import { epochNow, safeMap, safeWeakMap } from './originals.js';
import { callOriginal, createPatches } from './patch.js';
import type { Reporter } from './reporter.js';
import { snapshotDelivered, snapshotPosted } from './snapshot.js';
import type { AnyFunction, NativeEvent, NativePort } from './webext-types.js';

type Origin =
  | {
      readonly role: 'opener';
      readonly api: OpenApi;
      readonly target: ConnectTarget;
      readonly site: number;
    }
  | { readonly role: 'acceptor'; readonly api: AcceptApi; readonly sender: SenderFacts };

/** What must be known of an endpoint to state it; holds no reference to the port. */
interface PortState {
  readonly id: number;
  readonly at: number;
  readonly name: string;
  readonly origin: Origin;
  posted: number;
  delivered: number;
  listeners: number;
  /** {@link Reporter.generation} in which it was stated. */
  stated: number;
}

export interface PortWatcher {
  /** @param wrapper the patched function the host called, for the call site */
  opened(port: NativePort, api: OpenApi, target: ConnectTarget, wrapper: AnyFunction): void;
  /** Harmless when the port is watched already. */
  accepted(port: NativePort, api: AcceptApi): void;
  /** States every open port the collector has not heard of. */
  restate(): void;
}

/** @returns a watcher that records through `reporter` */
export function createPortWatcher(reporter: Reporter, callSites: CallSites): PortWatcher {
  const watched = safeWeakMap<NativePort, true>();
  const open = safeMap<number, PortState>();
  let lastId = 0;

  function site(wrapper: AnyFunction): number {
    return reporter.callSites() ? callSites.capture(wrapper) : 0;
  }

  function state(port: PortState): void {
    const { id, at, name, origin, posted, delivered } = port;
    const kept =
      origin.role === 'opener'
        ? reporter.record([
            'opened',
            id,
            at,
            origin.api,
            name,
            origin.target,
            origin.site,
            posted,
            delivered,
          ])
        : reporter.record(['accepted', id, at, origin.api, name, origin.sender, posted, delivered]);
    if (kept) port.stated = reporter.generation();
  }

  function watch(port: NativePort, origin: Origin, capture: boolean): void {
    watched.set(port, true);
    lastId += 1;
    const endpoint: PortState = {
      id: lastId,
      at: epochNow(),
      name: port.name,
      origin,
      posted: 0,
      delivered: 0,
      listeners: 0,
      stated: 0,
    };
    open.set(endpoint.id, endpoint);
    if (capture) state(endpoint);

    const patches = createPatches();
    patchPosting(port, endpoint);
    watchDeliveries(port.onMessage, endpoint);
    watchClosing(port, endpoint);

    function patchPosting(target: NativePort, self: PortState): void {
      patches.wrap(
        target,
        'postMessage',
        (original) =>
          function postMessage(this: unknown, ...args) {
            if (!reporter.wanted()) {
              const result = callOriginal(original, this, args);
              self.posted += 1;
              return result;
            }
            const at = epochNow();
            const { snapshot, value } = snapshotPosted(args[0]);
            const where = site(postMessage);
            if (args.length > 0) args[0] = value;
            const { form, bytes, text } = snapshot;
            let result: unknown;
            try {
              result = callOriginal(original, this, args);
            } catch (error) {
              const offset = reporter.payloadOffset();
              const reason = describe(error);
              reporter.record(
                ['refused', self.id, at, reason, where, form, bytes, offset, text.length],
                text,
              );
              throw error;
            }
            self.posted += 1;
            reporter.lenderAwake();
            const offset = reporter.payloadOffset();
            reporter.record(
              ['posted', self.id, at, self.posted, where, form, bytes, offset, text.length],
              text,
            );
            return result;
          },
      );
    }

    function watchDeliveries(onMessage: NativeEvent, self: PortState): void {
      // Ours is the first listener, so it reads the message before any listener of the host can change it:
      // Firefox hands one object to all of them.
      onMessage.addListener((message: unknown) => {
        self.delivered += 1;
        if (!reporter.wanted()) return;
        const at = epochNow();
        const { form, bytes, text } = snapshotDelivered(message);
        reporter.lenderAwake();
        const offset = reporter.payloadOffset();
        const { id, delivered, listeners } = self;
        reporter.record(
          ['delivered', id, at, delivered, listeners, form, bytes, offset, text.length],
          text,
        );
      });
      countListeners(onMessage, self);
    }

    function countListeners(onMessage: NativeEvent, self: PortState): void {
      const has: AnyFunction = onMessage.hasListener;
      for (const [key, step] of [
        ['addListener', 1],
        ['removeListener', -1],
      ] as const) {
        patches.wrap(
          onMessage,
          key,
          (original) =>
            function changeListeners(this: unknown, ...args) {
              const before =
                typeof args[0] === 'function' && callOriginal(has, onMessage, [args[0]]);
              const result = callOriginal(original, this, args);
              const after =
                typeof args[0] === 'function' && callOriginal(has, onMessage, [args[0]]);
              if (before !== after) self.listeners += step;
              return result;
            },
        );
      }
    }

    function watchClosing(target: NativePort, self: PortState): void {
      const closed = (by: 'self' | 'other', error: string | null, where: number): void => {
        if (!open.delete(self.id) || !reporter.wanted()) return;
        const { id, posted, delivered } = self;
        reporter.record(['disconnected', id, epochNow(), by, error, where, posted, delivered]);
      };
      target.onDisconnect.addListener(() => closed('other', target.error?.message ?? null, 0));
      patches.wrap(
        target,
        'disconnect',
        (original) =>
          function disconnect(this: unknown, ...args) {
            const where = open.get(self.id) !== undefined ? site(disconnect) : 0;
            const result = callOriginal(original, this, args);
            closed('self', null, where);
            return result;
          },
      );
    }
  }

  return {
    opened(port, api, target, wrapper) {
      reporter.lenderAwake();
      const capture = reporter.wanted();
      watch(port, { role: 'opener', api, target, site: capture ? site(wrapper) : 0 }, capture);
    },
    accepted(port, api) {
      if (watched.get(port)) return;
      watch(port, { role: 'acceptor', api, sender: senderFacts(port.sender) }, reporter.wanted());
    },
    restate() {
      const generation = reporter.generation();
      open.forEach((port) => {
        if (port.stated !== generation) state(port);
      });
    },
  };
}

function describe(error: unknown): string {
  try {
    return String(error);
  } catch {
    return 'an error that cannot be printed';
  }
}

/** @param sender a `runtime.MessageSender`: https://developer.mozilla.org/docs/Mozilla/Add-ons/WebExtensions/API/runtime/MessageSender */
export function senderFacts(sender: unknown): SenderFacts {
  const { id, url, tab, frameId, documentId, contextId, envType, userScriptWorldId } = (sender ??
    {}) as Record<string, unknown>;
  const facts: Record<string, unknown> = {
    id,
    url,
    tabId: (tab as { id?: unknown } | undefined)?.id,
    frameId,
    documentId,
    contextId,
    envType,
    userScriptWorldId,
  };
  for (const key in facts) if (facts[key] === undefined) delete facts[key];
  return facts as SenderFacts;
}
