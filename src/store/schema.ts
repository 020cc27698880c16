/** The database: its record types, its version, and the steps that lead from each version to the next. */

import type { DBSchema, IDBPDatabase, IDBPTransaction, StoreNames } from 'idb';
import type {
  LedgerEntry,
  StoredAdmission,
  StoredMutes,
  StoredRedaction,
  StoredContext,
  StoredDropped,
  StoredKept,
  StoredLimits,
  StoredNotice,
  StoredRecording,
  StoredSegment,
} from '../protocol/index.js';
import { sizeOf } from './size.js';

export { DATABASE } from '../protocol/index.js';

export interface PortholeSchema extends DBSchema {
  /** Auto-incremented `id`; keys are never used again, not even after a clear. */
  segments: { key: number; value: StoredSegment };
  contexts: { key: string; value: StoredContext };
  /**
   * {@link StoredRecording} under `recording`, {@link StoredAdmission} under `admission`,
   * {@link StoredLimits} under `limits`, {@link StoredRedaction} under `redaction`.
   */
  meta: {
    key: string;
    value: StoredRecording | StoredAdmission | StoredLimits | StoredMutes | StoredRedaction;
  };
  /** Auto-incremented `id`. */
  notices: { key: number; value: StoredNotice };
  /** One entry for each segment, so that the oldest can be found and counted without reading any. */
  ledger: { key: number; value: LedgerEntry };
  /** What takes the place of a segment when its messages are deleted; only where there is any such thing. */
  outlines: { key: number; value: StoredSegment };
  dropped: { key: string; value: StoredDropped };
  /** Auto-incremented `id`. Neither clearing nor retention touches them. */
  kept: { key: number; value: StoredKept };
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
 * 3. ledger, outlines, dropped.
 * 4. runs may be in columns (`protocol/runs.ts`). Those there are stay as they are; a Porthole that cannot read columns
 *    must not take them for damage.
 * 5. kept.
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
  (database, transaction) => {
    database.createObjectStore('ledger', { keyPath: 'id' });
    database.createObjectStore('outlines', { keyPath: 'id' });
    database.createObjectStore('dropped', { keyPath: 'extension' });
    enterSegments(transaction).catch(() => transaction.abort());
  },
  () => undefined,
  (database) => {
    database.createObjectStore('kept', { keyPath: 'id', autoIncrement: true });
  },
];

/** Segments from before version 3 may hold events of several extensions; the first one is charged. */
async function enterSegments(transaction: Upgrade): Promise<void> {
  const ledger = transaction.objectStore('ledger');
  let cursor = await transaction.objectStore('segments').openCursor();
  while (cursor !== null) {
    const { id, runs, count } = cursor.value;
    await ledger.put({
      id,
      extension: runs[0]?.context.split('\n', 1)[0] ?? '',
      at: Date.now(),
      events: count,
      bytes: sizeOf(cursor.value),
      outline: null,
      whole: true,
    });
    cursor = await cursor.continue();
  }
}

export const SCHEMA_VERSION = MIGRATIONS.length;
