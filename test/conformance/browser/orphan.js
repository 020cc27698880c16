/** Content script that tries its messaging API when the page asks, unless it has been cut off, and writes down what it gets. */
(() => {
  const log = (...what) => {
    const before = sessionStorage.getItem('log') ?? '';
    sessionStorage.setItem('log', `${before}${what.join(' ')}\n`);
  };
  const { runtime } = browser;
  const port = runtime.connect({ name: 'kept' });
  const listener = (message) => log('message', JSON.stringify(message));
  port.onMessage.addListener(listener);
  port.onDisconnect.addListener((closed) =>
    log('disconnected', closed === port, closed.error?.message, runtime.lastError?.message),
  );
  // Each is waited for, so that the log does not depend on what is faster.
  const steps = {
    'port.onMessage.hasListener': () => port.onMessage.hasListener(listener),
    'port.disconnect': () => port.disconnect(),
    'port.postMessage': () => port.postMessage('late'),
    'runtime.id': () => typeof runtime.id,
    'runtime.getManifest': () => runtime.getManifest().name,
    'runtime.getURL': () => typeof runtime.getURL(''),
    'runtime.connect': () =>
      new Promise((resolve) => {
        const late = runtime.connect({ name: 'late' });
        late.onMessage.addListener((message) => resolve(JSON.stringify(message)));
        late.onDisconnect.addListener(({ error }) => resolve(error?.message));
        late.postMessage('late');
      }),
    'runtime.sendMessage': () => runtime.sendMessage('late'),
    'runtime.sendMessage with a callback': () =>
      new Promise((resolve) => {
        chrome.runtime.sendMessage('late', (...reply) =>
          resolve(`${reply.length} ${chrome.runtime.lastError?.message}`),
        );
      }),
    'runtime.onMessage.addListener': () => runtime.onMessage.addListener(() => undefined),
    'runtime.onConnect.hasListener': () => runtime.onConnect.hasListener(listener),
  };
  let probes = 0;
  document.addEventListener('probe', async () => {
    probes += 1;
    for (const [name, step] of Object.entries(steps)) {
      try {
        const result = step();
        const settled = result instanceof Promise ? `promise ${String(await result)}` : result;
        log(name, String(settled));
      } catch (error) {
        log(name, 'threw', error.name, error.message, error instanceof Error);
      }
    }
    log('probed', probes);
  });
  log('started');
  port.postMessage('hello');
})();
