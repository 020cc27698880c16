/** Payloads: what is copied, when, what is refused, and which code of the host runs meanwhile. */

/** A case in which `open` posts, and `accept` logs what arrives until it is told that all was posted. */
function posting(name, post, options = {}) {
  conformance(name, {
    ...options,
    async accept(t) {
      const port = await t.accept();
      const last = new Promise((resolve) => {
        t.listen(port.onMessage, (message) => {
          if (message === 'that was all') resolve();
          else t.log('message', message);
        });
      });
      await t.signal('listening');
      await last;
    },
    async open(t) {
      const port = t.connect({ name: t.name });
      await t.signalled('listening');
      const send = (label, make) => t.attempt(label, () => port.postMessage(make()));
      await post(t, send, port);
      await t.barrier();
      port.postMessage('that was all');
      await t.barrier();
    },
  });
}

posting('payloads that JSON says', (t, send) => {
  const values = [null, true, false, 0, -1.5, 1e300, '', 'text', '\ud800', 'é\u0000', [], {}, [[]]];
  for (const value of values) send(t.describe(value), () => value);
  send('nested', () => ({ a: [1, { b: null, c: [true] }], '': 0, 'key with "quotes"': '\u2028' }));
  send('long text', () => 'long '.repeat(20_000));
  send('many items', () =>
    Array.from({ length: 5_000 }, (_, n) => n).filter((n) => n % 1000 === 0),
  );
});

posting('payloads that only structured clone says', (t, send) => {
  send('undefined', () => undefined);
  for (const value of [NaN, Infinity, -Infinity, -0, 10n ** 30n]) send(String(value), () => value);
  send('date', () => new Date(0));
  send('invalid date', () => new Date(NaN));
  send('regexp', () => /a+/giu);
  send(
    'map',
    () =>
      new Map([
        [{ key: 1 }, new Map()],
        ['text', undefined],
      ]),
  );
  send('set', () => new Set([1, 'a', [2]]));
  send('undefined inside', () => ({ a: undefined, b: [undefined, , 3] }));
  send('bytes', () => new Uint8Array([1, 2, 255]));
  send('buffer', () => new Uint16Array([1, 2, 65535]).buffer);
  send('boxed', () => [Object(1), Object('text'), Object(true)]);
  send('shared part', () => {
    const part = { x: 1 };
    return { a: part, b: part };
  });
  send('cycle', () => {
    const cycle = { name: 'cycle' };
    cycle.self = cycle;
    return cycle;
  });
  send('array with properties', () => Object.assign([1, 2], { extra: true }));
  send('holes', () => [1, , 3]);
  send('nothing but holes', () => Array(3));
});

posting('errors as payloads', (t, send) => {
  send('error', () => new Error('of the host'));
  send('type error with cause', () => new TypeError('outer', { cause: new RangeError('inner') }));
  send('in an object', () => ({ error: new SyntaxError('x') }));
  send('DOMException', () => new DOMException('message', 'AbortError'));
});

posting('payloads that cannot be cloned', (t, send) => {
  send('function', () => () => 1);
  send('function inside', () => ({ a: { b: [() => 1] } }));
  send('symbol', () => Symbol('s'));
  send('symbol inside', () => ({ s: Symbol('s') }));
  send('weak map', () => new WeakMap());
  send('promise', () => Promise.resolve(1));
  send('window', () => globalThis);
  send('document', () => ({ node: document }));
  send(
    'class',
    () =>
      class {
        a = 1;
      },
  );
  send('generator', () => (function* () {})());
  send('weak reference', () => new WeakRef({}));
  send('error with function', () => Object.assign(new Error('x'), { f: () => 1 }));
});

posting('objects of classes arrive as plain ones', (t, send) => {
  class Point {
    #secret = 1;
    constructor(x) {
      this.x = x;
    }
    get double() {
      return this.x * 2;
    }
    method() {
      return this.#secret;
    }
  }
  send('instance', () => new Point(3));
  send('subclass of Array', () => new (class extends Array {})(1, 2, 3));
  send('subclass of Map', () => new (class extends Map {})([[1, 2]]));
  send('without prototype', () => Object.assign(Object.create(null), { a: 1 }));
  send('inherited', () => Object.create({ inherited: 1 }, { own: { value: 2, enumerable: true } }));
  send('not enumerable', () => Object.defineProperty({ a: 1 }, 'hidden', { value: 2 }));
  send('frozen', () => Object.freeze({ a: Object.freeze([1]) }));
  send('arguments', () => {
    return (function () {
      return arguments;
    })(1, 2);
  });
  send('keys like prototypes', () =>
    JSON.parse('{"__proto__":{"a":1},"constructor":2,"toJSON":3}'),
  );
});

posting('getters of a payload run as often, and in the order, as natively', (t, send) => {
  const counting = (calls, extra = {}) => ({
    get first() {
      calls.push('first');
      return 1;
    },
    plain: 2,
    get second() {
      calls.push('second');
      return { deep: [calls.length] };
    },
    ...extra,
  });
  for (const [label, extra] of [
    ['getters', {}],
    ['getters and a function', { f: () => 1 }],
    ['getters and a Map', { map: new Map() }],
  ]) {
    const calls = [];
    send(label, () => counting(calls, extra));
    t.log(calls);
  }
  const calls = [];
  send('in an array', () => [0, counting(calls)]);
  t.log(calls);
  const removing = {
    get a() {
      delete this.b;
      return 1;
    },
    b: 2,
  };
  send('a getter that removes a key', () => removing);
  const adding = {
    get a() {
      this.c = 3;
      return 1;
    },
    b: 2,
  };
  send('a getter that adds a key', () => adding);
  t.log(Object.keys(adding));
  let n = 0;
  const changing = Object.defineProperty({}, 'n', { enumerable: true, get: () => (n += 1) });
  send('a getter with another value each time', () => changing);
  send('the same once more', () => changing);
});

posting('getters that throw', (t, send) => {
  const error = new RangeError('thrown by a getter');
  const payload = {
    before: 1,
    get bad() {
      t.log('called');
      throw error;
    },
  };
  send('getter', () => payload);
  send('deep', () => ({ a: [payload] }));
  try {
    const port = t.connect({ name: 'second' });
    port.postMessage(payload);
  } catch (thrown) {
    t.log('same error', thrown === error);
  }
  send('not an error', () => ({
    get bad() {
      throw 'a text';
    },
  }));
});

posting('Proxies as payloads', (t, send) => {
  const traps = (log) =>
    new Proxy(
      {},
      {
        get:
          (_, trap) =>
          (...args) => {
            log.push(`${String(trap)} ${typeof args[1] === 'string' ? args[1] : ''}`);
            return Reflect[trap](...args);
          },
      },
    );
  for (const [label, target] of [
    ['of an object', { a: 1, b: 2 }],
    ['of an array', [1, 2]],
    ['of a function', () => 1],
  ]) {
    const log = [];
    send(label, () => new Proxy(target, traps(log)));
    t.log(label, log);
    const inner = [];
    send(`${label}, inside`, () => ({ x: new Proxy(target, traps(inner)) }));
    t.log(label, inner);
  }
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  send('revoked', () => proxy);
  send('revoked inside', () => [proxy]);
});

posting(
  'the error of a DOM object with properties of its own, posted by a content script',
  (t, send) => send('event', () => new CustomEvent('x', { detail: 1 })),
  { only: /content>/ },
);

posting('toJSON is not called, wherever it stands', (t, send) => {
  const toJSON = function () {
    t.log('toJSON called');
    return 'replaced';
  };
  send('own', () => ({ a: 1, toJSON: 'text' }));
  send('date', () => new Date(5));
  class WithToJson {
    a = 1;
    toJSON() {
      return toJSON();
    }
  }
  send('of the class', () => new WithToJson());
  for (const prototype of [Object.prototype, Array.prototype, String.prototype]) {
    Object.defineProperty(prototype, 'toJSON', {
      value: toJSON,
      configurable: true,
      writable: true,
    });
    try {
      send('on a prototype', () => ({ a: [1, 'text'], d: new Date(1) }));
      send('on a prototype', () => [1, { b: 2 }]);
      send('on a prototype', () => 'text');
    } finally {
      delete prototype.toJSON;
    }
  }
});

posting('Symbol keys are left out', (t, send) => {
  send('symbol keys', () => ({ [Symbol('s')]: 1, [Symbol.for('t')]: () => 1, a: 2 }));
  send('toStringTag', () => ({ [Symbol.toStringTag]: 'Tag', a: 1 }));
  send('iterator', () => ({ [Symbol.iterator]: () => [][Symbol.iterator](), a: 1 }));
  send('toPrimitive', () => ({ [Symbol.toPrimitive]: () => 1, valueOf: 3 }));
});

posting('built-in prototypes the host has changed', (t, send, port) => {
  const saved = new Map();
  const replace = (holder, key, value) => {
    saved.set([holder, key], Object.getOwnPropertyDescriptor(holder, key));
    Object.defineProperty(holder, key, { value, configurable: true, writable: true });
  };
  const called = (name) => () => {
    throw new Error(`${name} was called`);
  };
  replace(Map.prototype, 'get', called('Map.prototype.get'));
  replace(Map.prototype, 'forEach', called('Map.prototype.forEach'));
  replace(WeakMap.prototype, 'get', called('WeakMap.prototype.get'));
  replace(JSON, 'stringify', called('JSON.stringify'));
  replace(Array.prototype, 'push', called('Array.prototype.push'));
  replace(Reflect, 'apply', called('Reflect.apply'));
  replace(globalThis, 'structuredClone', called('structuredClone'));
  let results;
  try {
    results = [[{ a: 1 }], [new Map([[1, 2]])], [() => 1]].map(([value]) => {
      try {
        return port.postMessage(value);
      } catch (error) {
        return error;
      }
    });
  } finally {
    for (const [[holder, key], descriptor] of saved) {
      if (descriptor) Object.defineProperty(holder, key, descriptor);
      else delete holder[key];
    }
  }
  t.log(results);
});

posting('a payload that is changed right after postMessage', (t, send, port) => {
  const payload = { list: [1], deep: { text: 'before' }, map: new Map([['a', 1]]) };
  port.postMessage(payload);
  payload.list.push(2);
  payload.deep.text = 'after';
  payload.map.set('b', 2);
  port.postMessage(payload);
  payload.list.length = 0;
  delete payload.deep;
  port.postMessage(payload);
  t.log(payload);
});

posting('large payloads', (t, send) => {
  const item = (n) => ({ id: n, text: `item ${n}`, tags: ['a', 'b'], nested: { n } });
  send('5,000 items', () => ({ items: Array.from({ length: 5_000 }, (_, n) => item(n)).length }));
  send('deep', () => {
    let deep = 'end';
    for (let i = 0; i < 500; i += 1) deep = { deep };
    return deep;
  });
  send('1,000,000 characters', () => 'm'.repeat(1_000_000));
  send('bytes', () => new Uint8Array(100_000).fill(7).subarray(0, 20));
});

posting('blobs and files', (t, send) => {
  send('blob', () => new Blob(['text'], { type: 'text/plain' }));
  send('file', () => new File(['text'], 'name.txt'));
  send('in an object', () => ({ blob: new Blob(['x']) }));
  send('image data', () => new ImageData(1, 1));
});

posting('transferable objects are copied, or refused', (t, send) => {
  const buffer = new ArrayBuffer(8);
  send('buffer', () => buffer);
  t.log('still here', buffer.byteLength, buffer.detached);
  send('message port', () => new MessageChannel().port1);
  send('resizable', () => new ArrayBuffer(2, { maxByteLength: 4 }));
});

conformance('two listeners share one object, also across what one of them changes', {
  async accept(t) {
    const port = await t.accept();
    let first;
    t.listen(port.onMessage, (message) => {
      first = message;
      message.list.push('by the first');
      message.seen = true;
      delete message.gone;
    });
    t.listen(port.onMessage, (message) => {
      t.log('same object', message === first, message);
      message.later = 1;
    });
    const message = t.next(port.onMessage);
    await t.signal('listening');
    t.log(await message, Object.isFrozen(first));
    await t.signal('seen');
  },
  async open(t) {
    const port = t.connect({ name: t.name });
    await t.signalled('listening');
    const payload = { list: [1], gone: true };
    port.postMessage(payload);
    await t.signalled('seen');
    t.log(payload);
  },
});

conformance('what is delivered belongs to the receiving world', {
  async accept(t) {
    const port = await t.accept();
    t.listen(port.onMessage, (message) => {
      t.log(message instanceof Object, Array.isArray(message.list), message.list instanceof Array);
      t.log(
        message.map instanceof Map,
        message.date instanceof Date,
        message.error instanceof Error,
      );
      t.log(Object.getPrototypeOf(message) === Object.prototype, Object.isExtensible(message));
      t.log(Object.keys(message), message.bytes instanceof Uint8Array);
    });
    const message = t.next(port.onMessage);
    await t.signal('listening');
    await message;
    await t.signal('seen');
  },
  async open(t) {
    const port = t.connect({ name: t.name });
    await t.signalled('listening');
    port.postMessage({
      list: [],
      map: new Map(),
      date: new Date(0),
      error: new Error('x'),
      bytes: new Uint8Array(2),
    });
    await t.signalled('seen');
  },
});

posting(
  'objects of the page, posted by a content script',
  (t, send) => {
    const inPage = (code) => globalThis.window.eval(code);
    send('object', () => inPage('({ a: 1, b: [2, { c: 3 }] })'));
    send('inside', () => ({ list: [inPage('({ a: 1 })')] }));
    send('Map', () => inPage('new Map([[1, { a: 1 }]])'));
    send('date', () => inPage('new Date(1)'));
    send('getter', () => inPage('({ get a() { return 1; }, b: 2 })'));
    send('getter that throws', () => inPage('({ get a() { throw new Error("page"); }, b: 2 })'));
    send('function', () => inPage('(() => 1)'));
    send('function inside', () => inPage('({ f() {} , a: 1 })'));
    send('instance', () => inPage('new (class { a = 1; #b = 2; })()'));
    send('Proxy', () => inPage('new Proxy({ a: 1 }, {})'));
    send('node', () => document.body);
    const { wrappedJSObject } = globalThis.window;
    if (wrappedJSObject) {
      inPage('globalThis.conformanceObject = { a: 1, f() {}, list: [1, { b: 2 }] }');
      send('waived', () => wrappedJSObject.conformanceObject.list);
      send('waived, with a function', () => wrappedJSObject.conformanceObject);
      send('waived, inside', () => ({ x: wrappedJSObject.conformanceObject.list }));
      inPage('delete globalThis.conformanceObject');
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
