/**
 * What the collector writes. Every function is one transaction and resolves when that has committed.
 *
 * Durability is `relaxed`: a commit is then in the hands of the operating system, not yet flushed to the
 * disk. That keeps "acknowledged = committed" true for everything a recording outlives: the background
 * stopping, the extension process crashing, Firefox being killed (the database lives in Firefox's parent
 * process, and the operating system keeps what a killed process has written). Only a power cut could lose the last
 * seconds, and that ends the inspected contexts and Firefox with them. `strict` would cost a disk flush
 * about 30 times a second.
 */

import type {
  StoredContext,
  StoredNotice,
  StoredRecording,
  StoredSegment,
} from '../protocol/index.js';
import { named } from './errors.js';
import type { PortholeDatabase } from './schema.js';

const RELAXED = { durability: 'relaxed' } as const;

/** Notices kept; storing one more deletes the oldest. */
export const NOTICES_KEPT = 200;

/**
 * Stores a segment and the contexts whose events it holds, both or neither.
 *
 * @param contexts with `taken` counting the batches in the segment
 * @returns the segment's id
 * @throws {StoreError} nothing was stored
 */
export function commitSegment(
  database: PortholeDatabase,
  segment: Omit<StoredSegment, 'id'>,
  contexts: readonly StoredContext[],
): Promise<number> {
  return named(`storing ${segment.count} events`, () => {
    const transaction = database.transaction(['segments', 'contexts'], 'readwrite', RELAXED);
    return atomically(transaction, async () => {
      // The key generator fills in the id.
      const id = seen(transaction.objectStore('segments').add(segment as StoredSegment));
      const stored = contexts.map((context) =>
        seen(transaction.objectStore('contexts').put(context)),
      );
      await Promise.all([id, ...stored]);
      return id;
    });
  });
}

/**
 * @throws {StoreError} nothing was stored
 */
export function putContexts(
  database: PortholeDatabase,
  contexts: readonly StoredContext[],
): Promise<void> {
  return named('storing contexts', () => {
    const transaction = database.transaction('contexts', 'readwrite', RELAXED);
    return atomically(transaction, async () => {
      await Promise.all(contexts.map((context) => seen(transaction.store.put(context))));
    });
  });
}

/**
 * @throws {StoreError} nothing was stored
 */
export function putRecording(
  database: PortholeDatabase,
  recording: StoredRecording,
): Promise<void> {
  return named('storing the recording state', () => {
    const transaction = database.transaction('meta', 'readwrite', RELAXED);
    return atomically(transaction, async () => {
      await transaction.store.put(recording);
    });
  });
}

/**
 * Deletes segments, notices and contexts, and begins a new recording.
 *
 * @param recording the new one
 * @param contexts those that live on
 * @throws {StoreError} everything is as it was
 */
export function clear(
  database: PortholeDatabase,
  recording: StoredRecording,
  contexts: readonly StoredContext[],
): Promise<void> {
  return named('deleting the recording', () => {
    const stores = ['segments', 'contexts', 'notices', 'meta'] as const;
    const transaction = database.transaction(stores, 'readwrite', RELAXED);
    return atomically(transaction, async () => {
      await Promise.all([
        seen(transaction.objectStore('segments').clear()),
        seen(transaction.objectStore('notices').clear()),
        seen(transaction.objectStore('contexts').clear()),
        ...contexts.map((context) => seen(transaction.objectStore('contexts').put(context))),
        seen(transaction.objectStore('meta').put(recording)),
      ]);
    });
  });
}

/**
 * Stores a notice and deletes the oldest beyond {@link NOTICES_KEPT}.
 *
 * @returns its id
 * @throws {StoreError} nothing was stored
 */
export function addNotice(
  database: PortholeDatabase,
  notice: Omit<StoredNotice, 'id'>,
): Promise<number> {
  return named('storing a notice', () => {
    const transaction = database.transaction('notices', 'readwrite', RELAXED);
    const { store } = transaction;
    return atomically(transaction, async () => {
      const id = await store.add(notice as StoredNotice);
      const excess = (await store.count()) - NOTICES_KEPT;
      if (excess > 0) {
        const last = (await store.getAllKeys(null, excess)).at(-1);
        if (last !== undefined) await store.delete(IDBKeyRange.upperBound(last));
      }
      return id;
    });
  });
}

/**
 * Resolves when the transaction has committed. A request that cannot even be made (a value that cannot be
 * cloned) throws without ending the transaction, which would then commit the others: it is aborted instead.
 */
async function atomically<T>(
  transaction: { readonly done: Promise<void>; abort(): void },
  work: () => Promise<T>,
): Promise<T> {
  // Its failure is the one worth telling; a request's own says less about why.
  const committed = transaction.done.then(
    () => null,
    (error: unknown) => ({ error }),
  );
  let result: T;
  try {
    result = await work();
  } catch (error) {
    try {
      transaction.abort();
    } catch {
      // It has ended by itself.
    }
    const failure = await committed;
    throw failure !== null && !isAbort(failure.error) ? failure.error : error;
  }
  const failure = await committed;
  if (failure !== null) throw failure.error;
  return result;
}

/** When a later request cannot be made nobody gets to wait for this one: its failure is not unhandled. */
function seen<T>(request: Promise<T>): Promise<T> {
  request.catch(() => undefined);
  return request;
}

/** An abort of our own making says nothing about its cause. */
function isAbort(error: unknown): boolean {
  return error === null || (error instanceof DOMException && error.name === 'AbortError');
}
