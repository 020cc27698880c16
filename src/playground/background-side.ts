/** The examples' other end, in Porthole's background: accepts their ports, greets back, posts on demand. */

import { counted, text } from '../texts/index.js';
import browser, { type Runtime } from 'webextension-polyfill';
import { isReservedPortName } from '../protocol/index.js';

export interface PlaygroundPorts {
  /** Listens where it does not listen yet; `onUserScriptConnect` comes with the `userScripts` permission. */
  listen(): void;
  /** Posts a ping with `text` to every open port. */
  post(text: string): { readonly ok: boolean; readonly message: string };
}

/**
 * Call after this page was instrumented, so that the traffic is seen.
 *
 * @returns handles to the open ports
 */
export function startPlayground(): PlaygroundPorts {
  const ports = new Set<Runtime.Port>();

  const onConnect = (port: Runtime.Port): void => {
    // The instrumentation keeps these from us as well; answering one would break a report.
    if (isReservedPortName(port.name)) return;
    ports.add(port);
    port.onMessage.addListener((message) => {
      if ((message as { type?: unknown } | null)?.type !== 'greeting') return;
      port.postMessage({ type: 'greeting', text: 'hello from the background', name: port.name });
    });
    port.onDisconnect.addListener(() => ports.delete(port));
  };

  const listen = (): void => {
    const events: (Runtime.Static['onConnect'] | undefined)[] = [
      browser.runtime.onConnect,
      browser.runtime.onUserScriptConnect,
    ];
    for (const event of events) {
      if (event?.hasListener(onConnect) === false) event.addListener(onConnect);
    }
  };
  listen();

  return {
    listen,
    post(said) {
      for (const port of ports) port.postMessage({ type: 'ping', text: said });
      const count = ports.size;
      if (count === 0) return { ok: false, message: text('playground_no_port') };
      return { ok: true, message: counted('playground_posted', count) };
    },
  };
}
