/**
 * Runs in every context of the host extensions, before the cases: takes orders from the test and brings it the
 * logs over HTTP, so that nothing of the messaging under test is used to observe it.
 */
(() => {
  const { host, variant, context, bus } = globalThis.CONFORMANCE;
  const key = `${variant}/${host}/${context}`;
  const cases = new Map();
  const runs = new Map();
  const native = { browser: globalThis.browser, chrome: globalThis.chrome };
  const { describe } = globalThis.CONFORMANCE;
  const getAcceptLanguages = native.browser?.i18n?.getAcceptLanguages;

  /** Defines a case; see ../README.md for what it may contain. */
  globalThis.conformance = (name, definition) => cases.set(name, definition);

  const send = (message) =>
    fetch(`${bus}/report?from=${key}`, { method: 'POST', body: JSON.stringify(message) });

  /** Answered by the parent process, over the channel on which messages travel: what was sent before has arrived. */
  const barrier = async () => {
    if (getAcceptLanguages) await getAcceptLanguages.call(native.browser.i18n);
    else await new Promise((resolve) => setTimeout(resolve, 0));
  };

  function start({ run, name, role, api: apiName, from, to, url, signals }) {
    const lines = [];
    const cleanups = [];
    const waiting = new Map();
    let open = true;
    const api = apiName === 'chrome' ? native.chrome : native.browser;
    const log = (...what) => {
      if (open)
        lines.push(
          what.map((each) => (typeof each === 'string' ? each : describe(each))).join(' '),
        );
    };
    const onUserScript = from === 'user' || from === 'second';
    const suffix = onUserScript ? 'UserScript' : '';
    const tabs = context === 'background' && to === 'content';
    const t = {
      api,
      apiName,
      role,
      context,
      host,
      from,
      to,
      log,
      describe,
      /** Names of ports and types of messages that nobody else uses at this time. */
      name: 'conformance',
      /** The tab that has the content script of this host and variant; in the background only. */
      tab: undefined,
      onConnect: api?.runtime?.[`on${suffix}Connect`],
      onMessage: api?.runtime?.[`on${suffix}Message`],
      connect(...args) {
        const port = tabs ? api.tabs.connect(t.tab, ...args) : api.runtime.connect(...args);
        return t.owned(port);
      },
      /** `sendMessage()` to the other role, whatever it takes; with a callback where one is given. */
      sendMessage: (...args) =>
        tabs ? api.tabs.sendMessage(t.tab, ...args) : api.runtime.sendMessage(...args),
      /** `sendMessage()` as a promise, in each API. */
      request: (message) =>
        apiName === 'chrome' && host === 'mv2'
          ? new Promise((resolve, reject) => {
              t.sendMessage(message, (reply) => {
                const { lastError } = api.runtime;
                if (lastError) reject(lastError);
                else resolve(reply);
              });
            })
          : t.sendMessage(message),
      owned(port) {
        t.atEnd(() => port.disconnect());
        return port;
      },
      /** Adds a listener for as long as the case runs. */
      listen(event, listener, ...args) {
        event.addListener(listener, ...args);
        t.atEnd(() => event.removeListener(listener));
        return listener;
      },
      /** The next accepted port. */
      accept: () =>
        new Promise((resolve) => {
          const listener = (port) => {
            t.onConnect.removeListener(listener);
            resolve(t.owned(port));
          };
          t.listen(t.onConnect, listener);
        }),
      /** Logs what reaches the port. */
      watch(port, label = 'port') {
        t.listen(port.onMessage, (message) => log(`${label} message`, message));
        t.listen(port.onDisconnect, (gone) => {
          log(`${label} disconnected`, gone === port, 'error', gone.error);
        });
        return port;
      },
      next: (event) =>
        new Promise((resolve) => {
          const listener = (...args) => {
            event.removeListener(listener);
            resolve(args[0]);
          };
          t.listen(event, listener);
        }),
      disconnected: (port) => t.next(port.onDisconnect),
      atEnd: (cleanup) => void cleanups.push(cleanup),
      /** What a call does: its result or what it threw. */
      attempt(label, call) {
        try {
          const result = call();
          log(label, 'returned', result);
          return result;
        } catch (error) {
          log(label, 'threw', error);
          return undefined;
        }
      },
      /** What becomes of a promise. */
      async settle(label, promise) {
        try {
          log(label, 'resolved', await promise);
        } catch (error) {
          log(label, 'rejected', error);
        }
      },
      /** Tells the other role, out of band. */
      signal: async (what) => void (await send({ type: 'signal', run, what })),
      signalled: (what) =>
        new Promise((resolve) => {
          const state = waiting.get(what);
          if (state === true) resolve();
          else waiting.set(what, resolve);
        }),
      /** Has the test do something: collect garbage, navigate… */
      ask: async (what, detail = null) => {
        const reply = await send({ type: 'ask', run, what, detail });
        return reply.json();
      },
      barrier,
      until: async (what, condition) => {
        const deadline = Date.now() + 4_000;
        while (!condition()) {
          if (Date.now() > deadline) {
            log(`not within 4 s: ${what}`);
            return;
          }
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      },
    };
    const heard = (what) => {
      const waiter = waiting.get(what);
      waiting.set(what, true);
      if (typeof waiter === 'function') waiter();
    };
    for (const what of signals) heard(what);
    runs.set(run, {
      heard,
      end() {
        open = false;
        return lines;
      },
      clean() {
        for (const cleanup of cleanups.reverse()) {
          try {
            cleanup();
          } catch {
            // The case has ended such things itself.
          }
        }
        runs.delete(run);
      },
    });
    return (async () => {
      try {
        if (tabs) t.tab = (await native.browser.tabs.query({ url })).at(-1).id;
        const done = (async () => cases.get(name)[role](t))();
        void send({ type: 'started', run });
        await done;
      } catch (error) {
        log('the case threw', error, String(error?.stack));
      }
      void send({ type: 'finished', run });
    })();
  }

  const source = new EventSource(`${bus}/orders?from=${key}`);
  source.addEventListener('message', async ({ data }) => {
    const order = JSON.parse(data);
    const run = runs.get(order.run);
    if (order.type === 'start') void start(order);
    else if (order.type === 'signal') run?.heard(order.what);
    else if (order.type === 'settle') {
      await barrier();
      void send({ type: 'settled', run: order.run });
    } else if (order.type === 'end') {
      await barrier();
      void send({ type: 'log', run: order.run, lines: run?.end() ?? ['no such run'] });
    } else if (order.type === 'clean') {
      run?.clean();
      void send({ type: 'cleaned', run: order.run });
    }
  });
})();
