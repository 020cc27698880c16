/** The account of what is stored, and the deletion of the oldest: one transaction, whatever the segments hold. */

import type { LedgerEntry, StoredDropped, StoredLimits } from '../protocol/index.js';
import { atomically, RELAXED, seen } from './atomically.js';
import { named } from './errors.js';
import type { PortholeDatabase } from './schema.js';

/** @returns one entry for each stored segment, oldest first */
export function readLedger(database: PortholeDatabase): Promise<LedgerEntry[]> {
  return named('reading the ledger', () => database.getAll('ledger'));
}

/** @returns what was deleted, one record for each extension */
export function readDropped(database: PortholeDatabase): Promise<StoredDropped[]> {
  return named('reading what was deleted', () => database.getAll('dropped'));
}

/** @returns the limits the person has set, or undefined */
export function readLimits(database: PortholeDatabase): Promise<StoredLimits | undefined> {
  return named(
    'reading the limits',
    () => database.get('meta', 'limits') as Promise<StoredLimits | undefined>,
  );
}

/**
 * @throws {StoreError} nothing was stored
 */
export function putLimits(database: PortholeDatabase, limits: StoredLimits): Promise<void> {
  return named('storing the limits', async () => {
    await database.put('meta', limits);
  });
}

/** What becomes of one stored segment. */
export interface Drop {
  readonly id: number;
  /** Its entry from now on, when its outline stays; null when nothing of it stays. */
  readonly left: LedgerEntry | null;
}

/**
 * Deletes segments, or all but their outlines. Their contents are not read.
 *
 * @param dropped the new totals of the extensions concerned
 * @throws {StoreError} everything is as it was
 */
export function dropSegments(
  database: PortholeDatabase,
  drops: readonly Drop[],
  dropped: readonly StoredDropped[],
): Promise<void> {
  return named(`deleting ${drops.length} old segments`, () => {
    const stores = ['segments', 'outlines', 'ledger', 'dropped'] as const;
    const transaction = database.transaction(stores, 'readwrite', RELAXED);
    const segments = transaction.objectStore('segments');
    const outlines = transaction.objectStore('outlines');
    const ledger = transaction.objectStore('ledger');
    return atomically(transaction, async () => {
      const reduce = async (left: LedgerEntry): Promise<void> => {
        const outline = await outlines.get(left.id);
        if (outline === undefined) await segments.delete(left.id);
        else await Promise.all([segments.put(outline), outlines.delete(left.id)]);
      };
      await Promise.all([
        ...drops.flatMap(({ id, left }) =>
          left === null
            ? [seen(segments.delete(id)), seen(outlines.delete(id)), seen(ledger.delete(id))]
            : [seen(reduce(left)), seen(ledger.put(left))],
        ),
        ...dropped.map((record) => seen(transaction.objectStore('dropped').put(record))),
      ]);
    });
  });
}

/**
 * Deletes the records of contexts.
 *
 * @param dropped the new totals of the extensions concerned
 * @throws {StoreError} everything is as it was
 */
export function dropContexts(
  database: PortholeDatabase,
  keys: readonly string[],
  dropped: readonly StoredDropped[],
): Promise<void> {
  return named(`deleting ${keys.length} contexts`, () => {
    const transaction = database.transaction(['contexts', 'dropped'], 'readwrite', RELAXED);
    return atomically(transaction, async () => {
      await Promise.all([
        ...keys.map((key) => seen(transaction.objectStore('contexts').delete(key))),
        ...dropped.map((record) => seen(transaction.objectStore('dropped').put(record))),
      ]);
    });
  });
}
