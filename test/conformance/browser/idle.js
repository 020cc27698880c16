/** Background of the host `idle`: echoes and answers, and does nothing else that could keep it awake. */
browser.runtime.onConnect.addListener((port) => {
  port.onMessage.addListener((message) => port.postMessage(['echo', message]));
});
browser.runtime.onMessage.addListener((message) => Promise.resolve(['answer', message]));
