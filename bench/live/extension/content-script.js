/**
 * Posts on the page's word: `count` messages in one go or as a stream, or `perSecond` of them until it is told to stop.
 * But for those in one go it goes no faster than the background receives: beyond a bound it waits, so that nothing piles up
 * in between.
 */

const IN_FLIGHT = 4_000;
const TICK_MS = 4;

/** @type {(() => void) | null} */
let stop = null;

/** @param {number} count */
function burst(count) {
  return run((post, done) => {
    for (let id = 0; id < count; id += 1) post(id);
    done();
  });
}

/**
 * As fast as they are received: like a socket, it waits while too many are on the way.
 *
 * @param {number} count
 */
function stream(count) {
  return run((post, done, counts) => {
    const timer = setInterval(() => {
      while (counts.posted < count && counts.posted - counts.received < IN_FLIGHT) {
        post(counts.posted);
      }
      if (counts.posted < count) return;
      clearInterval(timer);
      done();
    }, TICK_MS);
  });
}

/** @param {number} perSecond */
function pace(perSecond) {
  return run((post, done, counts) => {
    const start = performance.now();
    const timer = setInterval(() => {
      const due = ((performance.now() - start) / 1_000) * perSecond;
      while (counts.posted < due && counts.posted - counts.received < IN_FLIGHT)
        post(counts.posted);
    }, TICK_MS);
    stop = () => {
      clearInterval(timer);
      done();
    };
  });
}

/**
 * @param {(
 *   post: (id: number) => void,
 *   done: () => void,
 *   counts: { posted: number; received: number },
 * ) => void} work
 */
function run(work) {
  const port = browser.runtime.connect({ name: 'busy' });
  const counts = { posted: 0, received: 0 };
  const start = performance.now();
  return new Promise((resolve) => {
    port.onMessage.addListener((message) => {
      counts.received = message.received;
      if (message.type !== 'ended') return;
      const ms = performance.now() - start;
      port.disconnect();
      resolve({ ms, posted: counts.posted, received: message.received, held: message.held });
    });
    work(
      (id) => {
        counts.posted += 1;
        port.postMessage(item(id));
      },
      () => port.postMessage({ type: 'end' }),
      counts,
    );
  });
}

window.addEventListener('message', ({ source, data }) => {
  if (source !== window || data.to !== browser.runtime.id) return;
  const answer = (/** @type {object} */ result) =>
    window.postMessage({ from: browser.runtime.id, command: data.command, ...result }, '*');
  switch (data.command) {
    case 'ready':
      answer({});
      break;
    case 'burst':
      void burst(data.argument).then(answer);
      break;
    case 'stream':
      void stream(data.argument).then(answer);
      break;
    case 'pace':
      void pace(data.argument).then(answer);
      break;
    case 'stop':
      stop?.();
      break;
  }
});
