/** Code of the extension that runs before all else in its worlds, and puts functions of its own into the API. */
(() => {
  const calls = [];
  globalThis.CONFORMANCE_CALLS = calls;
  const replace = (holder, key) => {
    const original = holder?.[key];
    if (original === undefined) return;
    holder[key] = (...args) => {
      calls.push(`${key} ${args.length} ${typeof args[0]}`);
      return original.apply(holder, args);
    };
  };
  const { runtime } = globalThis.browser;
  for (const key of ['connect', 'sendMessage']) replace(runtime, key);
  for (const event of [runtime.onConnect, runtime.onMessage]) {
    for (const key of ['addListener', 'removeListener']) replace(event, key);
  }
})();
