/** Turns the ports that contexts report on into lines of the collector. */

import { text } from '../texts/index.js';
import type { Runtime } from 'webextension-polyfill';
import { senderFacts } from '../protocol/guards.js';
import { PORTHOLE_ID, RELAY_PORT, REPORT_PORT } from '../protocol/index.js';
import { NewerDatabaseError } from '../store/reader.js';
import type { Transport } from '../instrumentation/index.js';
import type { Collector } from './collector.js';
import type { Link, LinkEnd, Origin, Route } from './link.js';

/** Gives the collector once it has started; rejects when it cannot. */
export type Starting = () => Promise<Collector>;

/**
 * @param kind the event the port came from
 * @returns whether it was a port to report on; it is taken then
 */
export function takeReportPort(
  port: Runtime.Port,
  kind: 'onConnect' | 'onUserScriptConnect' | 'onConnectExternal',
  starting: Starting,
): boolean {
  const route = routeOf(port.name, kind);
  if (route === null) return false;
  const sender = senderFacts(port.sender);
  const link = portLink(port);
  const end = attach({ route, extensionId: sender.id ?? '', sender }, link, starting);
  port.onMessage.addListener((message) => end.message(message));
  port.onDisconnect.addListener(() => end.closed());
  return true;
}

/** Leaves word that a port was closed because it is not for who opened it. */
export function trespassed(port: Runtime.Port, starting: Starting): void {
  const extensionId = senderFacts(port.sender).id ?? text('notice_unknown_extension');
  starting().then(
    (collector) => collector.trespass(extensionId, port.name),
    // Without a collector there is nowhere to leave it.
    () => undefined,
  );
}

/** How Porthole's own background, this page, reports to the collector beside it. */
export function loopback(starting: Starting): Transport {
  return {
    borrowed: false,
    open(message, closed) {
      // Later, as over a port: the caller does not expect an answer before its call has returned.
      let open = true;
      const link: Link = {
        send: (told) => {
          if (open) queueMicrotask(() => message(told));
        },
        close: () => {
          if (open) queueMicrotask(() => closed(false));
          open = false;
        },
      };
      const sender = { id: PORTHOLE_ID, url: location.href, envType: 'addon_child' };
      const end = attach({ route: 'loopback', extensionId: PORTHOLE_ID, sender }, link, starting);
      return {
        postMessage: (said) => end.message(said),
        disconnect: () => {
          open = false;
          end.closed();
        },
      };
    },
  };
}

/** What comes before the collector has started waits for it, in order. */
function attach(origin: Origin, link: Link, starting: Starting): LinkEnd {
  const end = starting().then((collector) => collector.report(origin, link));
  const ignore = (): void => undefined;
  end.catch((error: unknown) => {
    // Another try is worth it for every other reason: the context keeps what it has and comes again.
    if (error instanceof NewerDatabaseError) link.send({ type: 'rejected', reason: error.message });
    link.close();
  });
  return {
    message: (message) => void end.then((open) => open.message(message), ignore),
    closed: () => void end.then((open) => open.closed(), ignore),
  };
}

function routeOf(
  name: string,
  kind: 'onConnect' | 'onUserScriptConnect' | 'onConnectExternal',
): Route | null {
  if (name === REPORT_PORT) {
    if (kind === 'onConnect') return 'own';
    return kind === 'onUserScriptConnect' ? 'own-user-script' : 'external';
  }
  return name === RELAY_PORT && kind === 'onConnectExternal' ? 'relay' : null;
}

function portLink(port: Runtime.Port): Link {
  return {
    send: (message) => {
      try {
        port.postMessage(message);
      } catch {
        // Closed at the other end; its onDisconnect is on the way.
      }
    },
    close: () => port.disconnect(),
  };
}
