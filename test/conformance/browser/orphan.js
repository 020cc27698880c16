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
  const steps = {
    'port.postMessage': () => port.postMessage('late'),
    'port.onMessage.hasListener': () => port.onMessage.hasListener(listener),
    'port.onMessage.addListener': () => port.onMessage.addListener(() => undefined),
    'port.disconnect': () => port.disconnect(),
    'runtime.id': () => typeof runtime.id,
    'runtime.getManifest': () => runtime.getManifest().name,
    'runtime.getURL': () => typeof runtime.getURL(''),
    'runtime.connect': () => {
      const late = runtime.connect({ name: 'late' });
      late.onDisconnect.addListener(({ error }) => log('late disconnected', error?.message));
      late.postMessage('too late');
      return late.name;
    },
    'runtime.sendMessage': () => runtime.sendMessage('late'),
    'runtime.sendMessage with a callback': () =>
      runtime.sendMessage('late', (...reply) =>
        log('called back', reply.length, runtime.lastError?.message),
      ),
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
