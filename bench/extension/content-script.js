/**
 * The content script's side: runs one workload at a time, on a port of its own, when the page asks for it,
 * and tells how long it took. A workload ends when its last message has arrived.
 */

/** @param {string} workload @param {number} count */
function run(workload, count) {
  const port = browser.runtime.connect({ name: workload });
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
      port.disconnect();
      resolve({ ms, postingMs, ...counts });
    };
    port.onMessage.addListener((message) => {
      counts.received += 1;
      if (workload === 'ping-pong' && counts.received < count) post(item(counts.received, 'echo'));
      else if (message.type === 'ended' || counts.received === count) done();
    });
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
  const result = data.workload === 'none' ? {} : await run(data.workload, data.count);
  window.postMessage({ from: browser.runtime.id, ...result }, '*');
});
