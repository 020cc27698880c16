/** One-off messages: sendMessage, its replies and errors, and what listeners return. */

/**
 * A case in which `open` sends and `accept` has listeners: each listener is made with `t` and gets what Firefox
 * passes. `send(t)` logs what comes back.
 */
function asking(name, listeners, send, options = {}) {
  conformance(name, {
    ...options,
    async accept(t) {
      const all = await listeners(t);
      for (const listener of all) t.listen(t.onMessage, listener);
      await t.signal('listening');
      await t.signalled('done');
    },
    async open(t) {
      await t.signalled('listening');
      await send(t);
      await t.signal('done');
    },
  });
}

/** Most cases need no more than these. */
const SOME = {
  only: /mv2\/content>background|mv2\/background>content|mv3\/content|mv3\/page|mv3\/user/,
};

asking(
  'arguments of a message listener, and its sender',
  (t) => [
    (...args) => {
      const [message, sender, sendResponse] = args;
      t.log(args.length, message);
      t.log(sender);
      t.log(typeof sendResponse, sendResponse.name, sendResponse.length, String(sendResponse));
      t.log(Reflect.ownKeys(sendResponse).map(String).sort(), 'prototype' in sendResponse);
      sendResponse({ re: message });
    },
  ],
  (t) => t.settle('reply', t.request({ type: 'question', list: [1] })),
);

asking(
  'replies: promise, async function, true and sendResponse, at once',
  (t) => [
    (message, _, sendResponse) => {
      if (message === 'promise') return Promise.resolve({ by: 'promise' });
      if (message === 'async') return (async () => ({ by: 'async' }))();
      if (message === 'later') {
        setTimeout(() => t.log('sendResponse returned', sendResponse({ by: 'later' })), 1);
        return true;
      }
      if (message === 'at once') t.log('sendResponse returned', sendResponse({ by: 'at once' }));
      if (message === 'at once and true') {
        sendResponse({ by: 'at once and true' });
        return true;
      }
      if (message === 'nothing in it') sendResponse();
      if (message === 'promise of nothing') return Promise.resolve();
      if (message === 'null') sendResponse(null);
      return undefined;
    },
  ],
  async (t) => {
    for (const message of [
      'promise',
      'async',
      'later',
      'at once',
      'at once and true',
      'nothing in it',
      'promise of nothing',
      'null',
      'no answer',
    ]) {
      await t.settle(message, t.request(message));
    }
  },
);

asking(
  'what listeners return that is no answer',
  (t) => [
    (message) =>
      ({
        false: false,
        null: null,
        zero: 0,
        one: 1,
        text: 'text',
        object: { a: 1 },
        thenable: {
          get then() {
            t.log('then read');
            return (resolve) => {
              t.log('then called');
              resolve('of a thenable');
            };
          },
        },
        function: () => 1,
      })[message],
  ],
  async (t) => {
    for (const message of [
      'false',
      'null',
      'zero',
      'one',
      'text',
      'object',
      'thenable',
      'function',
    ]) {
      await t.settle(message, t.request(message));
    }
  },
);

asking(
  'listeners that fail',
  (t) => [
    (message, _, sendResponse) => {
      class HostError extends Error {
        name = 'HostError';
      }
      if (message === 'throw') throw new TypeError('thrown by the listener');
      if (message === 'throw own') throw new HostError('own class');
      if (message === 'throw text') throw 'a text';
      if (message === 'reject') return Promise.reject(new RangeError('rejected'));
      if (message === 'reject own') return Promise.reject(new HostError('own class'));
      if (message === 'reject text') return Promise.reject('a text');
      if (message === 'reject object')
        return Promise.reject({ message: 'with a message', code: 1 });
      if (message === 'reject nothing') return Promise.reject();
      if (message === 'uncloneable promise') return Promise.resolve(() => 1);
      if (message === 'uncloneable') {
        t.attempt('sendResponse', () => sendResponse(() => 1));
        return true;
      }
      if (message === 'respond with error') {
        sendResponse(new Error('as a value'));
      }
      return undefined;
    },
  ],
  async (t) => {
    for (const message of [
      'throw',
      'throw own',
      'throw text',
      'reject',
      'reject own',
      'reject text',
      'reject object',
      'reject nothing',
      'uncloneable promise',
      'respond with error',
    ]) {
      await t.settle(message, t.request(message));
    }
  },
);

asking(
  'listeners that race: the first to answer wins',
  (t) => [
    (message) => {
      t.log('first', message);
      return message === 'both later'
        ? new Promise((resolve) => setTimeout(resolve, 30, 'slow'))
        : undefined;
    },
    (message, _, sendResponse) => {
      t.log('second', message);
      if (message === 'both later') return Promise.resolve('quick');
      sendResponse('second');
      t.log('sendResponse again', sendResponse('second, again'));
      return undefined;
    },
    (message, _, sendResponse) => {
      t.log('third', message);
      t.attempt('late sendResponse', () => sendResponse('third'));
      return Promise.resolve('third as promise');
    },
  ],
  async (t) => {
    await t.settle('sync', t.request('at once'));
    await t.settle('later', t.request('both later'));
  },
);

asking(
  'a listener that throws beside one that answers',
  (t) => [
    () => {
      t.log('throws');
      throw new Error('by the first');
    },
    () => {
      t.log('answers');
      return Promise.resolve('by the second');
    },
  ],
  (t) => t.settle('reply', t.request('question')),
);

asking(
  'sendResponse called twice, and after the promise',
  (t) => [
    (message, _, sendResponse) => {
      setTimeout(() => {
        t.attempt('one', () => sendResponse(1));
        t.attempt('two', () => sendResponse(2));
      }, 1);
      return true;
    },
  ],
  async (t) => {
    await t.settle('reply', t.request('question'));
    await t.barrier();
  },
);

asking(
  'a promise of the host’s own class as the answer',
  (t) => [
    (message) => {
      class HostPromise extends Promise {
        // eslint-disable-next-line unicorn/no-thenable
        then(...args) {
          t.log('then called', args.length);
          return super.then(...args);
        }
        static get [Symbol.species]() {
          t.log('species read');
          return Promise;
        }
      }
      if (message === 'own then') {
        const promise = Promise.resolve('own then');
        promise.then = function (...args) {
          t.log('own then called');
          return Promise.prototype.then.apply(this, args);
        };
        return promise;
      }
      return HostPromise.resolve('of own class');
    },
  ],
  async (t) => {
    await t.settle('class', t.request('class'));
    await t.settle('own then', t.request('own then'));
  },
  SOME,
);

asking(
  'rejected answers and unhandledrejection',
  (t) => {
    const onRejection = (event) => {
      t.log('unhandledrejection', event.reason);
      event.preventDefault();
    };
    globalThis.addEventListener('unhandledrejection', onRejection);
    t.atEnd(() => globalThis.removeEventListener('unhandledrejection', onRejection));
    return [() => Promise.reject(new Error('by the listener'))];
  },
  async (t) => {
    const reasons = [];
    const onRejection = (event) => {
      reasons.push(event.reason);
      event.preventDefault();
    };
    globalThis.addEventListener('unhandledrejection', onRejection);
    t.atEnd(() => globalThis.removeEventListener('unhandledrejection', onRejection));
    await t.settle('handled', t.request('one'));
    t.log('so far', reasons.length);
    if (t.apiName === 'browser') {
      void t.sendMessage('two');
      await t.settle('another', t.request('three'));
      await t.barrier();
      await new Promise((resolve) => setTimeout(resolve, 0));
      t.log('not handled', reasons);
    }
  },
);

conformance('sendMessage when nobody listens', {
  async accept(t) {
    t.log(t.onMessage.hasListener(() => undefined));
    await t.signalled('done');
  },
  async open(t) {
    await t.settle('request', t.request('anybody?'));
    t.attempt('without callback', () => {
      const result = t.sendMessage('anybody?');
      result?.catch?.((error) => t.log('rejected', error));
      return result;
    });
    await new Promise((resolve) => {
      const result = t.attempt('with callback', () =>
        t.sendMessage('anybody?', (...args) => {
          t.log('callback', args.length, args, t.api.runtime.lastError);
          t.log('again', t.api.runtime.lastError);
          resolve();
        }),
      );
      result?.then?.(resolve, (error) => resolve(t.log('promise beside the callback', error)));
    });
    t.log('afterwards', t.api.runtime.lastError);
    await t.signal('done');
  },
});

conformance('sendMessage after the last listener was removed', {
  async accept(t) {
    const listener = () => Promise.resolve('never');
    t.onMessage.addListener(listener);
    t.onMessage.addListener(listener);
    t.log(t.onMessage.hasListener(listener));
    t.onMessage.removeListener(listener);
    t.log(t.onMessage.hasListener(listener));
    await t.signal('removed');
    await t.signalled('done');
  },
  async open(t) {
    await t.signalled('removed');
    await t.settle('request', t.request('anybody?'));
    await t.signal('done');
  },
});

asking(
  'listeners that do not answer: what the sender gets',
  (t) => [() => t.log('one'), () => t.log('two')],
  async (t) => {
    await t.settle('request', t.request('no answer'));
    const result = t.attempt('callback', () =>
      t.sendMessage('no answer', (...args) =>
        t.log('called with', args.length, args, t.api.runtime.lastError),
      ),
    );
    await result?.catch?.(() => undefined);
    await t.barrier();
    await t.barrier();
  },
);

asking(
  'the forms of the arguments of runtime.sendMessage',
  (t) => [
    (message) => {
      t.log('got', message);
      return Promise.resolve('reply');
    },
  ],
  async (t) => {
    const { sendMessage, id } = t.api.runtime;
    const forms = {
      'no argument': [],
      undefined: [undefined],
      null: [null],
      number: [1],
      text: ['text'],
      'message and options': [{ n: 1 }, {}],
      'message and null': [{ n: 2 }, null],
      'message and undefined': [{ n: 3 }, undefined],
      'message, options with a key': [{ n: 4 }, { includeTlsChannelId: true }],
      'id and message': [id, { n: 5 }],
      'id, message, options': [id, { n: 6 }, {}],
      'null, message': [null, { n: 7 }],
      'undefined, message': [undefined, { n: 8 }],
      'null, message, null': [null, { n: 9 }, null],
      'two texts': ['a text', 'another'],
      'text and empty options': ['a text', {}],
      'four arguments': [id, { n: 10 }, {}, 4],
      'five arguments': [id, { n: 11 }, {}, () => undefined, 5],
      'options with an unknown key': [{ n: 12 }, { unknown: 1 }],
      'a function alone': [() => undefined],
      symbol: [Symbol('s')],
      'a function in the message': [{ f: () => 1 }],
    };
    for (const [form, args] of Object.entries(forms)) {
      const result = t.attempt(form, () => sendMessage(...args));
      if (result?.then) await t.settle(form, result);
      else await t.barrier();
    }
    const result = t.attempt('without this', () => sendMessage.call(null, { n: 13 }));
    if (result?.then) await t.settle('without this', result);
  },
  { only: /(content|page|user)>/ },
);

asking(
  'callbacks: arguments, this, lastError, and errors in them',
  (t) => [
    (message) =>
      message === 'fail' ? Promise.reject(new Error('failed')) : Promise.resolve({ message }),
  ],
  async (t) => {
    for (const message of ['ask', 'fail']) {
      await new Promise((resolve) => {
        const result = t.attempt(message, () =>
          t.sendMessage(message, function (...args) {
            t.log('this', this === undefined ? 'undefined' : typeof this, args);
            t.log('lastError', t.api.runtime.lastError);
            resolve();
          }),
        );
        result?.then?.(resolve, (error) => resolve(t.log('rejected', error)));
      });
    }
  },
  { only: /chrome|browser/ },
);

asking(
  'the promise of sendMessage',
  () => [(message) => Promise.resolve(message)],
  async (t) => {
    const promise = t.attempt('call', () => t.sendMessage('question'));
    if (!promise) {
      t.log('none');
      return;
    }
    t.log(promise instanceof Promise, Object.getPrototypeOf(promise) === Promise.prototype);
    t.log(Reflect.ownKeys(promise).map(String), promise.constructor === Promise);
    const other = t.sendMessage('other');
    t.log('a new one each time', promise !== other);
    t.log(await promise, await other, await promise);
    const order = [];
    await Promise.all(
      [1, 2, 3].map(async (n) => {
        order.push(await t.sendMessage(n));
      }),
    );
    t.log(order);
  },
);

asking(
  'the message is taken at the call, and each listener gets the same copy',
  (t) => {
    let first;
    return [
      (message) => {
        first = message;
        message.list.push('by the first');
      },
      (message) => {
        t.log('same', message === first, message);
        return Promise.resolve(message);
      },
    ];
  },
  async (t) => {
    const payload = { list: [1], map: new Map([[1, 2]]), date: new Date(0) };
    const reply = t.request(payload);
    payload.list.push('after the call');
    t.log('reply', await reply);
  },
  SOME,
);

asking(
  'payloads of requests and replies that JSON cannot say',
  () => [
    (message, _, sendResponse) => {
      sendResponse([message, undefined, NaN, -0, 10n, new Set([1]), { u: undefined }]);
    },
  ],
  async (t) => {
    const cycle = { name: 'cycle' };
    cycle.self = cycle;
    for (const message of [new Map([[1, { a: undefined }]]), NaN, undefined, [1, , 3], cycle, 5n]) {
      await t.settle('reply', t.request(message));
    }
    await t.settle('uncloneable', (async () => t.request({ f: () => 1 }))());
    await t.settle('symbol', (async () => t.request(Symbol('s')))());
    await t.settle('proxy', (async () => t.request({ f: new Proxy(() => 1, {}) }))());
  },
);

asking(
  'getters of requests and replies run as often as natively',
  (t) => [
    () =>
      Promise.resolve({
        get reply() {
          t.log('getter of the reply');
          return 1;
        },
        map: new Map(),
      }),
  ],
  async (t) => {
    const calls = [];
    const message = (extra) => ({
      get a() {
        calls.push('a');
        return calls.length;
      },
      get [Symbol.toStringTag]() {
        calls.push('tag');
        return 'Tag';
      },
      ...extra,
    });
    await t.settle('plain', t.request(message({})));
    await t.settle('map', t.request(message({ map: new Map() })));
    await t.settle('function', (async () => t.request(message({ f: () => 1 })))());
    await t.settle(
      'throws',
      (async () =>
        t.request({
          get bad() {
            calls.push('bad');
            throw new RangeError('by a getter');
          },
        }))(),
    );
    t.log(calls);
  },
);

asking(
  'answers that change after they were given',
  (t) => [
    (message, _, sendResponse) => {
      const answer = { list: [1] };
      if (message === 'sync') {
        sendResponse(answer);
        answer.list.push('after sendResponse');
        return undefined;
      }
      Promise.resolve().then(() => answer.list.push('in a microtask'));
      return Promise.resolve(answer);
    },
  ],
  async (t) => {
    await t.settle('sync', t.request('sync'));
    await t.settle('promise', t.request('promise'));
  },
  SOME,
);

asking(
  'an answer that never comes, collected as garbage',
  () => [
    (message) => {
      if (message === 'promise') return new Promise(() => undefined);
      return true;
    },
  ],
  async (t) => {
    for (const message of ['promise', 'true']) {
      const state = { settled: false };
      const asked = t.settle(message, t.request(message)).then(() => (state.settled = true));
      for (let i = 0; i < 10 && !state.settled; i += 1) {
        await t.ask('collect garbage');
        await t.barrier();
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      t.log(message, 'settled', state.settled);
      if (state.settled) await asked;
    }
  },
  {
    routes: [
      'mv2/content>background/browser',
      'mv3/content>background/browser',
      'mv3/user>background/browser',
    ],
  },
);

asking(
  'message listeners: twice, removed, hasListener',
  (t) => {
    const one = (message) => t.log('one', message);
    const two = (message) => t.log('two', message);
    t.log(t.onMessage.hasListener(one));
    t.listen(t.onMessage, one);
    t.listen(t.onMessage, one);
    t.listen(t.onMessage, two);
    t.log(t.onMessage.hasListener(one), t.onMessage.hasListener(two));
    t.onMessage.removeListener(two);
    t.onMessage.removeListener(() => undefined);
    t.log(t.onMessage.hasListener(one), t.onMessage.hasListener(two));
    for (const wrong of [undefined, null, {}, 'text']) {
      t.attempt('add', () => t.onMessage.addListener(wrong));
      t.attempt('has', () => t.onMessage.hasListener(wrong));
    }
    return [
      (message) => {
        t.log('last', message);
        t.onMessage.removeListener(one);
        return Promise.resolve('done');
      },
    ];
  },
  async (t) => {
    await t.settle('one', t.request(1));
    await t.settle('two', t.request(2));
  },
);

asking(
  'one function listens to messages and to connections',
  (t) => {
    const both = (...args) => {
      t.log('called', typeof args[0], args.length);
      return typeof args[0] === 'string' ? Promise.resolve('to the message') : undefined;
    };
    t.listen(t.onConnect, both);
    return [both];
  },
  async (t) => {
    const port = t.connect({ name: t.name });
    await t.settle('reply', t.request('a text'));
    port.disconnect();
  },
  SOME,
);

conformance('tabs.sendMessage and tabs.connect: forms, targets, errors', {
  routes: [
    'mv2/background>content/browser',
    'mv2/background>content/chrome',
    'mv3/background>content/browser',
  ],
  async accept(t) {
    t.listen(t.onMessage, (message) => Promise.resolve(['heard', message]));
    t.listen(t.onConnect, (port) => t.log('port', port.name));
    await t.signalled('done');
  },
  async open(t) {
    const { tabs } = t.api;
    const forms = {
      message: [t.tab, 'm'],
      frame: [t.tab, 'm', { frameId: 0 }],
      'no frame': [t.tab, 'm', { frameId: 12345 }],
      'null options': [t.tab, 'm', null],
      'bad options': [t.tab, 'm', { frameId: 'x' }],
      'bad document': [t.tab, 'm', { documentId: 'x' }],
      'no tab': [999999, 'm'],
      'negative tab': [-1, 'm'],
      'text as tab': ['1', 'm'],
      nothing: [],
      'tab alone': [t.tab],
      'undefined message': [t.tab, undefined],
      uncloneable: [t.tab, () => 1],
    };
    for (const [form, args] of Object.entries(forms)) {
      const result = t.attempt(form, () => tabs.sendMessage(...args));
      if (result?.then) await t.settle(form, result);
      else await t.barrier();
    }
    for (const [form, args] of Object.entries({
      tab: [t.tab],
      name: [t.tab, { name: 'n' }],
      frame: [t.tab, { name: 'f', frameId: 0 }],
      null: [t.tab, null],
      'text as tab': ['x'],
      nothing: [],
      'unknown key': [t.tab, { unknown: 1 }],
    })) {
      t.attempt(form, () => t.owned(tabs.connect(...args)).name);
    }
    const lost = t.owned(tabs.connect(999999));
    t.log(await t.disconnected(lost).then((port) => port.error));
    await t.barrier();
    await t.signal('done');
  },
});
