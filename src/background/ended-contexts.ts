/**
 * The contexts that have ended, and which of them need not be remembered: those of which the store has nothing any
 * more, and of the rest the ones that ended first, when an extension has too many. A busy page may make thousands of
 * frames an hour, and a hostile extension as many contexts as it likes.
 */

import type { StoredContext } from '../protocol/index.js';

/** Contexts of one extension that have ended and are remembered. */
const MOST = 5_000;

/** Contexts forgotten at once. */
const AT_ONCE = 1_000;

interface Known {
  readonly stored: StoredContext;
}

/** Contexts that may be forgotten. */
export interface Surplus<T extends Known = Known> {
  readonly contexts: readonly T[];
  /** Of those, the ones of which something is still stored, by extension. */
  readonly unnamed: ReadonlyMap<string, number>;
}

export class EndedContexts<T extends Known> {
  /** By extension, in the order in which they ended: `lastSegment` grows along it. */
  readonly #queues = new Map<string, Set<T>>();

  constructor(
    private readonly most = MOST,
    private readonly atOnce = AT_ONCE,
  ) {}

  add(context: T): void {
    const { extensionId } = context.stored;
    const queue = this.#queues.get(extensionId);
    if (queue === undefined) this.#queues.set(extensionId, new Set([context]));
    else queue.add(context);
  }

  /** It lives again, or is forgotten. */
  delete(context: T): void {
    const { extensionId } = context.stored;
    const queue = this.#queues.get(extensionId);
    queue?.delete(context);
    if (queue?.size === 0) this.#queues.delete(extensionId);
  }

  /**
   * Looks at no more contexts than it finds, and one of each extension.
   *
   * @param oldest id of the oldest segment in which there may be something of this extension
   * @param isSettled whether nothing of the context waits to be stored
   */
  surplus(oldest: (extensionId: string) => number, isSettled: (context: T) => boolean): Surplus<T> {
    const contexts: T[] = [];
    const unnamed = new Map<string, number>();
    for (const [extensionId, queue] of this.#queues) {
      const first = oldest(extensionId);
      let left = queue.size;
      for (const context of queue) {
        const isSpent = (context.stored.lastSegment ?? 0) < first;
        if ((!isSpent && left <= this.most) || !isSettled(context)) break;
        if (contexts.length === this.atOnce) return { contexts, unnamed };
        contexts.push(context);
        if (!isSpent) unnamed.set(extensionId, (unnamed.get(extensionId) ?? 0) + 1);
        left -= 1;
      }
    }
    return { contexts, unnamed };
  }
}
