/** Counts, tells how many have come now and then, and how long its own event loop was held meanwhile. */

const ACKNOWLEDGED = 500;
const BEAT_MS = 4;

browser.runtime.onConnect.addListener((port) => {
  let received = 0;
  let held = 0;
  let beat = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    held = Math.max(held, now - beat - BEAT_MS);
    beat = now;
  }, BEAT_MS);
  port.onMessage.addListener((message) => {
    if (message.type === 'end') {
      clearInterval(timer);
      port.postMessage({ type: 'ended', received, held });
      return;
    }
    received += 1;
    if (received % ACKNOWLEDGED === 0) port.postMessage({ type: 'received', received });
  });
  port.onDisconnect.addListener(() => clearInterval(timer));
});
