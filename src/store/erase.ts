/** Deletes the database, of whatever version and in whatever state. Only ever done because the person said so. */

import { deleteDB } from 'idb';
import { BlockedDatabaseError, named } from './errors.js';
import { DATABASE } from './schema.js';

/**
 * Connections that Porthole's pages have open close by themselves.
 *
 * @param patience milliseconds to wait for them
 * @throws {BlockedDatabaseError} another page does not let go of it; it is deleted as soon as that page does
 * @throws {StoreError} anything else
 */
export async function eraseDatabase(patience = 3_000): Promise<void> {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const refused = new Promise<never>((_, reject) => {
    waiting = setTimeout(() => reject(new BlockedDatabaseError()), patience);
  });
  try {
    await named('deleting it', () => Promise.race([deleteDB(DATABASE), refused]));
  } finally {
    clearTimeout(waiting);
  }
}
