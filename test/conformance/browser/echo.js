/** Echoes. */
browser.runtime.onConnect.addListener((port) => {
  port.onMessage.addListener((message) => port.postMessage(['echo', message]));
});
