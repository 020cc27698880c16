/** Longer exchanges, as extensions have them; the first cases, so that all contexts report from here on. */

// Before any case that makes the world resolve more of its globals.
conformance('globals of the context', {
  alone(t) {
    t.log(t.api === globalThis.browser, t.api === globalThis.chrome);
    t.log(globalThis.browser === globalThis.chrome);
    for (const name of ['browser', 'chrome']) {
      const descriptor = Reflect.getOwnPropertyDescriptor(globalThis, name);
      t.log(name, Object.keys(descriptor ?? {}), descriptor?.writable, descriptor?.configurable);
    }
    t.log(
      Reflect.ownKeys(globalThis)
        .map(String)
        .sort()
        .filter((name) => name !== 'CONFORMANCE'),
    );
    t.log(typeof porthole, typeof __PORTHOLE_USER_SCRIPT_FILE__);
  },
});

conformance('a conversation', {
  async accept(t) {
    let messages = 0;
    t.listen(t.onConnect, (port) => {
      t.log('accepted', port.name);
      t.owned(port);
      t.listen(port.onMessage, (message, from) => {
        messages += 1;
        from.postMessage({ re: message.n });
      });
    });
    await t.signalled('done');
    t.log(messages);
  },
  async open(t) {
    const port = t.watch(t.connect({ name: t.name }));
    for (let n = 0; n < 40; n += 1) {
      const answer = t.next(port.onMessage);
      port.postMessage({ n, text: 'x'.repeat(n) });
      await answer;
    }
    await t.signal('done');
  },
  routes: [
    'mv2/content>background/browser',
    'mv2/page>background/chrome',
    'mv3/content>background/browser',
    'mv3/user>background/browser',
    'mv3/second>background/browser',
    'mv3/background>page/browser',
    'mv2/background>page/chrome',
  ],
});
