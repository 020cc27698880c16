/**
 * Keeps the recording within its limits, and goes on recording when the browser gives no more room: the oldest
 * segments go first, and what went is counted. What goes, `ledger.ts` decides.
 */

import { DEFAULT_LIMITS, type RetentionLimits, type StoredLimits } from '../protocol/index.js';
import { saysFull, type PortholeDatabase } from '../store/reader.js';
import {
  dropSegments,
  putLimits,
  readDropped,
  readLedger,
  readLimits,
} from '../store/retention.js';
import type { LedgerEntry } from '../protocol/index.js';
import { Ledger, type Incoming, type Removal } from './ledger.js';

/** Times that room is made for one commit before it counts as failed: what more would go, might go for nothing. */
const ATTEMPTS = 4;

/** Firefox gives back what was deleted a moment later: how often that is looked for, and for how long, in ms. */
const LOOK_MS = 100;
const RELEASE_MS = 1_500;

/** Part of the browser's quota that must be free for it not to be called full. */
const FREE = 1 / 5;

/** @returns what `navigator.storage.estimate()` does */
export type Estimate = () => Promise<{ readonly usage?: number; readonly quota?: number }>;

export class Retention {
  readonly #ledger: Ledger;
  readonly #estimate: Estimate;
  #limits: RetentionLimits;

  private constructor(ledger: Ledger, limits: RetentionLimits, estimate: Estimate) {
    this.#ledger = ledger;
    this.#limits = limits;
    this.#estimate = estimate;
  }

  /**
   * Takes up what is stored.
   *
   * @throws {StoreError} it cannot be read
   */
  static async load(database: PortholeDatabase, estimate: Estimate): Promise<Retention> {
    const [entries, dropped, limits] = await Promise.all([
      readLedger(database),
      readDropped(database),
      readLimits(database),
    ]);
    return new Retention(new Ledger(entries, dropped), soundLimits(limits), estimate);
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
        if (attempt === ATTEMPTS || !(await this.#isFull(error))) throw error;
        const removal = ledger.makeRoom(incoming, Date.now());
        if (removal === null) throw error;
        await this.#drop(database, removal);
        await this.#released(incoming.reduce((sum, { bytes }) => sum + bytes, 0));
      }
    }
  }

  /** Everything was deleted because the person asked for it. */
  cleared(): void {
    this.#ledger.clear();
  }

  /** Waits until the browser has room for that, or will not have soon. */
  async #released(bytes: number): Promise<void> {
    for (let waited = 0; waited < RELEASE_MS; waited += LOOK_MS) {
      const { usage, quota } = await this.#room();
      if (quota - usage > bytes) return;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  async #room(): Promise<{ readonly usage: number; readonly quota: number }> {
    try {
      const { usage = 0, quota = Infinity } = await this.#estimate();
      return { usage, quota };
    } catch {
      return { usage: 0, quota: Infinity };
    }
  }

  async #isFull(error: unknown): Promise<boolean> {
    const said = saysFull(error);
    if (said !== 'perhaps') return said === 'full';
    const { usage, quota } = await this.#room();
    return usage > quota * (1 - FREE);
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
