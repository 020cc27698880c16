/** The table of contexts: what is stored about each, and its line while it has one. */

import { GuardError } from '../protocol/guards.js';
import {
  extensionRoot,
  originalName,
  type ContextKind,
  type Hello,
  type SenderFacts,
  type StoredContext,
  type ToContext,
} from '../protocol/index.js';
import { EndedContexts, type Surplus } from './ended-contexts.js';
import type { Link, Origin } from './link.js';

/** Contexts of one extension that are known at a time: those that live and those that are remembered. */
const MOST = 15_000;

/** Characters kept of a context's URL: some hold a whole document. */
const URL_CHARS = 4_000;

export class Context {
  /** Open line; null while there is none. */
  link: Link | null = null;
  /** Number of the last batch handed to the commit queue; never less than `stored.taken`. */
  accepted: number;
  /** Batches are refused until the commit queue has room again; then the line is closed to have them resent. */
  starved = false;
  /** Deleted by a clear: nothing is stored about it any more. */
  gone = false;
  /** Where the browser says that this page of the extension lives, `moz-extension://…/`; null for other contexts. */
  root: string | null = null;
  /** It can be told what is only to be counted. */
  mutes = false;
  /** It can be asked for files of its extension. */
  readsFiles = false;

  constructor(
    public stored: StoredContext,
    /** Porthole's own background: not stored before it has something to say, and keeps nobody awake. */
    readonly isLoopback: boolean,
  ) {
    this.accepted = stored.taken;
  }

  /** Whether it belongs into the store. */
  get isStored(): boolean {
    return !this.gone && (!this.isLoopback || this.accepted > 0);
  }
}

export class Contexts {
  readonly #byKey = new Map<string, Context>();
  /** How many each extension has. */
  readonly #counts = new Map<string, number>();
  readonly #ended: EndedContexts<Context>;
  /** {@link StoredContext.order} of the context that was first heard of last. */
  #newest = 0;

  /** @param most contexts of one extension at a time */
  constructor(
    ended = new EndedContexts<Context>(),
    private readonly most = MOST,
  ) {
    this.#ended = ended;
  }

  /**
   * @param stored what the last life of this page has left
   * @param now epoch milliseconds: when lines that were open then are said to have closed
   * @param newestSegment stands for what a record of an earlier version does not say
   * @returns the contexts whose record this changes
   */
  restore(stored: readonly StoredContext[], now: number, newestSegment = 0): Context[] {
    const changed: Context[] = [];
    const marked = stored.map((record) => ({ lastSegment: newestSegment, ...record }));
    for (const record of marked.sort(byEnd)) {
      const context = new Context(record, false);
      this.#put(context);
      if (record.disconnectedAt === null) {
        context.stored = { ...record, disconnectedAt: now };
        changed.push(context);
      }
      this.#ended.add(context);
    }
    return changed;
  }

  /**
   * Makes `link` the context's line. A line it had before is closed: a context opens a new one only when it
   * has lost the old one, so the newest is the true one.
   *
   * @throws {GuardError} the browser says that it is another context than the one with that uid, or the extension
   *   has too many
   */
  connect(hello: Hello, origin: Origin, link: Link): Context {
    const key = `${origin.extensionId}\n${hello.uid}`;
    let context = this.#byKey.get(key);
    if (context === undefined) {
      if ((this.#counts.get(origin.extensionId) ?? 0) >= this.most) {
        throw new GuardError(`hello: it has ${this.most} contexts already`);
      }
      const record = { ...firstRecord(key, hello, origin), order: this.#newest + 1 };
      context = new Context(record, origin.route === 'loopback');
      this.#put(context);
    } else {
      if (!isSamePlace(context.stored, origin)) {
        throw new GuardError('hello, uid: is that of another context of this extension');
      }
      context.link?.close();
      this.#ended.delete(context);
      const { endFacts: _, ...stored } = context.stored;
      context.stored = { ...stored, disconnectedAt: null };
    }
    context.link = link;
    context.root = origin.route === 'relay' ? null : extensionRoot(origin.sender.url ?? '');
    context.mutes = hello.mutes === true;
    context.readsFiles = hello.readsFiles === true;
    context.starved = false;
    return context;
  }

  /** @returns whether `link` was the context's line */
  disconnect(context: Context, link: Link, now: number): boolean {
    if (context.link !== link) return false;
    context.link = null;
    context.stored = { ...context.stored, disconnectedAt: now };
    this.#ended.add(context);
    return true;
  }

  /** Forgets those of `contexts` that have no line. */
  forget(contexts: Iterable<Context>): void {
    for (const context of contexts) {
      if (context.link !== null || context.gone) continue;
      context.gone = true;
      const { key, extensionId } = context.stored;
      this.#byKey.delete(key);
      this.#ended.delete(context);
      this.#counts.set(extensionId, (this.#counts.get(extensionId) ?? 0) - 1);
      if (this.#counts.get(extensionId) === 0) this.#counts.delete(extensionId);
    }
  }

  /** No segment is stored any more, and their ids may begin anew. */
  storeEmptied(): void {
    for (const context of this.#byKey.values()) {
      context.stored = { ...context.stored, lastSegment: 0 };
    }
  }

  /** Those that have ended and may be forgotten; see {@link EndedContexts.surplus}. */
  surplus(...conditions: Parameters<EndedContexts<Context>['surplus']>): Surplus<Context> {
    return this.#ended.surplus(...conditions);
  }

  #put(context: Context): void {
    const { key, extensionId, order = 0 } = context.stored;
    this.#newest = Math.max(this.#newest, order);
    this.#byKey.set(key, context);
    this.#counts.set(extensionId, (this.#counts.get(extensionId) ?? 0) + 1);
  }

  all(): Iterable<Context> {
    return this.#byKey.values();
  }

  broadcast(message: ToContext): void {
    for (const { link } of this.#byKey.values()) link?.send(message);
  }

  /** Contexts with an open line, the loopback not counted. */
  reporting(): number {
    let count = 0;
    for (const { link, isLoopback } of this.#byKey.values()) {
      if (link !== null && !isLoopback) count += 1;
    }
    return count;
  }
}

/** The order in which contexts ended; those of which that is not known come last. */
function byEnd(a: StoredContext, b: StoredContext): number {
  const [left, right] = [a, b].map(({ disconnectedAt }) => disconnectedAt ?? Infinity);
  return (
    (a.lastSegment ?? 0) - (b.lastSegment ?? 0) || (left === right ? 0 : left! < right! ? -1 : 1)
  );
}

/** Whether the browser attests the same about this line as about the context's first. */
function isSamePlace(stored: StoredContext, { route, sender }: Origin): boolean {
  return (
    (stored.attestedBy === 'relay') === (route === 'relay') &&
    stored.envType === (sender.envType ?? null) &&
    stored.contextId === (sender.contextId ?? null) &&
    stored.frameId === (sender.frameId ?? null)
  );
}

function firstRecord(
  key: string,
  hello: Hello,
  { route, extensionId, sender }: Origin,
): StoredContext {
  const kind = attestedKind(hello.kind, route, sender);
  return {
    key,
    extensionId,
    extensionName: hello.extensionName === undefined ? null : originalName(hello.extensionName),
    extensionVersion: hello.extensionVersion ?? null,
    kind,
    worldId: kind === 'user-script' ? (sender.userScriptWorldId ?? '') : null,
    url: (sender.url ?? hello.url).slice(0, URL_CHARS),
    tabId: sender.tabId ?? null,
    frameId: sender.frameId ?? null,
    documentId: sender.documentId ?? null,
    contextId: sender.contextId ?? null,
    envType: sender.envType ?? null,
    attestedBy: route === 'relay' ? 'relay' : 'browser',
    startedAt: hello.startedAt,
    disconnectedAt: null,
    taken: 0,
  };
}

/** The browser's word goes before the context's own. */
function attestedKind(
  claimed: ContextKind,
  route: Origin['route'],
  sender: SenderFacts,
): ContextKind {
  if (route === 'relay' || route === 'own-user-script') return 'user-script';
  // A page of the extension inside a web page is one of these too.
  const isPage = sender.url?.startsWith('moz-extension:') === true;
  return sender.envType === 'content_child' && !isPage ? 'content-script' : claimed;
}
