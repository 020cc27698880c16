/** What panels, their workers and the collector read. Opening creates the database if it is not there yet. */

import type {
  StoredContext,
  StoredNotice,
  StoredRecording,
  StoredSegment,
} from '../protocol/index.js';
import { named } from './errors.js';
import type { PortholeDatabase } from './schema.js';

export { BlockedDatabaseError, NewerDatabaseError, StoreError } from './errors.js';
export { keepOpen, openDatabase, type OpenOptions } from './open.js';
export type { PortholeDatabase } from './schema.js';

/** @returns every stored context, in no particular order */
export function readContexts(database: PortholeDatabase): Promise<StoredContext[]> {
  return named('reading the contexts', () => database.getAll('contexts'));
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

/** @returns the recording, or undefined when Porthole's background has never run */
export function readRecording(database: PortholeDatabase): Promise<StoredRecording | undefined> {
  return named(
    'reading the recording',
    () => database.get('meta', 'recording') as Promise<StoredRecording | undefined>,
  );
}

/** @returns the notices kept, oldest first */
export function readNotices(database: PortholeDatabase): Promise<StoredNotice[]> {
  return named('reading the notices', () => database.getAll('notices'));
}
