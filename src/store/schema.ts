/** The database: its record types, its version, and the steps that lead from each version to the next. */

import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from 'idb';
import type {
  StoredAdmission,
  StoredContext,
  StoredNotice,
  StoredRecording,
  StoredSegment,
} from '../protocol/index.js';

export { DATABASE } from '../protocol/index.js';

export interface PortholeSchema extends DBSchema {
  /** Auto-incremented `id`; keys are never used again, not even after a clear. */
  segments: { key: number; value: StoredSegment };
  contexts: { key: string; value: StoredContext };
  /** {@link StoredRecording} under `recording`, {@link StoredAdmission} under `admission`. */
  meta: { key: string; value: StoredRecording | StoredAdmission };
  /** Auto-incremented `id`. */
  notices: { key: number; value: StoredNotice };
}

export type PortholeDatabase = IDBPDatabase<PortholeSchema>;

type Upgrade = IDBPTransaction<PortholeSchema, StoreNames<PortholeSchema>[], 'versionchange'>;

/** Leads from one version to the next; sees the database as the steps before it left it. */
export type Migration = (database: PortholeDatabase, transaction: Upgrade) => void;

/**
 * `MIGRATIONS[n]` leads from version n to n + 1. A step that has been published is never edited.
 *
 * 1. segments, contexts, meta.
 * 2. notices.
 */
export const MIGRATIONS: readonly Migration[] = [
  (database) => {
    database.createObjectStore('segments', { keyPath: 'id', autoIncrement: true });
    database.createObjectStore('contexts', { keyPath: 'key' });
    database.createObjectStore('meta', { keyPath: 'key' });
  },
  (database) => {
    database.createObjectStore('notices', { keyPath: 'id', autoIncrement: true });
  },
];

export const SCHEMA_VERSION = MIGRATIONS.length;
