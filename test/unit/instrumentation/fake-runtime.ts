/**
 * The messaging API as Firefox has it, so far as the instrumentation can tell: `runtime` functions are
 * configurable getters with setters, ports are plain objects, all listeners of a context get one object, a
 * duplicate listener is no second listener, whatever is posted on a closed port throws. Delivery waits for
 * {@link FakeBrowser.settle}, so tests decide when anything arrives.
 */

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
  count(): number;
  emit(...args: unknown[]): void;
}

interface End {
  readonly port: FakePort;
  readonly message: EventHandle;
  readonly disconnect: EventHandle;
  open: boolean;
}

export interface FakeApi {
  runtime: {
    id: string;
    connect: (...args: unknown[]) => FakePort;
    getManifest?: () => Record<string, unknown>;
    onConnect?: FakeEvent;
    onConnectExternal?: FakeEvent;
    onUserScriptConnect?: FakeEvent;
  };
  tabs?: { connect: (...args: unknown[]) => FakePort };
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
  listeners(event: 'onConnect' | 'onConnectExternal' | 'onUserScriptConnect'): number;
  /** Ends every port of the context, as when its page goes. */
  destroy(): void;
}

export class FakeBrowser {
  /** Errors thrown by listeners: the browser prints them and goes on. */
  readonly errors: unknown[] = [];
  /** Names of all ports opened, in order. */
  readonly opened: string[] = [];
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
      events: [],
      ends: [],
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
      chrome: options.chromeApart ? this.#api(internals, options.manifest ?? {}) : browser,
      listeners: (event) =>
        internals.events.reduce((sum, handles) => sum + (handles[event]?.count() ?? 0), 0),
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

  #api(internals: Internals, manifest: Record<string, unknown>): FakeApi {
    const handles: Internals['events'][number] = {};
    internals.events.push(handles);
    const runtime = {} as FakeApi['runtime'];
    lazy(runtime, 'id', internals.extensionId);
    lazy(runtime, 'connect', (...args: unknown[]) => this.#connect(internals, args));
    const api: FakeApi = { runtime };
    if (internals.kind === 'user-script') return api;
    lazy(runtime, 'getManifest', () => manifest);
    handles.onConnect = this.#event('runtime.onConnect');
    lazy(runtime, 'onConnect', handles.onConnect.event);
    if (internals.kind !== 'content-script') {
      handles.onConnectExternal = this.#event('runtime.onConnectExternal');
      lazy(runtime, 'onConnectExternal', handles.onConnectExternal.event);
      handles.onUserScriptConnect = this.#event('runtime.onUserScriptConnect');
      lazy(runtime, 'onUserScriptConnect', handles.onUserScriptConnect.event);
      api.tabs = {} as NonNullable<FakeApi['tabs']>;
      lazy(api.tabs, 'connect', (tabId: unknown, info: unknown) => {
        if (typeof tabId !== 'number')
          throw new Error('Incorrect argument types for tabs.connect.');
        return this.#open(internals, info, 'onConnect', (other) => other.kind === 'content-script');
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

  #open(
    from: Internals,
    info: unknown,
    key: keyof Internals['events'][number],
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
        const heard = other.events.filter((handles) => (handles[key]?.count() ?? 0) > 0);
        if (heard.length === 0) continue;
        const end = this.#end(name, { ...from.sender }, () => [opener]);
        other.ends.push(end);
        acceptors.push(end);
        if (!opener.open) end.open = false;
        for (const handles of heard) handles[key]?.emit(end.port);
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
  readonly events: {
    onConnect?: EventHandle;
    onConnectExternal?: EventHandle;
    onUserScriptConnect?: EventHandle;
  }[];
  readonly ends: End[];
}

/** A configurable getter whose setter puts a plain value in its place, as Firefox's schema bindings are. */
function lazy(holder: object, key: string, value: unknown): void {
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
