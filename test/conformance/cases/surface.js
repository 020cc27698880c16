/** What an extension can see of the API itself: functions, properties, globals. */

/** The messaging functions and events of an API, with names, that exist in this context. */
function messaging({ runtime, tabs }) {
  const found = {};
  const add = (holder, path, keys) => {
    for (const key of keys) {
      if (typeof holder?.[key] === 'function') found[`${path}.${key}`] = [holder, key];
    }
  };
  add(runtime, 'runtime', ['connect', 'sendMessage', 'connectNative', 'sendNativeMessage']);
  add(tabs, 'tabs', ['connect', 'sendMessage']);
  for (const key of [
    'onConnect',
    'onConnectExternal',
    'onUserScriptConnect',
    'onMessage',
    'onMessageExternal',
    'onUserScriptMessage',
  ]) {
    add(runtime?.[key], `runtime.${key}`, ['addListener', 'removeListener', 'hasListener']);
  }
  return found;
}

conformance('name and length of the messaging functions', {
  alone(t) {
    for (const [path, [holder, key]] of Object.entries(messaging(t.api))) {
      t.log(path, holder[key].name, holder[key].length);
    }
  },
});

conformance('Function.prototype.toString of the messaging functions', {
  alone(t) {
    for (const [path, [holder, key]] of Object.entries(messaging(t.api))) {
      const text = Function.prototype.toString.call(holder[key]);
      t.log(path, text === String(holder[key]), 'native', text.includes('[native code]'));
      if (!path.includes('.on')) t.log(text);
    }
  },
});

conformance('Function.prototype.toString of the functions of runtime events, with their names', {
  alone(t) {
    for (const [path, [holder, key]] of Object.entries(messaging(t.api))) {
      if (path.includes('.on')) t.log(path, Function.prototype.toString.call(holder[key]));
      else t.log('not of an event');
    }
  },
});

conformance('own properties and prototype of the messaging functions', {
  alone(t) {
    for (const [path, [holder, key]] of Object.entries(messaging(t.api))) {
      const fn = holder[key];
      // Sorted: the browser adds these when they are first looked at.
      t.log(path, Reflect.ownKeys(fn).sort(), Object.isExtensible(fn));
      for (const own of ['name', 'length']) t.log(Reflect.getOwnPropertyDescriptor(fn, own));
      t.log(
        Object.getPrototypeOf(fn) === Function.prototype,
        fn instanceof Function,
        'prototype' in fn,
      );
      t.attempt('new', () => typeof new fn(Symbol('not a message')));
    }
  },
});

conformance('property descriptors of the messaging functions in their objects', {
  alone(t) {
    for (const [path, [holder, key]] of Object.entries(messaging(t.api))) {
      const descriptor = Reflect.getOwnPropertyDescriptor(holder, key);
      t.log(path, descriptor);
      t.log('same each time', holder[key] === holder[key]);
    }
  },
});

/** Keys that a loop over the object sees. */
function keysIn(object) {
  const keys = [];
  for (const key in object) keys.push(key);
  return keys;
}

// The two that come first, for reading a property resolves it for good.
conformance('whether a property of runtime has been resolved yet', {
  alone(t) {
    for (const [name, object] of Object.entries({ api: t.api, runtime: t.api.runtime })) {
      for (const key of Reflect.ownKeys(object).sort()) {
        const { get, set, ...rest } = Reflect.getOwnPropertyDescriptor(object, key);
        t.log(name, String(key), typeof get, typeof set, rest);
      }
    }
  },
});

conformance('order of the properties of runtime and tabs', {
  alone(t) {
    const { runtime, tabs } = t.api;
    t.log(Reflect.ownKeys(runtime), Object.keys(runtime), keysIn(runtime));
    if (tabs) t.log(Reflect.ownKeys(tabs));
  },
});

conformance('property enumeration of runtime, tabs and their events', {
  alone(t) {
    const { runtime, tabs } = t.api;
    for (const [name, object] of Object.entries({ api: t.api, runtime, tabs })) {
      if (!object) continue;
      // Resolves what is there, and removes what turns out not to be.
      for (const key of Reflect.ownKeys(object)) void object[key];
      t.log(
        name,
        Reflect.ownKeys(object).sort(),
        Object.keys(object).sort(),
        keysIn(object).sort(),
      );
      t.log(Object.prototype.toString.call(object), Object.isExtensible(object));
      for (const key of Object.keys(object).sort()) {
        const value = object[key];
        if (!/^on[A-Z]/.test(key) || !value) continue;
        t.log(name, key, Reflect.ownKeys(value), Object.keys(value), keysIn(value), value);
      }
    }
  },
});

conformance('property descriptors of runtime and its events', {
  alone(t) {
    const { runtime } = t.api;
    for (const key of Reflect.ownKeys(runtime).sort()) {
      const value = runtime[key];
      t.log(
        key,
        typeof value,
        key === 'lastError' || Reflect.getOwnPropertyDescriptor(runtime, key),
      );
    }
  },
});

conformance('JSON and spread of runtime and its events', {
  alone(t) {
    const { runtime } = t.api;
    const { onConnect = {} } = runtime;
    t.log(JSON.stringify(onConnect), Object.keys({ ...runtime }).sort());
    t.log(Object.keys({ ...onConnect }), Object.entries(runtime).length);
  },
});

conformance('the error of cloning an event object', {
  only: /content|background|page/,
  alone(t) {
    t.attempt('clone', () => structuredClone(t.api.runtime.onConnect));
  },
});

conformance('builtins of the context are the originals', {
  alone(t) {
    for (const path of [
      'Function.prototype.toString',
      'Promise.prototype.then',
      'Error.prepareStackTrace',
      'Error.stackTraceLimit',
      'JSON.stringify',
      'WeakMap.prototype.get',
      'Map.prototype.set',
      'Reflect.apply',
      'RegExp.prototype.exec',
      'structuredClone',
      'setTimeout',
      'addEventListener',
    ]) {
      const value = path.split('.').reduce((object, key) => object?.[key], globalThis);
      t.log(path, value, typeof value === 'function' ? String(value) : '');
    }
    for (const name of ['Object', 'Array', 'Function', 'Map', 'WeakMap', 'Promise', 'Error']) {
      t.log(name, Reflect.ownKeys(globalThis[name]).map(String));
      t.log(name, Reflect.ownKeys(globalThis[name].prototype).map(String));
    }
  },
});

conformance('functions of a port: name, length, text, properties', {
  async accept(t) {
    const port = await t.accept();
    for (const [holder, keys] of [
      [port, ['postMessage', 'disconnect']],
      [port.onMessage, ['addListener', 'removeListener', 'hasListener']],
      [port.onDisconnect, ['addListener', 'removeListener', 'hasListener']],
    ]) {
      for (const key of keys) {
        const fn = holder[key];
        t.log(
          key,
          fn.name,
          fn.length,
          String(fn),
          Reflect.ownKeys(fn).map(String).sort(),
          'prototype' in fn,
        );
        t.log(Reflect.getOwnPropertyDescriptor(holder, key));
      }
    }
    t.log(JSON.stringify(port.onMessage), Object.keys({ ...port }), JSON.stringify(port.error));
    await t.signal('seen');
  },
  async open(t) {
    const port = t.connect({ name: t.name });
    for (const key of ['postMessage', 'disconnect']) {
      const fn = port[key];
      t.log(
        key,
        fn.name,
        fn.length,
        String(fn),
        Reflect.ownKeys(fn).map(String).sort(),
        'prototype' in fn,
      );
      t.log(Reflect.getOwnPropertyDescriptor(port, key));
      t.attempt('new', () => typeof new fn());
    }
    await t.signalled('seen');
  },
});

conformance('assigning to, deleting and defining runtime.connect and sendMessage', {
  alone(t) {
    const { runtime } = t.api;
    for (const key of ['connect', 'sendMessage']) {
      const before = runtime[key];
      const descriptor = Reflect.getOwnPropertyDescriptor(runtime, key);
      const mine = () => 'mine';
      t.attempt('assign', () => (runtime[key] = mine) === mine);
      t.log(
        runtime[key] === mine,
        runtime[key]('x'),
        Reflect.getOwnPropertyDescriptor(runtime, key),
      );
      t.attempt('back', () => (runtime[key] = before) === before);
      t.log(runtime[key] === before);
      t.attempt('define', () =>
        Reflect.defineProperty(runtime, key, { value: mine, configurable: true }),
      );
      t.log(runtime[key] === mine, Reflect.getOwnPropertyDescriptor(runtime, key));
      t.attempt('delete', () => Reflect.deleteProperty(runtime, key));
      t.log(key in runtime);
      t.attempt('restore', () => Reflect.defineProperty(runtime, key, descriptor));
      t.log(typeof runtime[key]);
    }
  },
});

conformance('a stack seen by the host inside its listeners', {
  only: /content>background.browser|user>/,
  async accept(t) {
    const port = await t.accept();
    t.listen(port.onMessage, () => {
      const frames = new Error('for its stack').stack.trim().split('\n');
      t.log(
        'frames',
        frames.length,
        frames.map((frame) => frame.replace(/^.*\//, '')),
      );
    });
    const message = t.next(port.onMessage);
    await t.signal('listening');
    await message;
    await t.signal('seen');
  },
  async open(t) {
    const port = t.connect({ name: t.name });
    await t.signalled('listening');
    port.postMessage(1);
    await t.signalled('seen');
  },
});

conformance('stack, file and line of what a native function throws', {
  only: /content>background.browser|user>|mv2.page/,
  async accept(t) {
    await t.accept();
    await t.signal('accepted');
  },
  async open(t) {
    const port = t.connect({ name: t.name });
    await t.signalled('accepted');
    const { connect } = t.api.runtime;
    for (const call of [() => port.postMessage(() => 1), () => connect(Symbol('s'))]) {
      try {
        call();
      } catch (error) {
        const frames = String(error.stack).trim().split('\n');
        t.log(
          error.name,
          frames.map((frame) => frame.replace(/^.*\//, '')),
        );
        t.log(String(error.fileName ?? error.filename).replace(/^.*\//, ''), error.lineNumber);
      }
    }
  },
});

conformance('RegExp.lastMatch after posting text beyond ASCII', {
  async accept(t) {
    const port = await t.accept();
    const message = t.next(port.onMessage);
    await t.signal('listening');
    t.log(await message);
  },
  async open(t) {
    const port = t.connect({ name: t.name });
    await t.signalled('listening');
    t.log(/m(a)tch/.test('a match'));
    port.postMessage({ text: 'été' });
    t.log(RegExp.lastMatch, RegExp.$1);
  },
});

conformance('globals of a user script world after posting a Blob', {
  routes: ['mv3/user>background/browser'],
  async accept(t) {
    t.log((await t.accept()).name);
  },
  async open(t) {
    const port = t.connect({ name: t.name });
    t.attempt('blob', () => port.postMessage(new Blob(['text'])));
    t.log(Object.hasOwn(globalThis, 'Blob'));
  },
});
