/** Errors of the store, named so that callers can tell what a person can do about them. */

import type { StorageFault } from '../protocol/index.js';

/** An IndexedDB operation failed; the message names it, `cause` is the browser's own error. */
export class StoreError extends Error {
  override readonly name: string = 'StoreError';

  /** @param what the operation, as it reads after "Porthole's database: " */
  constructor(what: string, cause?: unknown) {
    super(`Porthole's database: ${what}${cause === undefined ? '' : `: ${said(cause)}`}`, {
      cause,
    });
  }
}

/** The database was written by a newer Porthole than this one. */
export class NewerDatabaseError extends StoreError {
  override readonly name = 'NewerDatabaseError';

  constructor(cause: unknown) {
    super(
      'it was written by a newer Porthole; update Porthole, or remove and install it again to begin anew',
      cause,
    );
  }
}

/** The database has to be upgraded, but another page of Porthole holds it open. */
export class BlockedDatabaseError extends StoreError {
  override readonly name = 'BlockedDatabaseError';

  constructor() {
    super(
      'another page of Porthole holds an older version open; close its panels and tabs, then reload this one',
    );
  }
}

/** @returns the error as a panel tells it */
export function faultOf(error: unknown): StorageFault {
  const kind =
    error instanceof NewerDatabaseError
      ? 'newer'
      : error instanceof BlockedDatabaseError
        ? 'blocked'
        : 'failed';
  return { kind, message: error instanceof Error ? error.message : String(error) };
}

/**
 * @returns `full`: the browser refused to store anything more, which deleting something can change; `perhaps`:
 *   Firefox says no more than `UnknownError` when it has no room for the file that it keeps a large record in, but
 *   also when the disk fails; `no`: it is something else
 */
export function saysFull(error: unknown): 'full' | 'perhaps' | 'no' {
  const cause = error instanceof StoreError ? error.cause : error;
  if (!(cause instanceof DOMException)) return 'no';
  if (cause.name === 'QuotaExceededError') return 'full';
  return cause.name === 'UnknownError' ? 'perhaps' : 'no';
}

/**
 * @param what the operation, as it reads after "Porthole's database: "
 * @throws {StoreError} for whatever `work` throws
 */
export async function named<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof StoreError ? error : new StoreError(what, error);
  }
}

function said(cause: unknown): string {
  // DOMExceptions say what kind they are in `name` only, and some browsers leave `message` empty.
  if (cause instanceof Error || cause instanceof DOMException) {
    return cause.message === '' ? cause.name : `${cause.name}: ${cause.message}`;
  }
  return String(cause);
}
