/** Ports and their listeners: identity, adding and removing, order, ends. */

conformance('a port is an object with these properties, at both ends', {
  async accept(t) {
    const port = await t.accept();
    t.log(port);
    t.log(
      Object.keys(port),
      Object.isExtensible(port),
      Object.getPrototypeOf(port) === Object.prototype,
    );
    t.log(Object.keys(port.onMessage), Object.keys(port.onDisconnect));
    await t.signal('seen');
  },
  async open(t) {
    const port = t.connect({ name: t.name });
    t.log(port);
    t.log(
      Object.keys(port),
      Object.isExtensible(port),
      Object.getPrototypeOf(port) === Object.prototype,
    );
    await t.signalled('seen');
  },
});

conformance('listeners are called with the port that connect() returned', {
  async accept(t) {
    const ports = [];
    t.listen(t.onConnect, (...args) => {
      ports.push(args[0]);
      t.log('onConnect arguments', args.length);
    });
    t.listen(t.onConnect, (port) => ports.push(port));
    await t.until('both listeners', () => ports.length === 2);
    const [port, again] = ports;
    t.owned(port);
    t.log('same for both listeners', port === again);
    t.listen(port.onMessage, function (...args) {
      t.log('this', this === undefined ? 'undefined' : typeof this, 'arguments', args.length);
      t.log(args[0], 'port is', args[1] === port);
    });
    const question = t.next(port.onMessage);
    await t.signal('listening');
    await question;
    port.postMessage('answer');
    await t.signalled('got it');
  },
  async open(t) {
    const port = t.connect({ name: t.name });
    t.listen(port.onMessage, function (...args) {
      t.log('this', this === undefined ? 'undefined' : typeof this, 'arguments', args.length);
      t.log(args[0], 'port is', args[1] === port);
    });
    const answer = t.next(port.onMessage);
    await t.signalled('listening');
    port.postMessage('question');
    t.log('answered', await answer);
    await t.signal('got it');
  },
});

conformance('the sender of a port', {
  async accept(t) {
    const { sender, name } = await t.accept();
    t.log('name', name);
    t.log('keys', Object.keys(sender));
    t.log(sender);
    await t.signal('seen');
  },
  async open(t) {
    const port = t.connect({ name: t.name });
    t.log(port.name, 'sender', port.sender, 'error', port.error);
    await t.signalled('seen');
  },
});

conformance('the same onConnect listener added twice is called once', {
  async accept(t) {
    let calls = 0;
    const listener = (port) => {
      calls += 1;
      t.owned(port);
    };
    t.log(t.listen(t.onConnect, listener) === listener, t.onConnect.addListener(listener));
    t.log('has', t.onConnect.hasListener(listener));
    await t.next(t.onConnect);
    t.log('calls', calls);
    t.log('removed', t.onConnect.removeListener(listener), t.onConnect.hasListener(listener));
    t.log('removed again', t.onConnect.removeListener(listener));
    await t.signal('seen');
  },
  async open(t) {
    t.connect({ name: t.name });
    await t.signalled('seen');
  },
});

conformance('hasListener knows the listeners of an event, and no others', {
  only: /content>|page>|user>/,
  async accept(t) {
    const one = () => t.log('one');
    const other = () => t.log('other');
    t.log(t.onConnect.hasListener(one), t.onConnect.hasListener(other));
    t.listen(t.onConnect, one);
    t.log(t.onConnect.hasListener(one), t.onConnect.hasListener(other));
    t.onConnect.removeListener(other);
    t.log(t.onConnect.hasListener(one), t.onConnect.hasListener(other));
    t.onConnect.removeListener(one);
    t.log(t.onConnect.hasListener(one), t.onConnect.hasListener(other));
    const port = await t.accept();
    for (const event of [port.onMessage, port.onDisconnect]) {
      t.log(event.hasListener(one), event.addListener(one), event.hasListener(one));
      t.log(event.hasListener(other), event.removeListener(one), event.hasListener(one));
    }
  },
  async open(t) {
    const port = t.connect({ name: t.name });
    const one = () => t.log('one');
    for (const event of [port.onMessage, port.onDisconnect]) {
      t.log(event.hasListener(one), event.addListener(one), event.addListener(one));
      t.log(event.hasListener(one), event.removeListener(one), event.hasListener(one));
    }
  },
});

conformance('one listener on onMessage of two ports', {
  async accept(t) {
    const seen = [];
    const ports = {};
    const listener = (message, port) => seen.push(`${message} on ${port.name}`);
    t.listen(t.onConnect, (port) => {
      ports[port.name] = t.owned(port);
      port.onMessage.addListener(listener);
    });
    await t.until('four messages', () => seen.length === 4);
    t.log(seen.sort());
    ports.a.onMessage.removeListener(listener);
    t.log(ports.a.onMessage.hasListener(listener), ports.b.onMessage.hasListener(listener));
    await t.signal('seen');
  },
  async open(t) {
    for (const port of [t.connect({ name: 'a' }), t.connect({ name: 'b' })]) {
      port.postMessage('first');
      port.postMessage('second');
    }
    await t.signalled('seen');
  },
});

/** Posts `count` numbered messages once the other end listens, and waits until it has seen them. */
async function numbered(t, count) {
  const port = t.connect({ name: t.name });
  await t.signalled('listening');
  for (let i = 1; i <= count; i += 1) port.postMessage(i);
  await t.signalled('seen');
  return port;
}

conformance('a listener that removes another during dispatch', {
  async accept(t) {
    const port = await t.accept();
    let last = 0;
    const second = (message) => t.log('second', message);
    t.listen(port.onMessage, (message) => {
      t.log('first', message);
      port.onMessage.removeListener(second);
    });
    t.listen(port.onMessage, second);
    t.listen(port.onMessage, (message) => {
      t.log('third', message);
      last = message;
    });
    await t.signal('listening');
    await t.until('the messages', () => last === 3);
    await t.signal('seen');
  },
  open: (t) => numbered(t, 3),
});

conformance('a listener that removes itself during dispatch', {
  async accept(t) {
    const port = await t.accept();
    let last = 0;
    const once = (message) => {
      t.log('once', message);
      port.onMessage.removeListener(once);
      t.log(port.onMessage.hasListener(once));
    };
    t.listen(port.onMessage, once);
    t.listen(port.onMessage, (message) => {
      t.log('always', message);
      last = message;
    });
    await t.signal('listening');
    await t.until('the messages', () => last === 3);
    await t.signal('seen');
  },
  open: (t) => numbered(t, 3),
});

conformance('the only listener removes itself, and another comes later', {
  async accept(t) {
    const port = await t.accept();
    let last = 0;
    const once = (message) => {
      t.log('once', message);
      port.onMessage.removeListener(once);
      t.listen(port.onMessage, (next) => {
        t.log('later', next);
        last = next;
      });
    };
    t.listen(port.onMessage, once);
    await t.signal('listening');
    await t.until('the messages', () => last === 3);
    await t.signal('seen');
  },
  open: (t) => numbered(t, 3),
});

conformance('a listener that adds another during dispatch', {
  async accept(t) {
    const port = await t.accept();
    let last = 0;
    const added = (message) => {
      t.log('added', message);
      last = message;
    };
    t.listen(port.onMessage, (message) => {
      t.log('first', message);
      t.listen(port.onMessage, added);
    });
    await t.signal('listening');
    await t.until('the messages', () => last === 3);
    await t.signal('seen');
  },
  open: (t) => numbered(t, 3),
});

conformance('a listener that is removed and added again moves to the end', {
  async accept(t) {
    const port = await t.accept();
    let last = 0;
    const one = (message) => t.log('one', message);
    const two = (message) => {
      t.log('two', message);
      last = message;
    };
    t.listen(port.onMessage, one);
    t.listen(port.onMessage, two);
    port.onMessage.removeListener(one);
    port.onMessage.addListener(one);
    await t.signal('listening');
    await t.until('the messages', () => last === 2);
    await t.signal('seen');
  },
  open: (t) => numbered(t, 2),
});

conformance('a message listener that throws', {
  async accept(t) {
    const port = await t.accept();
    let last = 0;
    const onError = (event) => t.log('error event', event.message, event.error);
    globalThis.addEventListener('error', onError);
    t.atEnd(() => globalThis.removeEventListener('error', onError));
    t.listen(port.onMessage, (message) => {
      t.log('throws at', message);
      throw new TypeError(`of message ${message}`);
    });
    t.listen(port.onMessage, (message) => {
      t.log('the other', message);
      last = message;
    });
    await t.signal('listening');
    await t.until('the messages', () => last === 2);
    await t.signal('seen');
  },
  open: (t) => numbered(t, 2),
});

conformance('a message listener whose promise is rejected', {
  async accept(t) {
    const port = await t.accept();
    let last = 0;
    const onRejection = (event) => {
      t.log('unhandled', event.reason);
      last += 1;
    };
    globalThis.addEventListener('unhandledrejection', onRejection);
    t.atEnd(() => globalThis.removeEventListener('unhandledrejection', onRejection));
    t.listen(port.onMessage, async (message) => {
      t.log('rejects', message);
      last += 1;
      throw new RangeError(`of message ${message}`);
    });
    await t.signal('listening');
    await t.until('the message', () => last > 0);
    await t.barrier();
    await t.signal('seen');
  },
  open: (t) => numbered(t, 1),
});

conformance('an onConnect listener that throws', {
  async accept(t) {
    let connected;
    const onError = (event) => t.log('error event', event.message, event.error);
    globalThis.addEventListener('error', onError);
    t.atEnd(() => globalThis.removeEventListener('error', onError));
    t.listen(t.onConnect, () => {
      t.log('throws');
      throw new TypeError('in onConnect');
    });
    t.listen(t.onConnect, (port) => {
      t.log('the other');
      connected = t.watch(t.owned(port));
    });
    await t.until('the port', () => connected);
    connected.postMessage('hello');
    await t.signalled('seen');
  },
  async open(t) {
    const port = t.connect({ name: t.name });
    t.log(await t.next(port.onMessage));
    await t.signal('seen');
  },
});

conformance('an onDisconnect listener that throws', {
  async accept(t) {
    const port = await t.accept();
    t.listen(port.onDisconnect, () => {
      t.log('throws');
      throw new TypeError('in onDisconnect');
    });
    const gone = t.disconnected(port);
    await t.signal('listening');
    t.log((await gone) === port, port.error);
  },
  async open(t) {
    const port = t.connect({ name: t.name });
    await t.signalled('listening');
    port.disconnect();
  },
});

conformance(
  'messages posted in the tick of connect() arrive when the listener is added in onConnect',
  {
    async accept(t) {
      let last;
      t.listen(t.onConnect, (port) => {
        t.owned(port);
        t.watch(port);
        port.onMessage.addListener((message) => (last = message));
      });
      await t.until('the messages', () => last === 3);
      await t.signal('seen');
    },
    async open(t) {
      const port = t.connect({ name: t.name });
      for (const i of [1, 2, 3]) t.log(port.postMessage(i));
      await t.signalled('seen');
    },
  },
);

conformance('messages that arrive before anybody listens are lost', {
  async accept(t) {
    const port = await t.accept();
    await t.signalled('posted');
    await t.barrier();
    await t.barrier();
    t.watch(port);
    const message = t.next(port.onMessage);
    await t.signal('listening');
    t.log(await message);
    await t.signal('seen');
  },
  async open(t) {
    const port = t.connect({ name: t.name });
    port.postMessage('too early');
    port.postMessage('too early as well');
    await t.barrier();
    await t.signal('posted');
    await t.signalled('listening');
    port.postMessage('in time');
    await t.signalled('seen');
  },
});

conformance('messages both ways in one tick keep their order', {
  async accept(t) {
    const port = await t.accept();
    let count = 0;
    t.watch(port);
    port.onMessage.addListener((message) => {
      count += 1;
      port.postMessage(`answer to ${message}`);
      port.postMessage(`and more to ${message}`);
    });
    await t.signal('listening');
    await t.until('all', () => count === 5);
    await t.signalled('seen');
  },
  async open(t) {
    const port = t.connect({ name: t.name });
    let count = 0;
    t.watch(port);
    port.onMessage.addListener(() => (count += 1));
    await t.signalled('listening');
    for (let i = 0; i < 5; i += 1) port.postMessage(i);
    await t.until('all', () => count === 10);
    await t.signal('seen');
  },
});

conformance('disconnect() right after posts: they arrive first', {
  async accept(t) {
    const port = t.watch(await t.accept());
    const gone = t.disconnected(port);
    await t.signal('listening');
    await gone;
    t.attempt('postMessage after the other end has left', () => port.postMessage('late'));
    t.attempt('disconnect after that', () => port.disconnect());
  },
  async open(t) {
    const port = t.watch(t.connect({ name: t.name }));
    await t.signalled('listening');
    port.postMessage(1);
    port.postMessage(2);
    t.log(port.disconnect());
    t.attempt('postMessage after disconnect', () => port.postMessage(3));
    t.attempt('second disconnect', () => port.disconnect());
    t.attempt('postMessage without argument', () => port.postMessage());
  },
});

conformance('the end that calls disconnect() hears no onDisconnect; messages under way are lost', {
  async accept(t) {
    const port = t.watch(await t.accept());
    const gone = t.disconnected(port);
    await t.signal('listening');
    port.postMessage('welcome');
    await gone;
    t.log(port.error, 'lastError', t.api.runtime.lastError);
  },
  async open(t) {
    const port = t.watch(t.connect({ name: t.name }));
    const message = t.next(port.onMessage);
    await t.signalled('listening');
    await message;
    port.onMessage.addListener(() => t.log('late'));
    port.disconnect();
    await t.barrier();
  },
});

conformance('disconnect() inside a message listener ends the dispatch', {
  async accept(t) {
    const port = await t.accept();
    t.listen(port.onMessage, (message) => {
      t.log('first', message);
      port.disconnect();
    });
    t.listen(port.onMessage, (message) => t.log('second', message));
    t.listen(port.onDisconnect, () => t.log('onDisconnect'));
    await t.signal('listening');
    await t.signalled('gone');
  },
  async open(t) {
    const port = t.connect({ name: t.name });
    const gone = t.disconnected(port);
    await t.signalled('listening');
    port.postMessage(1);
    port.postMessage(2);
    await gone;
    await t.signal('gone');
  },
});

conformance('disconnect() inside onConnect', {
  async accept(t) {
    t.listen(t.onConnect, (port) => {
      t.watch(port);
      t.attempt('disconnect', () => port.disconnect());
      t.attempt('postMessage', () => port.postMessage('late'));
    });
    await t.signalled('gone');
  },
  async open(t) {
    const port = t.watch(t.connect({ name: t.name }));
    t.attempt('postMessage', () => port.postMessage('anybody?'));
    await t.disconnected(port);
    t.attempt('postMessage', () => port.postMessage('anybody?'));
    await t.signal('gone');
  },
});

conformance('onDisconnect listeners: twice, removed, in order, with port.error and lastError', {
  async accept(t) {
    const port = await t.accept();
    const one = (gone) => {
      t.log('one', gone === port, port.error, t.api.runtime.lastError);
      port.onDisconnect.removeListener(three);
    };
    const two = (...args) => t.log('two', args.length);
    const three = () => t.log('three');
    const four = () => t.log('four');
    for (const each of [one, two, three, one, four]) t.listen(port.onDisconnect, each);
    port.onDisconnect.removeListener(two);
    port.onDisconnect.addListener(two);
    const gone = t.disconnected(port);
    await t.signal('listening');
    await gone;
  },
  async open(t) {
    const port = t.connect({ name: t.name });
    await t.signalled('listening');
    port.disconnect();
  },
});

conformance('a port that nobody accepts: port.error and lastError', {
  async accept(t) {
    t.log('does not listen');
    await t.signalled('gone');
  },
  async open(t) {
    const port = t.connect({ name: t.name });
    t.log('at first', port.error, 'lastError', t.api.runtime.lastError);
    t.attempt('postMessage', () => port.postMessage('anybody?'));
    const gone = new Promise((resolve) => {
      t.listen(port.onDisconnect, (which) => {
        t.log('gone', which === port, port.error, 'lastError', t.api.runtime.lastError);
        resolve();
      });
    });
    await gone;
    t.log('afterwards', port.error, 'lastError', t.api.runtime.lastError);
    t.attempt('postMessage', () => port.postMessage('anybody?'));
    await t.signal('gone');
  },
});

conformance('a port that nobody accepts any more, after a listener was there', {
  async accept(t) {
    const listener = () => t.log('never called');
    t.onConnect.addListener(listener);
    t.onConnect.removeListener(listener);
    t.log(t.onConnect.hasListener(listener));
    await t.signal('removed');
    await t.signalled('gone');
  },
  async open(t) {
    await t.signalled('removed');
    const port = t.watch(t.connect({ name: t.name }));
    await t.disconnected(port);
    await t.signal('gone');
  },
});

conformance('properties the host adds to a port, and methods it replaces', {
  async accept(t) {
    const port = await t.accept();
    port.mine = { a: 1 };
    t.log(port.mine, Object.keys(port));
    const { postMessage, disconnect } = port;
    port.postMessage = (message) => postMessage(`wrapped ${message}`);
    port.postMessage('by the host');
    t.log(delete port.mine, Object.keys(port));
    t.log(delete port.disconnect, 'disconnect' in port);
    await t.signalled('seen');
    disconnect();
  },
  async open(t) {
    const port = t.connect({ name: t.name });
    t.log(await t.next(port.onMessage));
    Object.freeze(port);
    t.log(Object.isFrozen(port), port);
    port.postMessage('from a frozen port');
    await t.signal('seen');
  },
});

conformance('methods of a port and its events without their object', {
  async accept(t) {
    const port = await t.accept();
    const { postMessage, onMessage } = port;
    const { addListener, removeListener, hasListener } = onMessage;
    const listener = (message) => {
      t.log('message', message);
      postMessage('answer');
    };
    t.attempt('addListener', () => addListener(listener));
    t.log(
      hasListener(listener),
      hasListener.call(null, listener),
      hasListener.call(port, listener),
    );
    await t.signal('listening');
    await t.signalled('seen');
    t.attempt('removeListener', () => removeListener(listener));
    t.log(onMessage.hasListener(listener));
  },
  async open(t) {
    const { postMessage, disconnect, onMessage } = t.connect({ name: t.name });
    await t.signalled('listening');
    t.attempt('postMessage', () => postMessage.call(undefined, 'question'));
    t.log(await t.next(onMessage));
    await t.signal('seen');
    t.attempt('disconnect', () => disconnect());
  },
});

conformance('arguments that the methods of ports refuse', {
  async accept(t) {
    const port = await t.accept();
    for (const event of [port.onMessage, port.onDisconnect, t.onConnect]) {
      for (const wrong of [undefined, null, 1, 'text', {}, [], Symbol('s')]) {
        for (const key of ['addListener', 'removeListener', 'hasListener']) {
          t.attempt(`${key} ${String(wrong)}`, () => event[key](wrong));
        }
      }
      t.attempt('addListener without', () => event.addListener());
      const listener = () => undefined;
      t.attempt('addListener with more', () => event.addListener(listener, 1, 2));
      t.attempt('removeListener with more', () => event.removeListener(listener, 1, 2));
      t.attempt('hasListener with more', () => event.hasListener(listener, 1, 2));
      event.removeListener(listener);
    }
    await t.signal('seen');
  },
  async open(t) {
    const port = t.connect({ name: t.name });
    t.attempt('postMessage of two', () => port.postMessage(1, 2));
    t.attempt('postMessage of none', () => port.postMessage());
    t.attempt('disconnect with argument', () => port.disconnect('now'));
    await t.signalled('seen');
  },
});

conformance('connect() in all its forms', {
  only: /content>|page>|user>/,
  async accept(t) {
    let count = 0;
    t.listen(t.onConnect, (port) => {
      count += 1;
      t.log('accepted', port.name, port.sender.id);
      t.owned(port);
    });
    await t.signalled('done');
    await t.barrier();
    t.log(count);
  },
  async open(t) {
    const { connect } = t.api.runtime;
    const { id } = t.api.runtime;
    const forms = {
      nothing: [],
      undefined: [undefined],
      null: [null],
      'empty object': [{}],
      'empty name': [{ name: '' }],
      'name and more': [{ name: 'x', includeTlsChannelId: false }],
      'unknown key': [{ name: 'x', unknown: 1 }],
      'number as name': [{ name: 1 }],
      'own id': [id],
      'own id and info': [id, { name: 'y' }],
      'null and info': [null, { name: 'z' }],
      'undefined and info': [undefined, { name: 'u' }],
      'info and more': [{ name: 'v' }, 1],
      number: [1],
      symbol: [Symbol('s')],
      array: [[]],
      'a function': [() => undefined],
      'three arguments': [id, {}, 3],
      'getter of the name': [
        Object.defineProperty({}, 'name', { enumerable: true, get: () => 'got' }),
      ],
    };
    for (const [form, args] of Object.entries(forms)) {
      const port = t.attempt(form, () => connect(...args)?.name);
      void port;
    }
    const port = t.attempt('without this', () => connect.call(undefined, { name: 'w' }).name);
    void port;
    await t.barrier();
    await t.signal('done');
  },
});
