/**
 * A recording that was cleared and can still be brought back. Nothing of it is moved: the recording that began with the
 * clear says from which segment on the store is its own, and what is older is left out until it is deleted.
 */

import type { StoredContext, StoredDropped, StoredRecording } from '../protocol/index.js';
import { atomically, RELAXED, seen } from './atomically.js';
import { named } from './errors.js';
import type { PortholeDatabase } from './schema.js';

/** @returns whether this context had ended when the recording before was cleared, and belongs to that one alone */
export function isOfCleared(
  { disconnectedAt }: Pick<StoredContext, 'disconnectedAt'>,
  recording: StoredRecording | null | undefined,
): boolean {
  return (
    recording?.firstSegment !== undefined &&
    disconnectedAt !== null &&
    disconnectedAt <= recording.startedAt
  );
}

/**
 * Begins a recording and leaves the one before where it is.
 *
 * @param recording the new one
 * @throws {StoreError} everything is as it was
 */
export function setAside(database: PortholeDatabase, recording: StoredRecording): Promise<void> {
  return named('clearing the recording', () => {
    const transaction = database.transaction(['meta', 'dropped'], 'readwrite', RELAXED);
    return atomically(transaction, async () => {
      await Promise.all([
        seen(transaction.objectStore('meta').put(recording)),
        seen(transaction.objectStore('dropped').clear()),
      ]);
    });
  });
}

/**
 * @param recording the one from now on, which has both
 * @param dropped what had been deleted of the one that was cleared
 * @throws {StoreError} everything is as it was
 */
export function bringBack(
  database: PortholeDatabase,
  recording: StoredRecording,
  dropped: readonly StoredDropped[],
): Promise<void> {
  return named('bringing back the recording', () => {
    const transaction = database.transaction(['meta', 'dropped'], 'readwrite', RELAXED);
    return atomically(transaction, async () => {
      await Promise.all([
        seen(transaction.objectStore('meta').put(recording)),
        ...dropped.map((record) => seen(transaction.objectStore('dropped').put(record))),
      ]);
    });
  });
}

/**
 * Deletes what was cleared.
 *
 * @param recording the one from now on, which cannot bring it back any more
 * @param contexts keys of those that go with it
 * @throws {StoreError} everything is as it was
 */
export function deleteCleared(
  database: PortholeDatabase,
  recording: StoredRecording,
  contexts: readonly string[],
): Promise<void> {
  return named('deleting what was cleared', () => {
    const stores = ['segments', 'outlines', 'ledger', 'contexts', 'notices', 'meta'] as const;
    const transaction = database.transaction(stores, 'readwrite', RELAXED);
    const older = IDBKeyRange.upperBound(recording.firstSegment ?? 0, true);
    return atomically(transaction, async () => {
      const notices = transaction.objectStore('notices');
      const all = await notices.getAll();
      await Promise.all([
        ...(['segments', 'outlines', 'ledger'] as const).map((name) =>
          seen(transaction.objectStore(name).delete(older)),
        ),
        ...contexts.map((key) => seen(transaction.objectStore('contexts').delete(key))),
        ...all
          .filter(({ at }) => at < recording.startedAt)
          .map(({ id }) => seen(notices.delete(id))),
        seen(transaction.objectStore('meta').put(recording)),
      ]);
    });
  });
}
