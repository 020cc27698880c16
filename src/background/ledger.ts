/**
 * Decides what is deleted to make room. Pure arithmetic over one entry a segment; contents are never looked at.
 *
 * The extension that holds most gives first, its oldest segment first. So an extension that holds no more than
 * its share, the limit divided by the number of extensions, never gives anything for another's sake, however much the
 * other reports. Its newest segment nobody ever gives for room.
 *
 * A segment gives its messages first and leaves its outline: where ports opened and call sites were defined, without
 * which later messages of a long-lived port would have neither name nor other end. When outlines have become
 * a quarter of what an extension holds, the oldest go as well.
 */

import type { DropReason, LedgerEntry, RetentionLimits, StoredDropped } from '../protocol/index.js';

/** What is made free beyond the limit, as a part of it, so that not every commit has to delete something. */
const SLACK = 1 / 32;

/** Part of what an extension holds that may be outlines. */
const OUTLINES = 1 / 4;

const DAY_MS = 86_400_000;

/** What is about to be stored. */
export type Incoming = Pick<LedgerEntry, 'extension' | 'events' | 'bytes'>;

/** What is to be deleted: see `dropSegments`. */
export interface Removal {
  readonly drops: readonly { readonly id: number; readonly left: LedgerEntry | null }[];
  /** New totals of the extensions concerned. */
  readonly dropped: readonly StoredDropped[];
}

type Measure = 'events' | 'bytes';

/** One extension's entries, and how far a plan has gone through them. */
class Share {
  readonly extension: string;
  outlines: LedgerEntry[] = [];
  whole: LedgerEntry[] = [];
  readonly holds = { events: 0, bytes: 0 };
  readonly #outlined = { events: 0, bytes: 0 };
  /** What a plan adds: segments on the way that are newer than all entries. */
  incoming = 0;
  #firstOutline = 0;
  #firstWhole = 0;

  constructor(extension: string) {
    this.extension = extension;
  }

  /** A copy to make a plan on: what is given away there stays here. */
  draft(): Share {
    const draft = new Share(this.extension);
    draft.outlines = [...this.outlines];
    draft.whole = this.whole;
    Object.assign(draft.holds, this.holds);
    Object.assign(draft.#outlined, this.#outlined);
    return draft;
  }

  add(entry: LedgerEntry): void {
    (entry.whole ? this.whole : this.outlines).push(entry);
    this.holds.events += entry.events;
    this.holds.bytes += entry.bytes;
    if (entry.whole) return;
    this.#outlined.events += entry.events;
    this.#outlined.bytes += entry.bytes;
  }

  /** @returns the oldest entry, of whatever kind */
  get oldest(): LedgerEntry | undefined {
    const outline = this.outlines[this.#firstOutline];
    const whole = this.whole[this.#firstWhole];
    if (outline === undefined || whole === undefined) return outline ?? whole;
    return outline.id < whole.id ? outline : whole;
  }

  /** Gives what it can best do without; null when only its newest segment is left. */
  give(measure: Measure): Given | null {
    const outline = this.outlines[this.#firstOutline];
    const whole = this.whole[this.#firstWhole];
    const mayGive = this.whole.length - this.#firstWhole + this.incoming > 1;
    const manyOutlines = this.#outlined[measure] > this.holds[measure] * OUTLINES;
    if (outline !== undefined && (manyOutlines || whole === undefined || !mayGive)) {
      return this.#delete(outline);
    }
    return whole === undefined || !mayGive ? null : this.#reduce(whole);
  }

  /** Gives its oldest entry, and nothing of it stays. */
  giveOldest(): Given | null {
    const { oldest } = this;
    return oldest === undefined ? null : this.#delete(oldest);
  }

  #delete(entry: LedgerEntry): Given {
    if (entry.whole) this.#firstWhole += 1;
    else {
      this.#firstOutline += 1;
      this.#outlined.events -= entry.events;
      this.#outlined.bytes -= entry.bytes;
    }
    return this.#gone(entry, null);
  }

  #reduce(entry: LedgerEntry): Given {
    if (entry.outline === null) return this.#delete(entry);
    this.#firstWhole += 1;
    const left: LedgerEntry = { ...entry, ...entry.outline, outline: null, whole: false };
    this.outlines.push(left);
    this.#outlined.events += left.events;
    this.#outlined.bytes += left.bytes;
    return this.#gone(entry, left);
  }

  #gone(entry: LedgerEntry, left: LedgerEntry | null): Given {
    const events = entry.events - (left?.events ?? 0);
    const bytes = entry.bytes - (left?.bytes ?? 0);
    this.holds.events -= events;
    this.holds.bytes -= bytes;
    return { entry, left, events, bytes };
  }
}

interface Given {
  readonly entry: LedgerEntry;
  readonly left: LedgerEntry | null;
  readonly events: number;
  readonly bytes: number;
}

export class Ledger {
  #shares = new Map<string, Share>();
  #dropped = new Map<string, StoredDropped>();
  #newest = 0;

  /** @param entries oldest first */
  constructor(entries: Iterable<LedgerEntry> = [], dropped: Iterable<StoredDropped> = []) {
    for (const entry of entries) this.add(entry);
    for (const record of dropped) this.#dropped.set(record.extension, record);
  }

  /** What is held in all. */
  get holds(): { readonly events: number; readonly bytes: number; readonly extensions: number } {
    return { ...sumOf(this.#shares.values()), extensions: this.#shares.size };
  }

  /** Id of the newest segment there was; 0: none yet. */
  get newest(): number {
    return this.#newest;
  }

  /** @returns id of the oldest segment that may have something of this extension; 0: none has anything */
  oldestOf(extension: string): number {
    const own = this.#shares.get(extension)?.oldest?.id;
    if (own !== undefined) return own;
    // Of one that has none at all nobody can tell; its contexts go with what was stored in their time.
    const ids = [...this.#shares.values()].map(({ oldest }) => oldest?.id ?? Infinity);
    return ids.length === 0 ? 0 : Math.min(...ids);
  }

  /** What was deleted, by extension. */
  get dropped(): StoredDropped[] {
    return [...this.#dropped.values()];
  }

  /** A segment was stored; it is newer than all before. */
  add(entry: LedgerEntry): void {
    this.#newest = Math.max(this.#newest, entry.id);
    let share = this.#shares.get(entry.extension);
    if (share === undefined) {
      share = new Share(entry.extension);
      this.#shares.set(entry.extension, share);
    }
    share.add(entry);
  }

  /**
   * @param incoming what is stored next; it is never what has to go
   * @param now epoch milliseconds
   * @param why what the limits on events and bytes stand for
   * @param atMost segments that go at once
   * @returns what has to go first so that the limits hold after that; null when nothing has to
   */
  plan(
    limits: RetentionLimits,
    incoming: readonly Incoming[],
    now: number,
    why: DropReason = 'limit',
    atMost = Infinity,
  ): Removal | null {
    const oldest = limits.days === null ? -Infinity : now - limits.days * DAY_MS;
    if (!this.#isOver(limits, incoming, oldest)) return null;
    const drafts = this.#drafts(incoming);
    const aged: Given[] = [];
    for (const draft of drafts) {
      while ((draft.oldest?.at ?? Infinity) < oldest) {
        const given = draft.giveOldest();
        if (given !== null) aged.push(given);
      }
    }
    const over = (['events', 'bytes'] as const).flatMap((measure) =>
      sumOf(drafts)[measure] > limits[measure]
        ? reduceTo(drafts, measure, limits[measure] * (1 - SLACK))
        : [],
    );
    const all = [
      ...aged.map((given) => ({ given, reason: 'age' as const })),
      ...over.map((given) => ({ given, reason: why })),
    ];
    return this.#removal(all.slice(0, atMost), now);
  }

  /** The removal has been carried out. */
  apply({ drops, dropped }: Removal): void {
    const gone = new Map(drops.map(({ id, left }) => [id, left]));
    const touched = new Set(dropped.map(({ extension }) => extension));
    for (const share of [...this.#shares.values()]) {
      if (!touched.has(share.extension)) continue;
      const fresh = new Share(share.extension);
      const entries = [...share.outlines, ...share.whole].sort((a, b) => a.id - b.id);
      for (const entry of entries) {
        const left = gone.has(entry.id) ? gone.get(entry.id) : entry;
        if (left !== null && left !== undefined) fresh.add(left);
      }
      if (fresh.oldest === undefined) this.#shares.delete(share.extension);
      else this.#shares.set(share.extension, fresh);
    }
    for (const record of dropped) this.#dropped.set(record.extension, record);
  }

  /**
   * @param unnamed contexts, by extension, that are forgotten though some of their events are kept
   * @param now epoch milliseconds
   * @returns the new totals of those extensions
   */
  unname(unnamed: ReadonlyMap<string, number>, now: number): StoredDropped[] {
    return [...unnamed].map(([extension, count]) => {
      const before = this.#dropped.get(extension);
      const none = {
        extension,
        events: 0,
        bytes: 0,
        since: now,
        until: 0,
        reason: 'limit',
      } as const;
      return { ...(before ?? none), contexts: (before?.contexts ?? 0) + count };
    });
  }

  /** Those totals are stored. */
  unnamed(dropped: readonly StoredDropped[]): void {
    this.putDropped(dropped);
  }

  /** @returns what was deleted, by extension, which is counted anew from now on */
  takeDropped(): StoredDropped[] {
    const { dropped } = this;
    this.#dropped = new Map();
    return dropped;
  }

  /** What {@link takeDropped} took is back. */
  putDropped(dropped: readonly StoredDropped[]): void {
    for (const record of dropped) this.#dropped.set(record.extension, record);
  }

  /** The segments before this one were deleted because the person asked for it. */
  forgetBefore(first: number): void {
    for (const share of [...this.#shares.values()]) {
      const fresh = new Share(share.extension);
      const entries = [...share.outlines, ...share.whole].filter(({ id }) => id >= first);
      for (const entry of entries.sort((a, b) => a.id - b.id)) fresh.add(entry);
      if (fresh.oldest === undefined) this.#shares.delete(share.extension);
      else this.#shares.set(share.extension, fresh);
    }
  }

  /** Everything was deleted because the person asked for it. */
  clear(): void {
    this.#shares = new Map();
    this.#dropped = new Map();
    this.#newest = 0;
  }

  #isOver(limits: RetentionLimits, incoming: readonly Incoming[], oldest: number): boolean {
    const { events, bytes } = sumOf(this.#shares.values());
    const more = (measure: Measure): number =>
      incoming.reduce((sum, each) => sum + each[measure], 0);
    if (events + more('events') > limits.events || bytes + more('bytes') > limits.bytes)
      return true;
    for (const share of this.#shares.values()) {
      if ((share.oldest?.at ?? Infinity) < oldest) return true;
    }
    return false;
  }

  #drafts(incoming: readonly Incoming[]): Share[] {
    const drafts = new Map([...this.#shares].map(([key, share]) => [key, share.draft()]));
    for (const { extension, events, bytes } of incoming) {
      const draft = drafts.get(extension) ?? new Share(extension);
      drafts.set(extension, draft);
      draft.incoming += 1;
      draft.holds.events += events;
      draft.holds.bytes += bytes;
    }
    return [...drafts.values()];
  }

  #removal(
    all: readonly { readonly given: Given; readonly reason: DropReason }[],
    now: number,
  ): Removal | null {
    if (all.length === 0) return null;
    const drops = new Map<number, LedgerEntry | null>();
    const dropped = new Map<string, StoredDropped>();
    for (const { given, reason } of all) {
      const { id, extension, at } = given.entry;
      drops.set(id, given.left);
      const before = dropped.get(extension) ?? this.#dropped.get(extension);
      dropped.set(extension, {
        ...before,
        extension,
        events: (before?.events ?? 0) + given.events,
        bytes: (before?.bytes ?? 0) + given.bytes,
        since: before?.since ?? now,
        until: Math.max(before?.until ?? 0, at),
        reason,
      });
    }
    return {
      drops: [...drops].map(([id, left]) => ({ id, left })),
      dropped: [...dropped.values()],
    };
  }
}

/** Lets those that hold most give, one entry after the other, until no more than `target` is held. */
function reduceTo(drafts: readonly Share[], measure: Measure, target: number): Given[] {
  const given: Given[] = [];
  const fair = target / drafts.length;
  const exhausted = new Set<Share>();
  let held = sumOf(drafts)[measure];
  while (held > target) {
    let most: Share | null = null;
    for (const draft of drafts) {
      if (exhausted.has(draft) || draft.holds[measure] <= fair) continue;
      if (most === null || draft.holds[measure] > most.holds[measure]) most = draft;
    }
    const next = most?.give(measure) ?? null;
    if (most === null) break;
    if (next === null) {
      exhausted.add(most);
      continue;
    }
    held -= next[measure];
    given.push(next);
  }
  return given;
}

function sumOf(shares: Iterable<Share>): { events: number; bytes: number } {
  const sum = { events: 0, bytes: 0 };
  for (const { holds } of shares) {
    sum.events += holds.events;
    sum.bytes += holds.bytes;
  }
  return sum;
}
