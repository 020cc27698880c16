/** Takes the flood, lets the next messages come, and measures how long its event loop is held. */

/** Messages after which the content script hears that they have arrived. */
const STEP = 250;
/** Milliseconds between heartbeats; what a beat comes later than that, the event loop was held. */
const BEAT_MS = 5;

browser.runtime.onConnect.addListener((port) => {
  let received = 0;
  const held = [];
  let last = performance.now();
  const heart = setInterval(() => {
    const now = performance.now();
    held.push(Math.max(0, now - last - BEAT_MS));
    last = now;
  }, BEAT_MS);
  port.onDisconnect.addListener(() => clearInterval(heart));
  port.onMessage.addListener((message) => {
    received += 1;
    if (message.type === 'end') {
      clearInterval(heart);
      held.sort((a, b) => a - b);
      port.postMessage({ type: 'ended', received, held });
    } else if (received % STEP === 0) {
      port.postMessage({ type: 'arrived', received });
    }
  });
});
