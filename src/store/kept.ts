/**
 * Recordings that the person has put aside. The collector knows nothing of them: panels put them in and take them out by
 * themselves, and neither clearing nor retention touches them.
 */

import type { KeptRecording, StoredKept } from '../protocol/index.js';
import { named } from './errors.js';
import type { PortholeDatabase } from './schema.js';

/** @returns what is kept, newest first; records that are damaged are left out */
export function listKept(database: PortholeDatabase): Promise<KeptRecording[]> {
  return named('reading what is kept', async () => {
    const records = await database.getAll('kept');
    return records
      .filter(isSound)
      .map(({ id, name, keptAt, recordedAt, messages, bytes }) => ({
        id,
        name,
        keptAt,
        recordedAt,
        messages,
        bytes,
      }))
      .reverse();
  });
}

/**
 * @returns its id
 * @throws {StoreError} nothing was stored
 */
export function keep(
  database: PortholeDatabase,
  recording: Omit<StoredKept, 'id'>,
): Promise<number> {
  return named('keeping the recording', () => database.put('kept', recording as StoredKept));
}

/** @returns the trace, gzip; undefined when it is not there (any more) */
export function readKept(database: PortholeDatabase, id: number): Promise<Blob | undefined> {
  return named('reading a kept recording', async () => (await database.get('kept', id))?.trace);
}

/** Does nothing when it is not there (any more). */
export function renameKept(database: PortholeDatabase, id: number, name: string): Promise<void> {
  return named('renaming a kept recording', async () => {
    const transaction = database.transaction('kept', 'readwrite');
    const record = await transaction.store.get(id);
    if (record !== undefined) await transaction.store.put({ ...record, name });
    await transaction.done;
  });
}

/** @returns what was there, so that it can be put back; undefined when nothing was */
export function removeKept(
  database: PortholeDatabase,
  id: number,
): Promise<StoredKept | undefined> {
  return named('deleting a kept recording', async () => {
    const transaction = database.transaction('kept', 'readwrite');
    const record = await transaction.store.get(id);
    await transaction.store.delete(id);
    await transaction.done;
    return record;
  });
}

function isSound(record: StoredKept): boolean {
  const { name, keptAt, recordedAt, messages, bytes } = record;
  return (
    typeof name === 'string' &&
    [keptAt, recordedAt, messages, bytes].every((value) => Number.isFinite(value))
  );
}
