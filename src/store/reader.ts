/** What panels, their workers and the collector read. Opening creates the database if it is not there yet. */

import {
  isSoundContext,
  isSoundRecording,
  soundSpans,
  type StoredContext,
  type StoredNotice,
  type StoredRecording,
  type StoredSegment,
} from '../protocol/index.js';
import { named } from './errors.js';
import type { PortholeDatabase } from './schema.js';

export {
  BlockedDatabaseError,
  faultOf,
  NewerDatabaseError,
  saysFull,
  StoreError,
} from './errors.js';
export { keepOpen, openDatabase, type OpenOptions } from './open.js';
export { isOfCleared } from './cleared.js';
export { readDropped } from './retention.js';
export type { PortholeDatabase } from './schema.js';

/**
 * @param onDamaged hears the keys of records that are damaged
 * @returns every stored context that can be read, in no particular order
 */
export function readContexts(
  database: PortholeDatabase,
  onDamaged?: (key: string) => void,
): Promise<StoredContext[]> {
  return named('reading the contexts', async () => {
    const records = await database.getAll('contexts');
    return records.filter((record) => {
      if (isSoundContext(record)) return true;
      onDamaged?.(String((record as { readonly key: unknown }).key));
      return false;
    });
  });
}

/**
 * @param fromId the first id wanted; ids have holes
 * @param limit at most this many
 * @returns segments in order of commit
 */
export function readSegments(
  database: PortholeDatabase,
  fromId: number,
  limit: number,
): Promise<StoredSegment[]> {
  return named(`reading segments from ${fromId}`, () =>
    database.getAll('segments', IDBKeyRange.lowerBound(fromId), limit),
  );
}

/** @returns the segment, or undefined when it is not there (any more) */
export function readSegment(
  database: PortholeDatabase,
  id: number,
): Promise<StoredSegment | undefined> {
  return named(`reading segment ${id}`, () => database.get('segments', id));
}

/**
 * @param fromId the first id that counts
 * @returns ids of the oldest and the newest segment; null when there is none
 */
export function readSpan(
  database: PortholeDatabase,
  fromId = 0,
): Promise<{ readonly first: number; readonly newest: number } | null> {
  return named('looking for the newest segment', async () => {
    const store = database.transaction('segments').store;
    const first = await store.openKeyCursor(IDBKeyRange.lowerBound(fromId), 'next');
    const newest = await store.openKeyCursor(null, 'prev');
    return first === null || newest === null ? null : { first: first.key, newest: newest.key };
  });
}

/** @returns the recording, or undefined when Porthole's background has never run or the record is damaged */
export function readRecording(database: PortholeDatabase): Promise<StoredRecording | undefined> {
  return named('reading the recording', async () => {
    const record = await database.get('meta', 'recording');
    if (!isSoundRecording(record)) return undefined;
    return record.redacted === undefined ? record : { ...record, redacted: soundSpans(record) };
  });
}

/** @returns the notices kept, oldest first */
export function readNotices(database: PortholeDatabase): Promise<StoredNotice[]> {
  return named('reading the notices', () => database.getAll('notices'));
}
