/**
 * The independent witness: in Firefox's parent process every message of every port passes one function, is
 * routed by another, and is received by a third in the process of its destination. What it saw there owes
 * nothing to Porthole.
 */
import type { PrivilegedWindow } from '../../../src/cli/firefox/privileged.js';
import type { System } from '../../../src/cli/firefox/system.js';
import { canonicalText } from './canonical.js';

/** A message handed to an endpoint: the `seq`-th post of another one, counted from 1. */
export interface WitnessedDelivery {
  readonly from: WitnessedEndpoint;
  readonly seq: number;
}

/** One `runtime.Port` in one context. */
export interface WitnessedEndpoint {
  readonly port: WitnessedPort;
  readonly extension: string;
  /** What a receiver is told as `sender.contextId`. */
  readonly contextId: number;
  /** User script world; null elsewhere. */
  world: string | null;
  /** The n-th port of its context and world, as Porthole numbers them; 0 for ports Porthole does not show. */
  number: number;
  /** Canonical texts of what it posted, in order. */
  readonly posted: string[];
  /** What reached it, in order. A context in the back/forward cache receives, but is not told. */
  readonly delivered: WitnessedDelivery[];
  /** When each of {@link posted} and {@link delivered} was seen, on the parent process's clock. */
  readonly postedAt: number[];
  readonly deliveredAt: number[];
}

export interface WitnessedPort {
  name: string;
  opener: WitnessedEndpoint | null;
  readonly acceptors: WitnessedEndpoint[];
  /** The native application at the other end, which posts but reports nothing. */
  application: WitnessedEndpoint | null;
}

/** What was seen, in the order in which the parent process learnt of it. */
type Sighting =
  /** A context can be talked to. */
  | readonly [what: 'context', conduit: number, extension: string, window: number]
  | readonly [
      what: 'endpoint',
      conduit: number,
      extension: string,
      window: number,
      port: number,
      side: 'opener' | 'acceptor' | 'to-application',
    ]
  | readonly [what: 'connect', port: number, name: string, world: string | null]
  /** Posts are numbered from 1 over all ports. `conduit` is where it was posted, or to which the application did. */
  | readonly [what: 'post', at: number, conduit: number, text: string, byApplication: boolean]
  | readonly [what: 'route', conduit: number, post: number]
  | readonly [what: 'receipt', at: number, conduit: number, active: boolean];

interface ConduitMessage {
  readonly name: string;
  readonly data: {
    readonly sender?: number;
    readonly arg?: {
      readonly id?: number | string;
      readonly portId?: number;
      readonly extensionId?: string;
      readonly recv?: readonly string[];
      readonly name?: string;
      readonly native?: boolean;
      readonly source?: boolean;
      readonly userScriptWorldId?: string;
      readonly holder?: Holder;
    };
  };
}

interface Holder {
  deserialize(global: unknown, keep: boolean): unknown;
}

interface WitnessWindow extends PrivilegedWindow {
  portholeWitness?: Sighting[];
}

interface MessageManager {
  addMessageListener(
    name: string,
    listener: (message: { data: [number, boolean][] }) => void,
  ): void;
  loadProcessScript(url: string, inProcessesToCome: boolean): void;
}

/** Sightings read at a time: more of them than one text can hold may be waiting. */
const AT_ONCE = 100_000;

export class Witness {
  readonly #system: System;
  #read = 0;
  readonly #contexts = new Map<string, number>();
  readonly #ports = new Map<number, WitnessedPort>();
  readonly #endpoints = new Map<number, WitnessedEndpoint>();
  readonly #numbers = new Map<string, number>();
  readonly #posts: WitnessedDelivery[] = [];
  readonly #routed = new Map<number, { readonly posts: number[]; received: number }>();

  private constructor(system: System) {
    this.#system = system;
  }

  /** Starts watching; call it before the extensions are installed. */
  static async install(system: System): Promise<Witness> {
    const received = 'porthole-witness:received';
    const script = `(${watchReceipts.toString()})(globalThis, ${JSON.stringify(received)})`;
    await system.evaluate(
      watchRouter,
      canonicalText.toString(),
      received,
      `data:application/javascript;charset=utf-8,${encodeURIComponent(script)}`,
    );
    return new Witness(system);
  }

  /** @returns every port seen so far but Porthole's own; the same objects each time, growing */
  async ports(): Promise<WitnessedPort[]> {
    for (;;) {
      const sightings = await this.#system.evaluate(sightingsFrom, this.#read, AT_ONCE);
      this.#read += sightings.length;
      for (const sighting of sightings) this.#fold(sighting);
      if (sightings.length < AT_ONCE) break;
    }
    return [...this.#ports.values()].filter(({ name }) => !isReserved(name));
  }

  #fold(sighting: Sighting): void {
    switch (sighting[0]) {
      case 'context': {
        const [, conduit, extension, window] = sighting;
        this.#contexts.set(`${extension} ${String(window)}`, conduit);
        return;
      }
      case 'endpoint': {
        const [, conduit, extension, window, portId, side] = sighting;
        let port = this.#ports.get(portId);
        if (port === undefined) {
          port = { name: '', opener: null, acceptors: [], application: null };
          this.#ports.set(portId, port);
        }
        const contextId = this.#contexts.get(`${extension} ${String(window)}`) ?? -1;
        const endpoint = newEndpoint(port, extension, contextId);
        this.#endpoints.set(conduit, endpoint);
        if (side === 'acceptor') {
          port.acceptors.push(endpoint);
          this.#number(endpoint);
          return;
        }
        port.opener = endpoint;
        if (side === 'to-application') port.application = newEndpoint(port, 'application', -1);
        return;
      }
      case 'connect': {
        const [, portId, name, world] = sighting;
        const port = this.#ports.get(portId);
        if (port === undefined || port.opener === null) return;
        port.name = name;
        port.opener.world = world;
        this.#number(port.opener);
        return;
      }
      case 'post': {
        const [, at, conduit, text, byApplication] = sighting;
        const endpoint = this.#endpoints.get(conduit) as WitnessedEndpoint;
        const from = byApplication ? (endpoint.port.application as WitnessedEndpoint) : endpoint;
        from.posted.push(text);
        from.postedAt.push(at);
        this.#posts.push({ from, seq: from.posted.length });
        return;
      }
      case 'route': {
        const [, conduit, post] = sighting;
        const routed = this.#routed.get(conduit) ?? { posts: [], received: 0 };
        this.#routed.set(conduit, routed);
        routed.posts.push(post);
        return;
      }
      case 'receipt': {
        const [, at, conduit, active] = sighting;
        const routed = this.#routed.get(conduit);
        const post = this.#posts[(routed?.posts[routed.received] ?? 0) - 1];
        if (routed === undefined || post === undefined) return;
        routed.received += 1;
        const endpoint = this.#endpoints.get(conduit);
        if (!active || endpoint === undefined) return;
        endpoint.delivered.push(post);
        endpoint.deliveredAt.push(at);
        return;
      }
      default:
        sighting satisfies never;
    }
  }

  #number(endpoint: WitnessedEndpoint): void {
    if (isReserved(endpoint.port.name)) return;
    const context = `${endpoint.extension} ${String(endpoint.contextId)} ${String(endpoint.world)}`;
    endpoint.number = (this.#numbers.get(context) ?? 0) + 1;
    this.#numbers.set(context, endpoint.number);
  }
}

function newEndpoint(port: WitnessedPort, extension: string, contextId: number): WitnessedEndpoint {
  return {
    port,
    extension,
    contextId,
    world: null,
    number: 0,
    posted: [],
    delivered: [],
    postedAt: [],
    deliveredAt: [],
  };
}

function isReserved(name: string): boolean {
  return name.startsWith('porthole@webext-devtools/');
}

function watchRouter(
  window: PrivilegedWindow,
  canonicalSource: string,
  received: string,
  processScript: string,
): void {
  const {
    eval: evaluate,
    console,
    performance,
    TextDecoder,
  } = window as unknown as typeof globalThis;
  const canonical = evaluate(`(${canonicalSource})`) as typeof canonicalText;
  const { ConduitsParent, BroadcastConduit } = (
    window.ChromeUtils.importESModule as unknown as (url: string) => {
      ConduitsParent: { prototype: { receiveMessage(message: ConduitMessage): unknown } };
      BroadcastConduit: { prototype: { _send(...args: unknown[]): unknown } };
    }
  )('resource://gre/modules/ConduitsParent.sys.mjs');
  const sightings: Sighting[] = [];
  (window as WitnessWindow).portholeWitness = sightings;
  const endpoints = new Set<number>();
  const toApplications = new Set<number>();
  const posts = new WeakMap<Holder, number>();
  let posted = 0;

  const parsed = (json: unknown): unknown =>
    JSON.parse(new TextDecoder().decode(json as ArrayBuffer)) as unknown;
  const seePost = (
    holder: Holder,
    conduit: number,
    message: unknown,
    byApplication: boolean,
  ): number => {
    posted += 1;
    posts.set(holder, posted);
    sightings.push(['post', performance.now(), conduit, canonical(message), byApplication]);
    return posted;
  };

  const see = ({ name, data: { sender, arg } }: ConduitMessage, innerWindow: number): void => {
    if (arg === undefined) return;
    const id = Number(arg.id);
    if (name === 'ConduitOpened' && arg.recv?.includes('PortConnect') === true) {
      sightings.push(['context', id, String(arg.extensionId), innerWindow]);
    } else if (name === 'ConduitOpened' && arg.portId !== undefined) {
      endpoints.add(id);
      if (arg.native === true) toApplications.add(id);
      const side =
        arg.native === true ? 'to-application' : arg.source === true ? 'opener' : 'acceptor';
      sightings.push(['endpoint', id, String(arg.extensionId), innerWindow, arg.portId, side]);
    } else if (name === 'PortConnect' && arg.portId !== undefined) {
      const world = arg.userScriptWorldId ?? null;
      sightings.push(['connect', arg.portId, String(arg.name), world]);
    } else if (name === 'PortMessage' && arg.holder !== undefined) {
      if (!endpoints.has(Number(sender))) return;
      const message = arg.holder.deserialize(window, true);
      const isJson = toApplications.has(Number(sender));
      seePost(arg.holder, Number(sender), isJson ? parsed(message) : message, false);
    }
  };

  const { receiveMessage } = ConduitsParent.prototype;
  ConduitsParent.prototype.receiveMessage = function (message) {
    try {
      const { manager } = this as unknown as { manager: { innerWindowId: number } };
      see(message, manager.innerWindowId);
    } catch (error) {
      console.error('witness', error);
    }
    return receiveMessage.call(this, message);
  };

  const { _send: send } = BroadcastConduit.prototype;
  BroadcastConduit.prototype._send = function (...args) {
    const [method, , target, arg] = args as [string, boolean, number, { holder: Holder }?];
    let post = method === 'PortMessage' && arg !== undefined ? posts.get(arg.holder) : undefined;
    if (method === 'PortMessage' && arg !== undefined && toApplications.has(Number(target))) {
      post = seePost(arg.holder, Number(target), arg.holder.deserialize(window, true), true);
    }
    if (post !== undefined) sightings.push(['route', Number(target), post]);
    return send.apply(this, args);
  };

  const { ppmm } = window.Services as unknown as { ppmm: MessageManager };
  ppmm.addMessageListener(received, ({ data }) => {
    for (const [conduit, active] of data) {
      sightings.push(['receipt', performance.now(), conduit, active]);
    }
  });
  ppmm.loadProcessScript(processScript, true);
}

/** Runs in every process that can hold a context. */
function watchReceipts(scope: unknown, received: string): void {
  const { ChromeUtils, Services } = scope as {
    ChromeUtils: {
      importESModule(url: string): { Port: { prototype: PortPrototype } };
    };
    Services: {
      tm: { dispatchToMainThread(run: () => void): void };
      cpmm: { sendAsyncMessage(name: string, data: unknown): void };
    };
  };
  interface PortPrototype {
    readonly conduit: { readonly id: number | string };
    readonly context: { readonly active: boolean; readonly unloaded: boolean };
    recvPortMessage(arg: unknown): unknown;
  }
  const { Port } = ChromeUtils.importESModule('resource://gre/modules/ExtensionChild.sys.mjs');
  let receipts: [number, boolean][] = [];
  const { recvPortMessage } = Port.prototype;
  Port.prototype.recvPortMessage = function (arg) {
    const { conduit, context } = this;
    // Firefox calls the listeners a microtask later, unless the context cannot hear any more by then.
    void Promise.resolve().then(() => {
      if (receipts.length === 0) {
        Services.tm.dispatchToMainThread(() => {
          Services.cpmm.sendAsyncMessage(received, receipts);
          receipts = [];
        });
      }
      receipts.push([Number(conduit.id), context.active && !context.unloaded]);
    });
    return recvPortMessage.call(this, arg);
  };
}

function sightingsFrom(window: PrivilegedWindow, index: number, most: number): Sighting[] {
  const { portholeWitness } = window as WitnessWindow;
  if (portholeWitness === undefined) throw new Error('the witness is not installed');
  return portholeWitness.slice(index, index + most);
}
