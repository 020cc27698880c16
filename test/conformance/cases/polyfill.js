/** webextension-polyfill in the inspected extension: `browser` is its wrapper of `chrome`, all of it Proxies. */

const POLYFILL = {
  routes: [
    'polyfill/content>background/browser',
    'polyfill/background>content/browser',
    'polyfill/page>background/browser',
  ],
};

conformance('polyfill: it is at work', {
  routes: ['polyfill/content/browser', 'polyfill/background/browser', 'polyfill/page/browser'],
  alone(t) {
    t.log(t.api === globalThis.chrome, String(t.api.runtime.sendMessage));
    t.log(Object.keys(t.api.runtime).sort(), t.api.runtime.connect.name);
    t.log(t.api.runtime.onMessage.hasListener(() => undefined));
  },
});

conformance('polyfill: a conversation over a port', {
  ...POLYFILL,
  async accept(t) {
    const port = await t.accept();
    t.log(Object.keys(port), port.name);
    t.listen(port.onMessage, (message, from) => {
      t.log('message', message, from === port);
      port.postMessage({ re: message });
    });
    const gone = t.disconnected(port);
    await t.signal('listening');
    t.log((await gone) === port, port.error);
  },
  async open(t) {
    const port = t.watch(t.connect({ name: t.name }));
    await t.signalled('listening');
    for (const message of ['text', { a: [1] }, new Map([[1, 2]])]) {
      const answer = t.next(port.onMessage);
      port.postMessage(message);
      await answer;
    }
    t.attempt('uncloneable', () => port.postMessage(() => 1));
    port.disconnect();
  },
});

conformance('polyfill: requests, replies, rejections, nobody', {
  ...POLYFILL,
  async accept(t) {
    const listener = (message, sender, sendResponse) => {
      t.log('got', message, sender.id);
      if (message === 'promise') return Promise.resolve({ by: 'promise' });
      if (message === 'reject') return Promise.reject(new Error('rejected'));
      if (message === 'throw') throw new TypeError('thrown');
      if (message === 'later') {
        setTimeout(() => sendResponse('later'), 1);
        return true;
      }
      if (message === 'at once') sendResponse('at once');
      return undefined;
    };
    t.onMessage.addListener(listener);
    t.onMessage.addListener(listener);
    t.log(t.onMessage.hasListener(listener));
    await t.signal('listening');
    await t.signalled('asked');
    t.onMessage.removeListener(listener);
    t.log(t.onMessage.hasListener(listener));
    await t.signal('removed');
    await t.signalled('done');
  },
  async open(t) {
    await t.signalled('listening');
    for (const message of ['promise', 'reject', 'throw', 'later', 'at once', 'nothing']) {
      await t.settle(message, t.request(message));
    }
    await t.signal('asked');
    await t.signalled('removed');
    await t.settle('nobody', t.request('promise'));
    const port = t.connect({ name: t.name });
    await t.disconnected(port);
    t.log(port.error);
    await t.settle('too many arguments', (async () => t.sendMessage(1, 2, 3, 4, 5))());
    await t.signal('done');
  },
});
