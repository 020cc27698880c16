/**
 * Posts when the page asks for it, on a port of its own, for so many seconds: as fast as the port takes it, or so
 * many a second.
 */

/** Messages on the way at most: enough that the port is never idle, and few enough that they do not queue for long. */
const WINDOW = 1_000;
/** Milliseconds between the posts of a flood with a pace. */
const PACE_MS = 10;

/** @param {{seconds: number, perSecond: number, random: boolean}} flood `perSecond` 0: as fast as the port takes it */
function run({ seconds, perSecond, random }) {
  const port = browser.runtime.connect({ name: 'flood' });
  const counts = { posted: 0, received: 0 };
  let arrived = 0;
  const post = (/** @type {object} */ message) => {
    counts.posted += 1;
    port.postMessage(message);
  };
  const next = () => {
    const message = item(counts.posted);
    return random ? { ...message, note: noise() } : message;
  };
  const start = performance.now();
  const isOver = () => performance.now() - start >= seconds * 1_000;
  return new Promise((resolve) => {
    let ending = false;
    const end = () => {
      if (!ending) post({ type: 'end' });
      ending = true;
    };
    const fill = () => {
      while (counts.posted - arrived < WINDOW) post(next());
    };
    port.onMessage.addListener((message) => {
      counts.received += 1;
      if (message.type === 'ended') {
        const { held } = message;
        resolve({ ms: performance.now() - start, ...counts, held });
        port.disconnect();
        return;
      }
      arrived = message.received;
      if (perSecond > 0) return;
      if (isOver()) end();
      else fill();
    });
    if (perSecond === 0) fill();
    else {
      const pace = setInterval(() => {
        const due = (Math.min(performance.now() - start, seconds * 1_000) / 1_000) * perSecond;
        while (counts.posted < due && counts.posted - arrived < WINDOW) post(next());
        if (!isOver()) return;
        clearInterval(pace);
        end();
      }, PACE_MS);
    }
  });
}

/** @returns 120 characters that no compression makes shorter than 90 bytes */
function noise() {
  const bytes = crypto.getRandomValues(new Uint8Array(90));
  return btoa(String.fromCharCode(...bytes));
}

window.addEventListener('message', ({ source, data }) => {
  if (source !== window || data.to !== browser.runtime.id) return;
  void Promise.resolve(data.flood === null ? {} : run(data.flood)).then((result) => {
    window.postMessage({ from: browser.runtime.id, ...result }, '*');
  });
});
