/** What the person has set and what outlives every recording: records of the `meta` store. */

import type { StoredAdmission, StoredMutes, StoredRedaction } from '../protocol/index.js';
import { named } from './errors.js';
import type { PortholeDatabase } from './schema.js';

/** @returns what was decided so far, or undefined when nothing was */
export function readAdmission(database: PortholeDatabase): Promise<StoredAdmission | undefined> {
  return named(
    'reading which extensions are admitted',
    () => database.get('meta', 'admission') as Promise<StoredAdmission | undefined>,
  );
}

/** @returns what was set, or undefined when nothing was */
export function readRedaction(database: PortholeDatabase): Promise<StoredRedaction | undefined> {
  return named(
    'reading what is redacted',
    () => database.get('meta', 'redaction') as Promise<StoredRedaction | undefined>,
  );
}

/** @returns the mute rules, or undefined when there never were any */
export function readMutes(database: PortholeDatabase): Promise<StoredMutes | undefined> {
  return named(
    'reading the mute rules',
    () => database.get('meta', 'mutes') as Promise<StoredMutes | undefined>,
  );
}

/**
 * @throws {StoreError} nothing was stored
 */
export function putMutes(database: PortholeDatabase, mutes: StoredMutes): Promise<void> {
  return named('storing the mute rules', async () => {
    await database.put('meta', mutes);
  });
}

/**
 * @throws {StoreError} nothing was stored
 */
export function putRedaction(
  database: PortholeDatabase,
  redaction: StoredRedaction,
): Promise<void> {
  return named('storing what is redacted', async () => {
    await database.put('meta', redaction);
  });
}

/**
 * @throws {StoreError} nothing was stored
 */
export function putAdmission(
  database: PortholeDatabase,
  admission: StoredAdmission,
): Promise<void> {
  return named('storing which extensions are admitted', async () => {
    await database.put('meta', admission);
  });
}
