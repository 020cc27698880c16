/**
 * Commits what the contexts report. Accepted batches of all contexts are gathered for a moment and stored in one
 * transaction, as one segment for each extension, one transaction at a time; each context hears `ack` after the commit, never
 * before. When storing fails the batches stay here, unacknowledged, and are tried again.
 */

import type { Batch, PortholeEvent, StoredContext } from '../protocol/index.js';
import type { PortholeDatabase } from '../store/reader.js';
import { sizeOf } from '../store/size.js';
import { commitSegments, putContexts } from '../store/writer.js';
import type { Context, Contexts } from './contexts.js';
import type { Retention } from './retention.js';
import { buildSegment, type BatchContent, type BuiltSegment } from './segment-builder.js';

/** Events after which the gathered batches are committed at once. */
const SEGMENT_EVENTS = 2_000;
/** Milliseconds a batch waits for others before it is committed. */
const GATHER_MS = 30;
/**
 * Characters of batch text committed at once, unless a single batch is longer. Firefox writes a transaction beside the
 * database first, and counts both: when its quota is nearly used up only small ones still fit.
 */
const SEGMENT_CHARS = 2_000_000;
/**
 * Characters of batch text kept here; what comes beyond stays in its context until there is room. An extension may
 * hold as many of them as stay free: alone a half, n that flood the (n + 1)th part each. So there is always room for
 * one more.
 */
const QUEUE_CHARS = 64_000_000;
/** First and longest wait before a failed commit is tried again. */
const RETRY_MS = 500;
const RETRY_MS_MAX = 30_000;

interface Waiting {
  readonly context: Context;
  readonly batch: number;
  readonly events: PortholeEvent[];
  readonly payload: string;
  readonly chars: number;
}

/** Built once, since building moves the offsets in place; kept for the next attempt when a commit fails. */
interface Built {
  readonly segments: readonly (BuiltSegment & { readonly extension: string })[];
  readonly taken: ReadonlyMap<Context, number>;
  readonly events: number;
  /** Characters of batch text, by extension. */
  readonly chars: ReadonlyMap<string, number>;
}

export interface CommitQueueOptions {
  readonly database: () => Promise<PortholeDatabase>;
  /** Id of the recording that a segment committed now belongs to. */
  readonly recording: () => number;
  readonly retention: Retention;
  readonly contexts: Contexts;
  readonly onSegment: (id: number, count: number) => void;
  /** Stored contexts changed without a segment. */
  readonly onContexts: () => void;
  /** Called at the first failure of a row, and with null when storing works again. */
  readonly onFailure: (error: unknown) => void;
  /** There is room again for an extension for which {@link CommitQueue.push} has refused. */
  readonly onRoom: (extensionId: string) => void;
  /** Characters kept at most. */
  readonly capacity?: number;
  /** Milliseconds before the first retry. */
  readonly retry?: number;
}

export class CommitQueue {
  readonly #options: CommitQueueOptions;
  #waiting: Waiting[] = [];
  #built: Built | null = null;
  #changed = new Set<Context>();
  #events = 0;
  #chars = 0;
  /** Of {@link #chars}, those of each extension that has any. */
  readonly #charsOf = new Map<string, number>();
  /** Extensions for which there was no room. */
  readonly #refused = new Set<string>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #busy: Promise<void> | null = null;
  #held = false;
  /** Batches of {@link #waiting} that may be committed now. */
  #mayCommit = Infinity;
  #alone: Promise<void> = Promise.resolve();
  #failures = 0;

  constructor(options: CommitQueueOptions) {
    this.#options = options;
  }

  /**
   * @param take gives the batch's events, guarded, of which the queue is the owner from then on; not called when there
   *   is no room
   * @returns false when there is no room: the batch was not taken
   */
  push(context: Context, batch: Batch, take: () => PortholeEvent[]): boolean {
    const { extensionId } = context.stored;
    const chars = batch.events.length + batch.payload.length;
    const free = (this.#options.capacity ?? QUEUE_CHARS) - this.#chars - chars;
    const held = this.#charsOf.get(extensionId) ?? 0;
    // Whoever has nothing here may leave one batch, however long: otherwise it might never be taken.
    if (held > 0 ? held + chars > free : free + chars <= 0) {
      this.#refused.add(extensionId);
      return false;
    }
    const events = take();
    this.#charsOf.set(extensionId, held + chars);
    this.#waiting.push({ context, batch: batch.batch, events, payload: batch.payload, chars });
    context.accepted = batch.batch;
    this.#events += events.length;
    this.#chars += chars;
    this.#schedule();
    return true;
  }

  /** The context's record changed and is stored with the next commit. */
  touch(context: Context): void {
    this.#changed.add(context);
    this.#schedule();
  }

  /** Runs `work` while nothing is being committed, after whatever else runs like this. */
  alone(work: () => Promise<void>): Promise<void> {
    const turn = this.#alone.then(async () => {
      this.#held = true;
      try {
        while (this.#busy !== null) await this.#busy;
        await work();
      } finally {
        this.#held = false;
        this.#schedule();
      }
    });
    this.#alone = turn.catch(() => undefined);
    return turn;
  }

  /**
   * Like {@link alone}, once everything that was gathered before the call is stored, and nothing that came after it.
   *
   * @throws whatever `work` throws; an error as well when storing fails, and `work` was not run
   */
  between(work: () => Promise<void>): Promise<void> {
    this.#mayCommit = this.#waiting.length;
    return this.alone(async () => {
      while (this.#built !== null || this.#mayCommit > 0) {
        await this.#store();
        if (this.#failures > 0) throw new Error('what was recorded before could not be stored');
      }
      await work();
    }).finally(() => {
      this.#mayCommit = Infinity;
      this.#schedule();
    });
  }

  /**
   * Runs `work` while nothing is being committed. When it succeeds, everything that was gathered before it
   * began is dropped as if stored.
   *
   * @param work begins without delay once nothing is being committed
   * @throws whatever `work` throws; nothing was dropped
   */
  async replace(work: () => Promise<void>): Promise<void> {
    this.#held = true;
    try {
      while (this.#busy !== null) await this.#busy;
      const built = this.#built;
      const waiting = this.#waiting;
      const events = this.#events;
      const last = new Map<Context, number>(built?.taken);
      for (const { context, batch } of waiting) last.set(context, batch);
      this.#waiting = [];
      try {
        await work();
      } catch (error) {
        this.#waiting = [...waiting, ...this.#waiting];
        throw error;
      }
      this.#built = null;
      this.#failures = 0;
      this.#events -= events;
      this.#release(built?.chars ?? new Map());
      this.#release(charsOf(waiting));
      for (const [context, taken] of last) this.#taken(context, taken);
      this.#room();
    } finally {
      this.#held = false;
      this.#schedule();
    }
  }

  #schedule(): void {
    if (this.#busy !== null || this.#held) return;
    if (this.#waiting.length === 0 && this.#built === null && this.#changed.size === 0) return;
    if (this.#failures > 0) {
      const { retry = RETRY_MS } = this.#options;
      this.#timer ??= setTimeout(
        () => this.#commit(),
        Math.min(retry * 2 ** (this.#failures - 1), RETRY_MS_MAX),
      );
    } else if (this.#events >= SEGMENT_EVENTS) {
      this.#commit();
    } else {
      this.#timer ??= setTimeout(() => this.#commit(), GATHER_MS);
    }
  }

  #commit(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#busy !== null || this.#held) return;
    this.#busy = this.#store().finally(() => {
      this.#busy = null;
      this.#schedule();
    });
  }

  async #store(): Promise<void> {
    this.#built ??= this.#build();
    const built = this.#built;
    const changed = this.#changed;
    this.#changed = new Set();
    try {
      const { retention } = this.#options;
      const database = await this.#options.database();
      const records: StoredContext[] = [];
      const written: Context[] = [];
      for (const context of new Set([...changed, ...(built?.taken.keys() ?? [])])) {
        if (!context.isStored) continue;
        const taken = built?.taken.get(context) ?? context.stored.taken;
        const lastSegment = Math.max(context.stored.lastSegment ?? 0, retention.newestSegment);
        records.push({ ...context.stored, taken, lastSegment });
        written.push(context);
      }
      if (built === null) {
        await retention.storing(database, [], async () => {
          await putContexts(database, records);
          return [];
        });
        this.#options.onContexts();
      } else {
        const recording = this.#options.recording();
        const segments = built.segments.map(({ segment, ...rest }) => ({
          ...rest,
          segment: { recording, ...segment },
        }));
        const incoming = segments.map(({ extension, segment }) => ({
          extension,
          events: segment.count,
          bytes: sizeOf(segment),
        }));
        const entries = await retention.storing(database, incoming, async () => {
          if (segments.length > 0) return await commitSegments(database, segments, records);
          await putContexts(database, records);
          return [];
        });
        this.#built = null;
        this.#events -= built.events;
        this.#release(built.chars);
        for (const [context, taken] of built.taken) this.#taken(context, taken);
        for (const { id, events } of entries) this.#options.onSegment(id, events);
      }
      for (const context of written) {
        const lastSegment = Math.max(context.stored.lastSegment ?? 0, retention.newestSegment);
        context.stored = { ...context.stored, lastSegment };
      }
      await this.#forget(database);
      if (this.#failures > 0) this.#options.onFailure(null);
      this.#failures = 0;
      this.#room();
    } catch (error) {
      for (const context of changed) this.#changed.add(context);
      this.#failures += 1;
      if (this.#failures === 1) this.#options.onFailure(error);
    }
  }

  /** Forgets contexts that have ended, when that is time. */
  async #forget(database: PortholeDatabase): Promise<void> {
    const { contexts, retention } = this.#options;
    if (retention.hasSpare) return;
    const surplus = contexts.surplus(
      (extensionId) => retention.oldestSegment(extensionId),
      (context) => !this.#changed.has(context) && context.accepted === context.stored.taken,
    );
    if (surplus.contexts.length === 0) return;
    await retention.forget(database, surplus);
    // One that has come back meanwhile stays; its record is stored again with the next commit.
    contexts.forget(surplus.contexts);
  }

  #build(): Built | null {
    let events = 0;
    let chars = 0;
    let end = 0;
    const taken = new Map<Context, number>();
    for (const waiting of this.#waiting) {
      if (end >= this.#mayCommit) break;
      if (end > 0 && (events >= SEGMENT_EVENTS || chars + waiting.chars > SEGMENT_CHARS)) break;
      events += waiting.events.length;
      chars += waiting.chars;
      taken.set(waiting.context, waiting.batch);
      end += 1;
    }
    if (end === 0) return null;
    const byExtension = new Map<string, BatchContent[]>();
    const gathered = this.#waiting.splice(0, end);
    this.#mayCommit -= end;
    for (const { context, ...content } of gathered) {
      // A pause has left nothing of it.
      if (content.events.length === 0) continue;
      const { key, extensionId } = context.stored;
      const batches = byExtension.get(extensionId) ?? [];
      batches.push({ ...content, context: key });
      byExtension.set(extensionId, batches);
    }
    const segments = [...byExtension].map(([extension, batches]) => ({
      extension,
      ...buildSegment(batches),
    }));
    return { segments, taken, events, chars: charsOf(gathered) };
  }

  #taken(context: Context, taken: number): void {
    context.stored = { ...context.stored, taken };
    context.link?.send({ type: 'ack', batch: taken });
  }

  /** These are not kept here any more. */
  #release(chars: ReadonlyMap<string, number>): void {
    for (const [extension, gone] of chars) {
      const left = (this.#charsOf.get(extension) ?? 0) - gone;
      if (left > 0) this.#charsOf.set(extension, left);
      else this.#charsOf.delete(extension);
      this.#chars -= gone;
    }
  }

  /** What was refused is resent when nothing of the same extension waits, so that little is sent in vain. */
  #room(): void {
    for (const extension of this.#refused) {
      if (this.#charsOf.has(extension)) continue;
      this.#refused.delete(extension);
      this.#options.onRoom(extension);
    }
  }
}

function charsOf(waiting: readonly Waiting[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { context, chars } of waiting) {
    const { extensionId } = context.stored;
    sums.set(extensionId, (sums.get(extensionId) ?? 0) + chars);
  }
  return sums;
}
