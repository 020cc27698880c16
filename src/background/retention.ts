/**
 * Keeps the recording within its limits, and goes on recording when the browser gives no more room: the oldest
 * segments go first, and what went is counted. What goes, `ledger.ts` decides.
 */

import {
  DEFAULT_LIMITS,
  type LedgerEntry,
  type RetentionLimits,
  type StoredDropped,
  type StoredLimits,
} from '../protocol/index.js';
import { saysFull, type PortholeDatabase } from '../store/reader.js';
import {
  dropContexts,
  dropSegments,
  putLimits,
  readDropped,
  readLedger,
  readLimits,
} from '../store/retention.js';
import type { Surplus } from './ended-contexts.js';
import { Ledger, type Incoming, type Removal } from './ledger.js';

/** Times that room is made for one commit before it counts as failed: what more would go, might go for nothing. */
const ATTEMPTS = 4;

/**
 * What is kept of the size at which the browser had no more room. Firefox moves records about to shrink the file, and
 * counts that against the quota too: close to it not even deleting always succeeds.
 */
const CEILING = 3 / 4;

/** Part of what is stored by which that grows again: the room may have been taken by others, and for a while. */
const GROWTH = 1 / 16;

/** Segments deleted in one transaction where there is little room for transactions. */
const STEP = 2;

/** How often, in ms, and how many times such a transaction is tried: Firefox gives room back a moment later. */
const RELEASE_MS = 250;
const RELEASES = 8;

/** Part of the browser's quota that must be free for it not to be called full. */
const FREE = 1 / 5;

/** @returns what `navigator.storage.estimate()` does */
export type Estimate = () => Promise<{ readonly usage?: number; readonly quota?: number }>;

export class Retention {
  readonly #ledger: Ledger;
  readonly #estimate: Estimate;
  #limits: RetentionLimits;
  /** Bytes beyond which the browser is likely to have no room. */
  #ceiling = Infinity;
  /** Deletes what is only there so that it can be brought back; the first thing that goes. */
  #spare: (() => Promise<void>) | null = null;

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
    this.#ceiling = Infinity;
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
      let isMade = false;
      try {
        await this.#makeWay(database, incoming);
        isMade = true;
        const entries = await store();
        for (const entry of entries) {
          ledger.add(entry);
          this.#ceiling += entry.bytes * GROWTH;
        }
        return entries;
      } catch (error) {
        if (!isMade || attempt === ATTEMPTS || !(await this.#isFull(error))) throw error;
        this.#ceiling = Math.min(this.#ceiling, ledger.holds.bytes) * CEILING;
      }
    }
  }

  /** Id of the newest segment there was; 0: none yet. */
  get newestSegment(): number {
    return this.#ledger.newest;
  }

  /** @returns id of the oldest segment that may have something of this extension; 0: none has anything */
  oldestSegment(extensionId: string): number {
    return this.#ledger.oldestOf(extensionId);
  }

  /**
   * Deletes the records of contexts.
   *
   * @throws {StoreError} everything is as it was
   */
  async forget(database: PortholeDatabase, { contexts, unnamed }: Surplus): Promise<void> {
    const keys = contexts.map(({ stored }) => stored.key);
    const dropped = this.#ledger.unname(unnamed, Date.now());
    await dropContexts(database, keys, dropped);
    this.#ledger.unnamed(dropped);
  }

  /** What was deleted, by extension. */
  get dropped(): readonly StoredDropped[] {
    return this.#ledger.dropped;
  }

  /**
   * What is stored can be done without from now on; what is deleted is counted anew.
   *
   * @param spare deletes it, when its room is needed
   */
  setAside(spare: () => Promise<void>): void {
    this.#ledger.takeDropped();
    this.#spare = spare;
  }

  /** What was set aside is not spare any more, and this had been deleted of it before. */
  broughtBack(dropped: readonly StoredDropped[]): void {
    this.#spare = null;
    this.#ledger.putDropped(dropped);
  }

  /** What was set aside, all before this segment, is deleted. */
  deletedBefore(first: number): void {
    this.#spare = null;
    this.#ledger.forgetBefore(first);
  }

  /** Nothing is to be counted as deleted while something is set aside, which goes first. */
  get hasSpare(): boolean {
    return this.#spare !== null;
  }

  /** Everything was deleted because the person asked for it. */
  cleared(): void {
    this.#spare = null;
    this.#ledger.clear();
  }

  async #isFull(error: unknown): Promise<boolean> {
    const said = saysFull(error);
    if (said !== 'perhaps') return said === 'full';
    try {
      const { usage = 0, quota = Infinity } = await this.#estimate();
      return usage > quota * (1 - FREE);
    } catch {
      return false;
    }
  }

  /** Deletes what has to go before that is stored. */
  async #makeWay(database: PortholeDatabase, incoming: readonly Incoming[]): Promise<void> {
    const bytes = Math.min(this.#limits.bytes, this.#ceiling);
    const isTight = bytes < this.#limits.bytes;
    for (;;) {
      const removal = isTight
        ? this.#ledger.plan({ ...this.#limits, bytes }, incoming, Date.now(), 'quota', STEP)
        : this.#ledger.plan(this.#limits, incoming, Date.now());
      if (removal === null) return;
      const spare = this.#spare;
      if (spare !== null) {
        this.#spare = null;
        await spare();
        continue;
      }
      await this.#drop(database, removal);
    }
  }

  async #drop(database: PortholeDatabase, removal: Removal): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await dropSegments(database, removal.drops, removal.dropped);
        this.#ledger.apply(removal);
        return;
      } catch (error) {
        if (attempt === RELEASES || !(await this.#isFull(error))) throw error;
        await new Promise((resolve) => setTimeout(resolve, RELEASE_MS));
      }
    }
  }
}

/** What was stored by another version, or damaged, is not to delete anything by surprise. */
function soundLimits(stored: StoredLimits | undefined): RetentionLimits {
  if (stored === undefined) return DEFAULT_LIMITS;
  const { events, bytes, days } = stored;
  const sound = [events, bytes, days ?? 1].every((value) => Number.isFinite(value) && value > 0);
  return sound ? { events, bytes, days } : DEFAULT_LIMITS;
}
