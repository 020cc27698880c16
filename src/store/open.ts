/** Opens the database, upgrading it where needed, and says plainly why when it cannot. */

import { openDB } from 'idb';
import { BlockedDatabaseError, NewerDatabaseError, StoreError } from './errors.js';
import { DATABASE, MIGRATIONS, SCHEMA_VERSION, type PortholeDatabase } from './schema.js';

export interface OpenOptions {
  /**
   * The connection is gone: another page upgrades or deletes the database, or the browser ended it (storage
   * cleared, fault). Open again when the database is needed.
   */
  readonly onClosed?: () => void;
  /** Milliseconds to wait for other connections to close before giving up an upgrade. */
  readonly patience?: number;
}

/**
 * Creates the database when there is none yet.
 *
 * @throws {NewerDatabaseError} a newer Porthole wrote it
 * @throws {BlockedDatabaseError} it needs an upgrade and another page does not let go of it
 * @throws {StoreError} anything else
 */
export async function openDatabase({
  onClosed,
  patience = 3_000,
}: OpenOptions = {}): Promise<PortholeDatabase> {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let database: PortholeDatabase | undefined;
  let refuse: (error: StoreError) => void = () => undefined;
  const refused = new Promise<never>((_, reject) => {
    refuse = reject;
  });
  const opening = openDB(DATABASE, SCHEMA_VERSION, {
    upgrade: (db, from, _to, transaction) => {
      for (const migrate of MIGRATIONS.slice(from)) migrate(db, transaction);
    },
    // Connections close at once when asked, but those with a transaction under way need a moment.
    blocked: () => {
      waiting = setTimeout(() => refuse(new BlockedDatabaseError()), patience);
    },
    blocking: () => {
      database?.close();
      onClosed?.();
    },
    terminated: () => onClosed?.(),
  }) as Promise<PortholeDatabase>;
  try {
    database = await Promise.race([opening, refused]);
    return database;
  } catch (error) {
    if (error instanceof StoreError) {
      // It may still open once the others have closed; nobody waits for it then.
      opening.then(
        (late) => late.close(),
        () => undefined,
      );
      throw error;
    }
    if (error instanceof DOMException && error.name === 'VersionError') {
      throw new NewerDatabaseError(error);
    }
    throw new StoreError('it cannot be opened', error);
  } finally {
    clearTimeout(waiting);
  }
}

/**
 * One connection for a long-lived page: opened when first needed, and again after it was closed from outside
 * or could not be opened.
 *
 * @returns a function that gives the open database, and rejects as {@link openDatabase} does
 */
export function keepOpen(
  open: typeof openDatabase = openDatabase,
): () => Promise<PortholeDatabase> {
  let current: Promise<PortholeDatabase> | null = null;
  return () => {
    if (current === null) {
      const opened = open({
        onClosed: () => {
          if (current === opened) current = null;
        },
      });
      current = opened;
      opened.catch(() => {
        if (current === opened) current = null;
      });
    }
    return current;
  };
}
