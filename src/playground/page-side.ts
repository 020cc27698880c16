/** What both examples do on the page's side: connect, greet, log what comes back, post on a click. */

import type { Runtime } from 'webextension-polyfill';

/** The little of the API that a user script world has as well. */
declare const browser: { runtime: Pick<Runtime.Static, 'connect'> } | undefined;

/**
 * https://developer.mozilla.org/docs/Mozilla/Add-ons/WebExtensions/API/runtime/connect
 *
 * @param name the port's name
 * @param from who greets, for the text
 * @throws {Error} in a world without messaging
 */
export function connectAndGreet(name: string, from: string): void {
  if (typeof browser?.runtime?.connect !== 'function') {
    throw new Error('this world has no runtime.connect; reload the page and run the example again');
  }
  const port = browser.runtime.connect({ name });
  const onClick = (event: MouseEvent): void => {
    const element = event.target instanceof Element ? event.target.localName : null;
    port.postMessage({ type: 'click', element, x: event.clientX, y: event.clientY });
  };
  port.onMessage.addListener((message) => {
    console.log(`${name} received`, message);
    const { type, text } = message as { type?: unknown; text?: unknown };
    if (type === 'ping') port.postMessage({ type: 'pong', text });
  });
  port.onDisconnect.addListener(() => {
    document.removeEventListener('click', onClick);
    console.log(`${name} closed`, port.error?.message ?? '');
  });
  document.addEventListener('click', onClick);
  port.postMessage({ type: 'greeting', text: `hello from the ${from}` });
}
