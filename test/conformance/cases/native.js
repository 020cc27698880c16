/** Ports and one-off messages to a native application, which says everything back, and to one that is not there. */

const NATIVE = 'porthole.fixture';
const NOWHERE = 'porthole.missing';

conformance('a port to a native application', {
  routes: [
    'mv2/background/browser',
    'mv2/background/chrome',
    'mv2/page/browser',
    'mv3/background/browser',
  ],
  async alone(t) {
    const port = t.watch(t.owned(t.api.runtime.connectNative(NATIVE)));
    t.log(port.name, Object.keys(port), port.sender, port.error);
    const listener = (message, from) => t.log('again', message, from === port);
    port.onMessage.addListener(listener);
    port.onMessage.addListener(listener);
    t.log(port.onMessage.hasListener(listener));
    for (const message of ['text', { a: [1, null] }, [], 0]) {
      const answer = t.next(port.onMessage);
      t.attempt('post', () => port.postMessage(message));
      await answer;
      port.onMessage.removeListener(listener);
    }
    const gone = t.disconnected(port);
    port.postMessage({ exit: 3 });
    t.log((await gone) === port, port.error);
    t.attempt('post', () => port.postMessage('too late'));
    t.attempt('disconnect', () => port.disconnect());
  },
});

conformance('a port to a native application, disconnected by the extension', {
  routes: ['mv2/background/browser', 'mv3/background/browser'],
  async alone(t) {
    const port = t.watch(t.owned(t.api.runtime.connectNative(NATIVE)));
    const answer = t.next(port.onMessage);
    port.postMessage('first');
    await answer;
    port.postMessage('on its way');
    t.attempt('disconnect', () => port.disconnect());
    t.attempt('post', () => port.postMessage('too late'));
    t.attempt('disconnect', () => port.disconnect());
    await t.barrier();
  },
});

conformance('a port to a native application that is not there', {
  routes: [
    'mv2/background/browser',
    'mv2/background/chrome',
    'mv2/page/browser',
    'mv3/background/browser',
  ],
  async alone(t) {
    const port = t.watch(t.owned(t.api.runtime.connectNative(NOWHERE)));
    t.attempt('post', () => port.postMessage('nobody'));
    t.listen(port.onDisconnect, () => t.log('lastError', t.api.runtime.lastError));
    t.log((await t.disconnected(port)) === port, port.error);
    t.attempt('post', () => port.postMessage('too late'));
  },
});

conformance('what a native application is sent of a payload', {
  routes: ['mv2/background/browser', 'mv3/background/browser'],
  async alone(t) {
    const port = t.owned(t.api.runtime.connectNative(NATIVE));
    let reads = 0;
    const cyclic = {};
    cyclic.self = cyclic;
    const payloads = {
      getter: Object.defineProperty({}, 'a', { enumerable: true, get: () => (reads += 1) }),
      toJSON: { toJSON: (...args) => [args.length, (reads += 1)] },
      throws: Object.defineProperty({}, 'a', {
        enumerable: true,
        get() {
          throw new RangeError('not this');
        },
      }),
      date: new Date(0),
      map: new Map([[1, 2]]),
      odd: [undefined, NaN, () => 1, Symbol('s')],
      nothing: undefined,
      function: () => 1,
      bigint: 1n,
      cyclic,
    };
    for (const [name, payload] of Object.entries(payloads)) {
      let posted = true;
      const answer = t.next(port.onMessage);
      try {
        t.log(name, 'posted', port.postMessage(payload));
      } catch (error) {
        t.log(name, 'threw', error);
        posted = false;
      }
      if (posted)
        t.log(
          name,
          (await Promise.race([answer, t.disconnected(port)])) === port || (await answer),
        );
      t.log(reads);
    }
    t.attempt('without a payload', () => port.postMessage());
  },
});

conformance('sendNativeMessage, answered and not', {
  routes: ['mv2/background/browser', 'mv2/page/browser', 'mv3/background/browser'],
  async alone(t) {
    const { runtime } = t.api;
    const sent = runtime.sendNativeMessage(NATIVE, { once: [1, 'two'] });
    t.log(sent instanceof Promise, Object.getPrototypeOf(sent) === Promise.prototype);
    await t.settle('reply', sent);
    await t.settle('missing', runtime.sendNativeMessage(NOWHERE, 'nobody'));
    await t.settle('exits', runtime.sendNativeMessage(NATIVE, { exit: 0 }));
    for (const args of [
      [],
      [NATIVE],
      [1, 'a'],
      ['not a name!', 'a'],
      [NATIVE, 1n],
      [NATIVE, 'a', 'b', 'c'],
    ]) {
      const what = t.attempt(String(args.length), () => runtime.sendNativeMessage(...args));
      if (what instanceof Promise) await t.settle('then', what);
    }
  },
});

conformance('sendNativeMessage with a callback, and lastError', {
  routes: ['mv2/background/chrome', 'mv2/page/chrome', 'mv3/background/chrome'],
  async alone(t) {
    const { runtime } = t.api;
    for (const app of [NATIVE, NOWHERE]) {
      await new Promise((resolve) => {
        t.log(
          runtime.sendNativeMessage(app, { say: 'hello' }, (...args) => {
            t.log(args, 'lastError', runtime.lastError);
            resolve();
          }),
        );
      });
      t.log('afterwards', runtime.lastError);
    }
  },
});

conformance('the names and lengths of connectNative and sendNativeMessage, and wrong arguments', {
  routes: ['mv2/background/browser', 'mv2/background/chrome', 'mv3/background/browser'],
  alone(t) {
    const { connectNative, sendNativeMessage } = t.api.runtime;
    for (const each of [connectNative, sendNativeMessage]) {
      t.log(each.name, each.length, Object.getOwnPropertyNames(each).sort(), String(each));
    }
    t.log(t.api.runtime.connectNative === connectNative);
    for (const args of [[], [1], ['a b'], [NOWHERE, 'more']]) {
      const port = t.attempt(String(args), () => t.api.runtime.connectNative(...args));
      port?.disconnect();
    }
  },
});
