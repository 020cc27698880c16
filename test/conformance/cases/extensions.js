/** Two extensions that talk, and code of an extension that runs before a later copy of the instrumentation. */

const PEER = 'peer@conformance.fixture.porthole';

conformance('a port and a message to another extension', {
  routes: [
    'mv2/content/browser',
    'mv2/page/chrome',
    'mv3/content/browser',
    'mv3/background/browser',
  ],
  async alone(t) {
    const port = t.watch(t.owned(t.api.runtime.connect(PEER, { name: t.name })));
    for (const message of ['text', { a: [1, null] }, new Map([[1, { b: 2 }]])]) {
      const answer = t.next(port.onMessage);
      port.postMessage(message);
      await answer;
    }
    const gone = t.disconnected(port);
    port.postMessage('leave');
    t.log((await gone) === port);
    t.attempt('post', () => port.postMessage('too late'));
    await t.settle('reply', globalThis.browser.runtime.sendMessage(PEER, 'question'));
  },
});

conformance('a port and a message from another extension', {
  routes: [
    'mv2/background/browser',
    'mv2/background/chrome',
    'mv2/page/browser',
    'mv3/background/browser',
  ],
  async alone(t) {
    const { runtime } = t.api;
    t.listen(runtime.onConnectExternal, (port, ...others) => {
      t.log('accepted', port.name, port.sender, others);
      t.owned(port);
      t.listen(port.onMessage, (message, from) => {
        t.log('message', message, from === port);
        port.postMessage({ re: message });
        if (message === 'last') port.disconnect();
      });
    });
    t.listen(runtime.onConnect, () => t.log('onConnect was called'));
    t.listen(runtime.onMessageExternal, (message, sender, sendResponse) => {
      t.log('asked', message, sender);
      sendResponse({ to: message });
    });
    const { id } = runtime;
    await t.settle('peer', globalThis.browser.runtime.sendMessage(PEER, { id, name: t.name }));
  },
});

conformance(
  'an extension that wrapped connect, sendMessage and addListener before another copy ran',
  {
    routes: ['early/content>background/browser', 'early/user>background/browser'],
    async accept(t) {
      t.listen(t.onMessage, (message) => Promise.resolve(['heard', message]));
      t.listen(t.onConnect, (port) => {
        t.listen(port.onMessage, (message) => port.postMessage(['echo', message]));
      });
      await t.signal('listening');
      await t.signalled('done');
    },
    async open(t) {
      await t.signalled('listening');
      const calls = globalThis.CONFORMANCE_CALLS;
      t.log('calls before', calls.splice(0));
      const port = t.watch(t.connect({ name: t.name }));
      const answer = t.next(port.onMessage);
      port.postMessage('to be echoed');
      await answer;
      await t.settle('reply', t.sendMessage('question'));
      const listener = () => undefined;
      t.onConnect?.addListener(listener);
      t.log(t.onConnect?.hasListener(listener));
      t.onConnect?.removeListener(listener);
      t.log(t.onConnect?.hasListener(listener));
      t.log('calls', calls.splice(0));
      await t.signal('done');
    },
  },
);
