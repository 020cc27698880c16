/**
 * The messaging API as Firefox has it, so far as the instrumentation can tell: `runtime` functions are
 * configurable getters with setters, ports are plain objects, all listeners of a context get one object, a
 * duplicate listener is no second listener, whatever is posted on a closed port throws. Delivery waits for
 * {@link FakeBrowser.settle}, so tests decide when anything arrives.
 */

import { emitMessage, raceReplies, wrapPromise, type LastError } from './fake-messages.js';

type Listener = (...args: never[]) => unknown;

export interface FakeEvent {
  addListener: (listener: Listener) => void;
  removeListener: (listener: Listener) => void;
  hasListener: (listener: Listener) => boolean;
}

export interface FakePort {
  name: string;
  sender?: Record<string, unknown>;
  error: { message: string } | null;
  postMessage: (message?: unknown) => void;
  disconnect: () => void;
  onMessage: FakeEvent;
  onDisconnect: FakeEvent;
}

export type Kind = 'content-script' | 'user-script' | 'background' | 'page';

export const NOBODY = 'Could not establish connection. Receiving end does not exist.';

interface EventHandle {
  readonly event: FakeEvent;
  /** Those that are there now, in order. */
  listeners(): Listener[];
  count(): number;
  emit(...args: unknown[]): void;
}

type EventName =
  | 'onConnect'
  | 'onConnectExternal'
  | 'onUserScriptConnect'
  | 'onMessage'
  | 'onMessageExternal'
  | 'onUserScriptMessage';

/** A function that takes its arguments as Firefox's do, in many forms. */
type Call<R> = (...args: unknown[]) => R;

interface End {
  readonly port: FakePort;
  readonly message: EventHandle;
  readonly disconnect: EventHandle;
  open: boolean;
}

export interface FakeApi {
  runtime: {
    id: string;
    connect: Call<FakePort>;
    getManifest?: () => Record<string, unknown>;
    sendMessage: Call<unknown>;
    lastError?: unknown;
    connectNative?: Call<FakePort>;
    sendNativeMessage?: Call<unknown>;
  } & { [name in EventName]?: FakeEvent };
  tabs?: { connect: Call<FakePort>; sendMessage: Call<unknown> };
  permissions?: { onAdded: FakeEvent };
  userScripts?: Record<string, (...args: never[]) => unknown>;
}

export interface FakeContext {
  readonly extensionId: string;
  readonly kind: Kind;
  readonly browser: FakeApi;
  /** The same object as `browser` unless asked for otherwise. */
  readonly chrome: FakeApi;
  /** Listeners on the native event, whoever added them. */
  listeners(event: EventName): number;
  /** Ends every port of the context, as when its page goes. */
  destroy(): void;
}

export class FakeBrowser {
  /** Errors thrown by listeners: the browser prints them and goes on. */
  readonly errors: unknown[] = [];
  /** Names of all ports opened, in order. */
  readonly opened: string[] = [];
  /** Texts that native applications were sent, in order; they say the same back. */
  readonly toNative: (string | undefined)[] = [];
  /** Errors that nobody read in `runtime.lastError`. */
  readonly unchecked: string[] = [];
  readonly #contexts = new Map<FakeContext, Internals>();
  readonly #tasks: (() => void)[] = [];
  #contextIds = 0;

  /** @param options `chromeApart`: an MV2 background, where `chrome` has functions of its own */
  createContext(
    extensionId: string,
    kind: Kind,
    options: { chromeApart?: boolean; manifest?: Record<string, unknown> } = {},
  ): FakeContext {
    this.#contextIds += 1;
    const internals: Internals = {
      extensionId,
      kind,
      events: {},
      ends: [],
      lastError: { value: null, checked: false },
      sender: {
        id: extensionId,
        url: kind === 'content-script' ? 'https://example.test/' : `moz-extension://x/${kind}.html`,
        contextId: this.#contextIds,
        envType:
          kind === 'content-script' || kind === 'user-script' ? 'content_child' : 'addon_child',
        ...(kind === 'content-script' && { tab: { id: 7 }, frameId: 0, documentId: 'd' }),
        ...(kind === 'user-script' && { userScriptWorldId: 'w' }),
      },
    };
    const browser = this.#api(internals, options.manifest ?? {});
    const context: FakeContext = {
      extensionId,
      kind,
      browser,
      chrome: options.chromeApart ? this.#api(internals, options.manifest ?? {}, true) : browser,
      listeners: (event) => internals.events[event]?.count() ?? 0,
      destroy: () => {
        for (const end of internals.ends) end.port.disconnect();
        this.#contexts.delete(context);
      },
    };
    this.#contexts.set(context, internals);
    return context;
  }

  /** Delivers everything that is under way, and what that causes. */
  settle(): void {
    let steps = 0;
    for (let task = this.#tasks.shift(); task !== undefined; task = this.#tasks.shift()) {
      task();
      steps += 1;
      if (steps > 100_000) throw new Error('the traffic never ends');
    }
  }

  /** Delivers everything, also what takes promises. */
  async rest(): Promise<void> {
    for (let round = 0; round < 20; round += 1) {
      this.settle();
      await Promise.resolve();
    }
  }

  /** @param isChrome an object of its own, whose functions return nothing */
  #api(internals: Internals, manifest: Record<string, unknown>, isChrome = false): FakeApi {
    const runtime = {} as FakeApi['runtime'];
    const listen = (name: EventName): void => {
      internals.events[name] ??= this.#event(`runtime.${name}`);
      // One event, with objects of their own for `browser` and `chrome`.
      lazy(runtime, name, { ...internals.events[name].event });
    };
    const send = (
      args: unknown[],
      start: (given: unknown[]) => Promise<unknown>,
    ): Promise<unknown> | undefined => {
      const last = args.at(-1);
      const given = typeof last === 'function' ? args.slice(0, -1) : args;
      const callback = typeof last === 'function' ? (last as Listener) : isChrome && (() => {});
      return wrapPromise(start(given), callback || null, internals.lastError, this);
    };
    lazy(runtime, 'id', internals.extensionId);
    lazy(runtime, 'connect', (...args: unknown[]) => this.#connect(internals, args));
    lazy(runtime, 'sendMessage', (...args: unknown[]) =>
      send(args, (given) => this.#sendMessage(internals, given)),
    );
    const api: FakeApi = { runtime };
    if (internals.kind === 'user-script') return api;
    const readLastError = (): unknown => {
      internals.lastError.checked = true;
      return internals.lastError.value;
    };
    const lastError = { configurable: true, enumerable: true, set: () => undefined };
    Object.defineProperty(runtime, 'lastError', {
      ...lastError,
      get: () => {
        Object.defineProperty(runtime, 'lastError', { ...lastError, get: readLastError });
        return readLastError();
      },
    });
    lazy(runtime, 'getManifest', () => manifest);
    listen('onConnect');
    listen('onMessage');
    if (internals.kind !== 'content-script') {
      listen('onConnectExternal');
      listen('onMessageExternal');
      listen('onUserScriptConnect');
      listen('onUserScriptMessage');
      lazy(runtime, 'connectNative', (name: string) => this.#connectNative(name));
      lazy(runtime, 'sendNativeMessage', (...args: unknown[]) =>
        send(args, async ([, message]) => {
          this.toNative.push(JSON.stringify(message));
          return JSON.parse(this.toNative.at(-1) ?? 'null') as unknown;
        }),
      );
      api.tabs = {} as NonNullable<FakeApi['tabs']>;
      lazy(api.tabs, 'connect', (tabId: unknown, info: unknown) => {
        if (typeof tabId !== 'number')
          throw new Error('Incorrect argument types for tabs.connect.');
        return this.#open(internals, info, 'onConnect', (other) => other.kind === 'content-script');
      });
      lazy(api.tabs, 'sendMessage', (...args: unknown[]) => {
        if (typeof args[0] !== 'number') {
          throw new Error('Incorrect argument types for tabs.sendMessage.');
        }
        return send(args, ([, message]) =>
          this.#request(
            internals,
            message,
            'onMessage',
            (other) =>
              other.kind === 'content-script' && other.extensionId === internals.extensionId,
          ),
        );
      });
      api.permissions = { onAdded: this.#event('permissions.onAdded').event };
    }
    return api;
  }

  #connect(from: Internals, args: unknown[]): FakePort {
    const [first, second] = args;
    const named = typeof first === 'string';
    const info = named ? second : first;
    if (args.length > 2 || (info !== undefined && info !== null && typeof info !== 'object')) {
      throw new Error('Incorrect argument types for runtime.connect.');
    }
    if (from.kind === 'user-script') {
      if (named) throw new Error('extensionId is not supported');
      return this.#open(from, info, 'onUserScriptConnect', () => true);
    }
    return named && first !== from.extensionId
      ? this.#open(from, info, 'onConnectExternal', (other) => other.extensionId === first, true)
      : this.#open(from, info, 'onConnect', (other) => other.kind !== 'content-script');
  }

  async #sendMessage(from: Internals, args: unknown[]): Promise<unknown> {
    const noOptions = (value: unknown): boolean =>
      value === undefined ||
      value === null ||
      (typeof value === 'object' && Object.keys(value).length === 0);
    const all =
      args.length === 1 || (args.length === 2 && noOptions(args[1])) ? [null, ...args] : args;
    const [extensionId, message, options] = all;
    if (all.length === 0) throw new Error('runtime.sendMessage’s message argument is missing');
    if (!noOptions(options)) throw new Error('runtime.sendMessage’s options argument is invalid');
    if (from.kind === 'user-script') {
      return this.#request(from, message, 'onUserScriptMessage', (other) => {
        return other.extensionId === from.extensionId;
      });
    }
    const to = (extensionId ?? from.extensionId) as string;
    return this.#request(
      from,
      message,
      to === from.extensionId ? 'onMessage' : 'onMessageExternal',
      (other) => other.extensionId === to && other.kind !== 'content-script',
    );
  }

  #request(
    from: Internals,
    message: unknown,
    key: EventName,
    reaches: (other: Internals) => boolean,
  ): Promise<unknown> {
    const clone = structuredClone(message);
    return new Promise((resolve, reject) => {
      this.#tasks.push(() => {
        const replies = [];
        for (const other of this.#contexts.values()) {
          const listeners = other.events[key]?.listeners() ?? [];
          if (other === from || !reaches(other) || listeners.length === 0) continue;
          replies.push(emitMessage(listeners, structuredClone(clone), { ...from.sender }));
        }
        raceReplies(replies).then(resolve, reject);
      });
    });
  }

  #connectNative(name: string): FakePort {
    const end = this.#end(name, undefined, () => []);
    end.port.postMessage = (...args: unknown[]) => {
      if (!end.open) throw new Error('Attempt to postMessage on disconnected port');
      const text = JSON.stringify(args[0]);
      this.toNative.push(text);
      this.#tasks.push(() => end.message.emit(JSON.parse(text ?? 'null'), end.port));
    };
    return end.port;
  }

  #open(
    from: Internals,
    info: unknown,
    key: EventName,
    reaches: (other: Internals) => boolean,
    external = false,
  ): FakePort {
    const { name = '' } = (info ?? {}) as { name?: string };
    this.opened.push(name);
    const acceptors: End[] = [];
    const opener = this.#end(name, undefined, () => acceptors);
    from.ends.push(opener);
    this.#tasks.push(() => {
      for (const other of this.#contexts.values()) {
        if (other === from || !reaches(other)) continue;
        if (!external && other.extensionId !== from.extensionId) continue;
        const heard = other.events[key];
        if (heard === undefined || heard.count() === 0) continue;
        const end = this.#end(name, { ...from.sender }, () => [opener]);
        other.ends.push(end);
        acceptors.push(end);
        if (!opener.open) end.open = false;
        heard.emit(end.port);
      }
      if (acceptors.length === 0 && opener.open) {
        opener.open = false;
        opener.port.error = { message: NOBODY };
        opener.disconnect.emit(opener.port);
      }
    });
    return opener.port;
  }

  #end(
    name: string,
    sender: Record<string, unknown> | undefined,
    others: () => readonly End[],
  ): End {
    const message = this.#event('port.onMessage');
    const disconnect = this.#event('port.onDisconnect');
    const port: FakePort = {
      name,
      ...(sender !== undefined && { sender }),
      error: null,
      postMessage: (...args: unknown[]) => {
        if (!end.open) throw new Error('Attempt to postMessage on disconnected port');
        const clone = structuredClone(args[0]);
        this.#tasks.push(() => {
          for (const other of others()) {
            // One object for all listeners of a context.
            if (other.open) other.message.emit(structuredClone(clone), other.port);
          }
        });
      },
      disconnect: () => {
        if (!end.open) return;
        end.open = false;
        this.#tasks.push(() => {
          for (const other of others()) {
            if (!other.open) continue;
            other.open = false;
            other.disconnect.emit(other.port);
          }
        });
      },
      onMessage: message.event,
      onDisconnect: disconnect.event,
    };
    const end: End = { port, message, disconnect, open: true };
    return end;
  }

  #event(name: string): EventHandle {
    const listeners = new Set<Listener>();
    const check = (listener: unknown): void => {
      if (typeof listener !== 'function') {
        throw new Error(`Incorrect argument types for ${name}.addListener.`);
      }
    };
    return {
      event: {
        addListener: (listener) => {
          check(listener);
          listeners.add(listener);
        },
        removeListener: (listener) => {
          listeners.delete(listener);
        },
        hasListener: (listener) => listeners.has(listener),
      },
      listeners: () => [...listeners],
      count: () => listeners.size,
      emit: (...args) => {
        for (const listener of [...listeners]) {
          try {
            (listener as (...all: unknown[]) => unknown)(...args);
          } catch (error) {
            this.errors.push(error);
          }
        }
      },
    };
  }
}

interface Internals {
  readonly extensionId: string;
  readonly kind: Kind;
  readonly sender: Record<string, unknown>;
  readonly events: { [name in EventName]?: EventHandle };
  readonly ends: End[];
  readonly lastError: LastError;
}

/** The same function, but it prints as native code. */
export function native<F extends Listener>(fn: F): F {
  return new Proxy(fn, {});
}

/** A configurable getter whose setter puts a plain value in its place, as Firefox's schema bindings are. */
function lazy(holder: object, key: string, given: unknown): void {
  const value = typeof given === 'function' ? native(given as Listener) : given;
  Object.defineProperty(holder, key, {
    configurable: true,
    enumerable: true,
    get: () => value,
    set: (other: unknown) => {
      Object.defineProperty(holder, key, {
        configurable: true,
        enumerable: true,
        writable: true,
        value: other,
      });
    },
  });
}
