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
 * Milliseconds without any answer after which the database counts as blocked: requests that come after one that is
 * blocked, from whichever page, just wait behind it.
 */
const SILENCE_MS = 8_000;

interface Attempt {
  readonly opening: Promise<PortholeDatabase>;
  /** Resolves when other connections are in the way. */
  readonly blocked: Promise<void>;
  onClosed: (() => void) | undefined;
}

/** One that was given up on. It cannot be taken back, and a new one would wait behind it: it is taken up again. */
let pending: Attempt | null = null;

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
  const attempt = pending ?? begin();
  pending = null;
  attempt.onClosed = onClosed;
  const timers: ReturnType<typeof setTimeout>[] = [];
  const after = (ms: number): Promise<never> =>
    new Promise((_, reject) => {
      timers.push(setTimeout(() => reject(new BlockedDatabaseError()), ms));
    });
  try {
    // Connections close at once when asked, but those with a transaction under way need a moment.
    const refused = attempt.blocked.then(() => after(patience));
    return await Promise.race([attempt.opening, refused, after(SILENCE_MS)]);
  } catch (error) {
    if (error instanceof BlockedDatabaseError) {
      pending = attempt;
      throw error;
    }
    if (error instanceof DOMException && error.name === 'VersionError') {
      throw new NewerDatabaseError(error);
    }
    throw new StoreError('it cannot be opened', error);
  } finally {
    for (const timer of timers) clearTimeout(timer);
  }
}

function begin(): Attempt {
  let database: PortholeDatabase | undefined;
  let block: () => void = () => undefined;
  const blocked = new Promise<void>((resolve) => {
    block = resolve;
  });
  const forget = (): void => {
    if (pending === attempt) pending = null;
    attempt.onClosed?.();
  };
  const opening = openDB(DATABASE, SCHEMA_VERSION, {
    upgrade: (db, from, _to, transaction) => {
      for (const migrate of MIGRATIONS.slice(from)) migrate(db, transaction);
    },
    blocked: () => block(),
    blocking: () => {
      database?.close();
      forget();
    },
    terminated: forget,
  }) as Promise<PortholeDatabase>;
  const attempt: Attempt = { opening, blocked, onClosed: undefined };
  opening.then((opened) => {
    database = opened;
  }, forget);
  return attempt;
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
