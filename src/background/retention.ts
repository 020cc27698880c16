/**
 * Keeps the recording within its limits, and goes on recording when the browser gives no more room: the oldest
 * segments go first, and what went is counted. What goes, `ledger.ts` decides.
 */

import { DEFAULT_LIMITS, type RetentionLimits, type StoredLimits } from '../protocol/index.js';
import { isQuotaExceeded, type PortholeDatabase } from '../store/reader.js';
import {
  dropSegments,
  putLimits,
  readDropped,
  readLedger,
  readLimits,
} from '../store/retention.js';
import type { LedgerEntry } from '../protocol/index.js';
import { Ledger, type Incoming, type Removal } from './ledger.js';

/** Times that room is made for one commit before it counts as failed. */
const ATTEMPTS = 32;

export class Retention {
  readonly #ledger: Ledger;
  #limits: RetentionLimits;

  private constructor(ledger: Ledger, limits: RetentionLimits) {
    this.#ledger = ledger;
    this.#limits = limits;
  }

  /**
   * Takes up what is stored.
   *
   * @throws {StoreError} it cannot be read
   */
  static async load(database: PortholeDatabase): Promise<Retention> {
    const [entries, dropped, limits] = await Promise.all([
      readLedger(database),
      readDropped(database),
      readLimits(database),
    ]);
    return new Retention(new Ledger(entries, dropped), soundLimits(limits));
  }

  get limits(): RetentionLimits {
    return this.#limits;
  }

  /** What is stored now. */
  get holds(): Ledger['holds'] {
    return this.#ledger.holds;
  }

  /**
   * Takes effect at the next commit.
   *
   * @throws {StoreError} they are not stored, and as they were before
   */
  async setLimits(database: PortholeDatabase, limits: RetentionLimits): Promise<void> {
    await putLimits(database, { key: 'limits', ...limits });
    this.#limits = limits;
  }

  /**
   * Runs `store` with room made for what it stores.
   *
   * @param incoming what it stores
   * @param store stores it, and tells the new segments; it is run again when the browser had no room for it
   * @throws {StoreError} it could not be stored, and nothing is left that may be deleted for it
   */
  async storing(
    database: PortholeDatabase,
    incoming: readonly Incoming[],
    store: () => Promise<readonly LedgerEntry[]>,
  ): Promise<readonly LedgerEntry[]> {
    const ledger = this.#ledger;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await this.#drop(database, ledger.plan(this.#limits, incoming, Date.now()));
        const entries = await store();
        for (const entry of entries) ledger.add(entry);
        return entries;
      } catch (error) {
        if (!isQuotaExceeded(error) || attempt === ATTEMPTS) throw error;
        const removal = ledger.makeRoom(incoming, Date.now());
        if (removal === null) throw error;
        await this.#drop(database, removal);
      }
    }
  }

  /** Everything was deleted because the person asked for it. */
  cleared(): void {
    this.#ledger.clear();
  }

  async #drop(database: PortholeDatabase, removal: Removal | null): Promise<void> {
    if (removal === null) return;
    await dropSegments(database, removal.drops, removal.dropped);
    this.#ledger.apply(removal);
  }
}

/** What was stored by another version, or damaged, is not to delete anything by surprise. */
function soundLimits(stored: StoredLimits | undefined): RetentionLimits {
  if (stored === undefined) return DEFAULT_LIMITS;
  const { events, bytes, days } = stored;
  const sound = [events, bytes, days ?? 1].every((value) => Number.isFinite(value) && value > 0);
  return sound ? { events, bytes, days } : DEFAULT_LIMITS;
}
