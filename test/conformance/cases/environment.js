/** The extension changes its own surroundings; worlds see nothing of each other. */

/** The accepting end for cases in which a message and a port must get through. */
async function answering(t) {
  t.listen(t.onMessage, (message) => Promise.resolve(['heard', message]));
  t.listen(t.onConnect, (port) => {
    t.log('port', port.name);
    t.listen(port.onMessage, (message) => port.postMessage(['echo', message]));
  });
  await t.signal('listening');
  await t.signalled('done');
}

const FROM_EACH = { only: /content>|page>|user>/ };

/** Says something over a port and hears the echo. */
async function echo(t, port) {
  const answer = t.next(port.onMessage);
  port.postMessage('to be echoed');
  t.log(await answer);
}

conformance('an extension that wraps connect and sendMessage itself', {
  ...FROM_EACH,
  accept: answering,
  async open(t) {
    await t.signalled('listening');
    const { runtime } = t.api;
    const { connect, sendMessage } = runtime;
    runtime.connect = function (...args) {
      t.log('own connect', args, this === runtime);
      const port = connect.apply(this, args);
      const { postMessage } = port;
      port.postMessage = (message) => {
        t.log('own postMessage', message);
        return postMessage.call(port, message);
      };
      return port;
    };
    runtime.sendMessage = (...args) => {
      t.log('own sendMessage', args.length);
      return sendMessage(...args);
    };
    try {
      t.log(runtime.connect === connect, runtime.connect.name);
      await echo(t, t.owned(runtime.connect({ name: t.name })));
      await t.settle('reply', t.request('question'));
    } finally {
      runtime.connect = connect;
      runtime.sendMessage = sendMessage;
    }
    t.log(runtime.connect === connect);
    await echo(t, t.owned(runtime.connect({ name: 'again' })));
    await t.signal('done');
  },
});

conformance('an extension that wraps addListener of an event', {
  only: /content>|page>/,
  async accept(t) {
    const event = t.onConnect;
    const { addListener } = event;
    const added = [];
    event.addListener = function (...args) {
      added.push(args.length, this === event);
      return addListener.apply(this, args);
    };
    try {
      await answering(t);
    } finally {
      event.addListener = addListener;
    }
    t.log(added);
  },
  async open(t) {
    await t.signalled('listening');
    await echo(t, t.connect({ name: t.name }));
    await t.signal('done');
  },
});

conformance('an extension that freezes a port, its events and runtime.onConnect', {
  routes: [
    'mv2/content>background/browser',
    'mv3/content>background/browser',
    'mv3/user>background/browser',
  ],
  async accept(t) {
    t.attempt('freeze a listener', () => Object.isFrozen(Object.freeze(() => undefined)));
    await answering(t);
  },
  async open(t) {
    await t.signalled('listening');
    const port = t.connect({ name: t.name });
    for (const object of [port.onMessage, port.onDisconnect, port]) {
      t.log(Object.isFrozen(Object.freeze(object)), Object.isFrozen(object));
    }
    t.attempt('assign', () => {
      'use strict';
      port.postMessage = 1;
    });
    await echo(t, port);
    await t.signal('done');
  },
});

conformance('browser and chrome replaced by copies', {
  ...FROM_EACH,
  accept: answering,
  async open(t) {
    await t.signalled('listening');
    const names = ['browser', 'chrome'].filter((name) => name in globalThis);
    const saved = names.map((name) => [
      name,
      Reflect.getOwnPropertyDescriptor(globalThis, name),
      globalThis[name],
    ]);
    for (const [name, , value] of saved) {
      const { runtime } = value;
      t.attempt(`replace ${name}`, () => {
        const { connect, sendMessage } = runtime;
        globalThis[name] = Object.freeze({ runtime: Object.freeze({ connect, sendMessage }) });
        return Object.keys(globalThis[name].runtime);
      });
    }
    try {
      const { runtime } = globalThis[t.apiName] ?? t.api;
      await echo(t, t.owned(runtime.connect({ name: t.name })));
      await t.settle('reply', Promise.resolve(runtime.sendMessage('question')));
    } finally {
      for (const [name, descriptor, value] of saved) {
        if (descriptor?.configurable) Object.defineProperty(globalThis, name, descriptor);
        else globalThis[name] = value;
      }
    }
    t.log(globalThis[t.apiName] === t.api);
    await t.signal('done');
  },
});

conformance('browser and chrome deleted while a port is open', {
  ...FROM_EACH,
  accept: answering,
  async open(t) {
    await t.signalled('listening');
    const port = t.connect({ name: t.name });
    const saved = ['browser', 'chrome'].map((name) => [
      name,
      Reflect.getOwnPropertyDescriptor(globalThis, name),
    ]);
    for (const [name] of saved)
      t.attempt(`delete ${name}`, () => Reflect.deleteProperty(globalThis, name));
    try {
      t.log(typeof browser, typeof chrome);
      await echo(t, port);
    } finally {
      for (const [name, descriptor] of saved) {
        if (descriptor) Object.defineProperty(globalThis, name, descriptor);
      }
    }
    await t.signal('done');
  },
});

conformance('connect() through the objects of both namespaces, listeners on both', {
  routes: [
    'mv2/content>background/browser',
    'mv2/page>background/browser',
    'mv2/background>content/browser',
  ],
  async accept(t) {
    const listener = (port) => t.log('accepted', port.name);
    browser.runtime.onConnect.addListener(listener);
    t.log(
      chrome.runtime.onConnect.hasListener(listener),
      browser.runtime.onConnect.hasListener(listener),
    );
    chrome.runtime.onConnect.addListener(listener);
    t.log(chrome.runtime.onConnect.hasListener(listener));
    t.log(
      browser.runtime.onConnect === chrome.runtime.onConnect,
      browser.runtime.connect === chrome.runtime.connect,
    );
    await t.signal('listening');
    await t.signalled('first');
    browser.runtime.onConnect.removeListener(listener);
    t.log(
      chrome.runtime.onConnect.hasListener(listener),
      browser.runtime.onConnect.hasListener(listener),
    );
    await t.signal('removed one');
    await t.signalled('second');
    chrome.runtime.onConnect.removeListener(listener);
    await t.signal('removed both');
    await t.signalled('done');
  },
  async open(t) {
    const connect = (api, name) =>
      t.owned(t.tab ? api.tabs.connect(t.tab, { name }) : api.runtime.connect({ name }));
    await t.signalled('listening');
    connect(browser, 'through browser');
    connect(chrome, 'through chrome');
    await t.barrier();
    await t.barrier();
    await t.signal('first');
    await t.signalled('removed one');
    connect(browser, 'one left');
    await t.barrier();
    await t.barrier();
    await t.signal('second');
    await t.signalled('removed both');
    const lost = connect(chrome, 'none left');
    await t.disconnected(lost);
    t.log(lost.error);
    await t.signal('done');
  },
});

conformance('events the page dispatches: pagehide, pageshow, visibilitychange', {
  routes: [
    'mv2/content>background/browser',
    'mv3/content>background/browser',
    'mv3/user>background/browser',
  ],
  accept: answering,
  async open(t) {
    await t.signalled('listening');
    const port = t.watch(t.connect({ name: t.name }));
    for (const type of ['pagehide', 'pageshow', 'visibilitychange', 'freeze', 'beforeunload']) {
      const listener = (event) =>
        t.log(type, event.isTrusted, event.defaultPrevented, event.eventPhase);
      globalThis.addEventListener(type, listener);
      globalThis.dispatchEvent(new Event(type, { cancelable: true }));
      globalThis.removeEventListener(type, listener);
    }
    await echo(t, port);
    await t.signal('done');
  },
});

conformance('what the page’s own world sees', {
  routes: ['mv2/content/browser', 'mv3/content/browser'],
  alone(t) {
    // Code of the page's world, run there by way of the page's own eval.
    const seen = globalThis.window.eval(`(() => {
      const globals = Object.getOwnPropertyNames(globalThis);
      const functions = ['addEventListener', 'postMessage', 'setTimeout', 'fetch', 'dispatchEvent', 'structuredClone'];
      return JSON.stringify({
        globals: globals.filter((name) => !/^(CONFORMANCE|conformance)/.test(name)).length,
        odd: globals.filter((name) => /porthole|browser|chrome/i.test(name)),
        symbols: Object.getOwnPropertySymbols(globalThis).map(String),
        sources: functions.map((name) => String(globalThis[name])),
        names: functions.map((name) => globalThis[name].name),
        html: document.documentElement.innerHTML,
        attributes: [...document.documentElement.attributes].map(({ name }) => name),
        scripts: document.scripts.length,
        entries: performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.startsWith('moz')),
        marks: performance.getEntriesByType('mark').length,
        frames: globalThis.length,
        storage: [localStorage.length, sessionStorage.length],
        cookie: document.cookie,
      });
    })()`);
    for (const [name, value] of Object.entries(JSON.parse(seen))) t.log(name, value);
  },
});

conformance('what the page hears while an extension talks', {
  routes: ['mv2/content>background/browser', 'mv3/content>background/browser'],
  accept: answering,
  async open(t) {
    await t.signalled('listening');
    const page = (code) => globalThis.window.eval(code);
    page(`
      globalThis.heard = [];
      globalThis.undo = [];
      for (const type of ['message', 'error', 'unhandledrejection', 'messageerror', 'storage', 'pagehide']) {
        const listener = (event) => globalThis.heard.push(type + ' ' + event.message);
        addEventListener(type, listener, true);
        undo.push(() => removeEventListener(type, listener, true));
      }
      for (const [holder, key] of [[EventTarget.prototype, 'addEventListener'], [EventTarget.prototype, 'dispatchEvent'],
        [globalThis, 'postMessage'], [JSON, 'stringify'], [Object, 'keys'], [Promise.prototype, 'then'], [console, 'log']]) {
        const original = holder[key];
        holder[key] = function (...args) {
          globalThis.heard.push(key);
          return original.apply(this, args);
        };
        undo.push(() => { holder[key] = original; });
      }
    `);
    const port = t.connect({ name: t.name });
    await echo(t, port);
    port.postMessage(new Map([[1, { a: 1 }]]));
    await t.settle('reply', t.request('question'));
    t.attempt('refused', () => port.postMessage(() => 1));
    port.disconnect();
    await t.barrier();
    t.log('heard', page('undo.forEach((each) => each()); JSON.stringify(heard)'));
    page('delete globalThis.heard; delete globalThis.undo');
    await t.signal('done');
  },
});

conformance('two user script worlds and the content script know nothing of each other', {
  routes: ['mv3/user>background/browser', 'mv3/second>background/browser'],
  async accept(t) {
    t.listen(t.onConnect, (port) => {
      const { userScriptWorldId, envType, id } = port.sender;
      t.log('user script port', port.name, userScriptWorldId, envType, id);
      port.postMessage('welcome');
    });
    const wrong = () => t.log('never: onConnect');
    browser.runtime.onConnect.addListener(wrong);
    t.atEnd(() => browser.runtime.onConnect.removeListener(wrong));
    t.listen(t.onMessage, (message, sender) =>
      Promise.resolve([message, sender.userScriptWorldId]),
    );
    await t.signal('listening');
    await t.signalled('done');
  },
  async open(t) {
    await t.signalled('listening');
    const port = t.connect({ name: t.name });
    t.log(await t.next(port.onMessage));
    await t.settle('reply', t.request('question'));
    t.log(Object.keys(browser.runtime), typeof chrome, typeof browser.tabs);
    t.attempt('another extension', () => browser.runtime.connect('other@extension', { name: 'x' }));
    t.attempt('a message to another extension', () =>
      browser.runtime.sendMessage('other@extension', 'x'),
    );
    await t.signal('done');
  },
});

conformance('a port to another extension', {
  routes: [
    'mv2/content/browser',
    'mv2/background/chrome',
    'mv3/background/browser',
    'mv3/page/browser',
  ],
  async alone(t) {
    const port = t.watch(t.api.runtime.connect('nobody@example.com', { name: t.name }));
    await t.disconnected(port);
    const result = t.attempt('message', () =>
      t.api.runtime.sendMessage('nobody@example.com', { a: 1 }, {}),
    );
    if (result?.then) await t.settle('message', result);
  },
});

conformance('timing: promises and callbacks settle in the same order among microtasks', {
  only: /content>background.browser|user>/,
  accept: answering,
  async open(t) {
    await t.signalled('listening');
    const order = [];
    const port = t.connect({ name: t.name });
    t.listen(port.onMessage, () => {
      order.push('message');
      void Promise.resolve().then(() => order.push('microtask of the first'));
    });
    t.listen(port.onMessage, () => order.push('message, second listener'));
    order.push('before');
    port.postMessage('x');
    order.push('after');
    void Promise.resolve().then(() => order.push('microtask'));
    await t.until('the echo', () => order.includes('microtask of the first'));
    t.log(order);
    await t.signal('done');
  },
});

conformance('microtasks between the reply of sendMessage and its reactions', {
  only: /content>background.browser|user>/,
  accept: answering,
  async open(t) {
    await t.signalled('listening');
    const order = [];
    const one = t.api.runtime.sendMessage('one');
    const first = one.then(() => order.push('first'));
    const second = one.then(() => order.push('second'));
    const chained = one.then(() => undefined).then(() => order.push('chained'));
    await Promise.all([first, second, chained]);
    t.log(order);
    await t.signal('done');
  },
});

for (const [name, use] of [
  ['a closed port', () => undefined],
  [
    'a closed port that had listeners',
    (port, log) => {
      port.onMessage.addListener((message) => log('never', message, port.name));
      port.onDisconnect.addListener(() => log('never', port.name));
    },
  ],
]) {
  conformance(`${name} is collected as garbage`, {
    routes: ['mv2/content>background/browser', 'mv3/content>background/browser'],
    async accept(t) {
      t.listen(t.onConnect, (port) => t.log('accepted', port.name));
      await t.signal('listening');
      await t.signalled('done');
    },
    async open(t) {
      await t.signalled('listening');
      const kept = [];
      for (let n = 0; n < 5; n += 1) {
        const port = t.api.runtime.connect({ name: 'short' });
        use(port, t.log);
        kept.push(new WeakRef(port));
        port.disconnect();
      }
      let left = 5;
      for (let i = 0; i < 8 && left > 0; i += 1) {
        await t.ask('collect garbage');
        await t.barrier();
        await new Promise((resolve) => setTimeout(resolve, 20));
        left = kept.filter((each) => each.deref() !== undefined).length;
      }
      t.log('left', left);
      await t.signal('done');
    },
  });
}
