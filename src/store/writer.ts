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
  LedgerEntry,
  SegmentRun,
  StoredContext,
  StoredNotice,
  StoredRecording,
  StoredSegment,
} from '../protocol/index.js';
import { atomically, RELAXED, seen } from './atomically.js';
import { named } from './errors.js';
import type { PortholeDatabase } from './schema.js';
import { sizeOf } from './size.js';

/** Notices kept; storing one more deletes the oldest. */
export const NOTICES_KEPT = 200;

/** A segment that is not stored yet. */
export interface NewSegment {
  readonly segment: Omit<StoredSegment, 'id'>;
  /** Whose events it holds, all of them. */
  readonly extension: string;
  /** The events among them that are worth keeping when the messages are deleted; their payload is ''. */
  readonly outline: readonly SegmentRun[];
}

/**
 * Stores segments and the contexts whose events they hold, all or nothing.
 *
 * @param contexts with `taken` counting the batches in the segments; their `lastSegment` is filled in
 * @returns the segments' ledger entries, in their order
 * @throws {StoreError} nothing was stored
 */
export function commitSegments(
  database: PortholeDatabase,
  segments: readonly NewSegment[],
  contexts: readonly StoredContext[],
): Promise<LedgerEntry[]> {
  const events = segments.reduce((sum, { segment }) => sum + segment.count, 0);
  return named(`storing ${events} events`, () => {
    const stores = ['segments', 'outlines', 'ledger', 'contexts'] as const;
    const transaction = database.transaction(stores, 'readwrite', RELAXED);
    const ledger = transaction.objectStore('ledger');
    const outlines = transaction.objectStore('outlines');
    const at = Date.now();
    const store = async (segment: NewSegment): Promise<LedgerEntry> => {
      // The key generator fills in the id.
      const id = await transaction.objectStore('segments').add(segment.segment as StoredSegment);
      const outline = outlineOf(id, segment);
      const entry: LedgerEntry = {
        id,
        extension: segment.extension,
        at,
        events: segment.segment.count,
        bytes: sizeOf(segment.segment),
        outline: outline === null ? null : { events: outline.count, bytes: sizeOf(outline) },
        whole: true,
      };
      await Promise.all([
        seen(ledger.put(entry)),
        ...(outline === null ? [] : [seen(outlines.put(outline))]),
      ]);
      return entry;
    };
    return atomically(transaction, async () => {
      // Of several failures the first is the cause; the others only say that the transaction was aborted.
      const entries = await Promise.all(segments.map((segment) => seen(store(segment))));
      const lastSegment = Math.max(0, ...entries.map(({ id }) => id));
      await Promise.all(
        contexts.map((context) =>
          seen(transaction.objectStore('contexts').put({ ...context, lastSegment })),
        ),
      );
      return entries;
    });
  });
}

function outlineOf(id: number, { segment, outline }: NewSegment): StoredSegment | null {
  if (outline.length === 0) return null;
  const count = outline.reduce((sum, run) => sum + run.count, 0);
  return { id, recording: segment.recording, count, runs: outline, payload: '' };
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
 * Deletes everything but what the person has set, and begins a new recording.
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
    const stores = [
      'segments',
      'outlines',
      'ledger',
      'dropped',
      'contexts',
      'notices',
      'meta',
    ] as const;
    const transaction = database.transaction(stores, 'readwrite', RELAXED);
    return atomically(transaction, async () => {
      await Promise.all([
        ...stores
          .filter((name) => name !== 'meta')
          .map((name) => seen(transaction.objectStore(name).clear())),
        ...contexts.map((context) => seen(transaction.objectStore('contexts').put(context))),
        seen(transaction.objectStore('meta').put(recording)),
      ]);
    });
  });
}

/**
 * Stores a notice again that happened again.
 *
 * @throws {StoreError} the notice is as it was
 */
export function putNotice(database: PortholeDatabase, notice: StoredNotice): Promise<void> {
  return named('storing a notice', () => {
    const transaction = database.transaction('notices', 'readwrite', RELAXED);
    return atomically(transaction, async () => {
      await transaction.store.put(notice);
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
