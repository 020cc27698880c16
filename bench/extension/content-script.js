/**
 * The content script's side: runs one workload at a time, on a port of its own, when the page asks for it,
 * and tells how long it took. A workload ends when its last message has arrived.
 */

/** Opened once, for the runs that ask for it: what Porthole says of a port takes a moment to get here. */
let standing = null;

/** @param {string} workload @param {number} count @param {boolean} onStanding */
function run(workload, count, onStanding) {
  const port = onStanding
    ? (standing ??= browser.runtime.connect({ name: 'standing' }))
    : browser.runtime.connect({ name: workload });
  const counts = { posted: 0, received: 0 };
  const post = (/** @type {object} */ message) => {
    counts.posted += 1;
    port.postMessage(message);
  };
  return new Promise((resolve) => {
    let postingMs = 0;
    const start = performance.now();
    const done = () => {
      const ms = performance.now() - start;
      if (onStanding) port.onMessage.removeListener(hear);
      else port.disconnect();
      resolve({ ms, postingMs, ...counts });
    };
    const hear = (/** @type {{ type: string }} */ message) => {
      counts.received += 1;
      if (workload === 'ping-pong' && counts.received < count) post(item(counts.received, 'echo'));
      else if (message.type === 'ended' || counts.received === count) done();
    };
    port.onMessage.addListener(hear);
    switch (workload) {
      case 'to-background':
        for (let id = 0; id < count; id += 1) post(item(id));
        postingMs = performance.now() - start;
        post({ type: 'end' });
        break;
      case 'to-content-script':
        post({ type: 'send', count });
        break;
      case 'both-ways':
        for (let id = 0; id < count; id += 1) post(item(id, 'echo'));
        break;
      case 'ping-pong':
        post(item(0, 'echo'));
        break;
    }
  });
}

window.addEventListener('message', async ({ source, data }) => {
  if (source !== window || data.to !== browser.runtime.id) return;
  const { workload, count, onStanding } = data;
  const result = workload === 'none' ? {} : await run(workload, count, onStanding);
  window.postMessage({ from: browser.runtime.id, ...result }, '*');
});
