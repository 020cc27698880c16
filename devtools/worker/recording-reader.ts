/**
 * Reads the store into the model in slices, so that requests are answered in between while a long recording
 * loads; and looks into the store by itself while nobody tells what is new.
 *
 * The model only grows. So when much of what it was read from has been deleted since, a second one is read beside it
 * and takes its place: what is held stays in proportion to what is stored.
 */

import type { Model } from '../../src/model/index.js';
import type {
  StoredContext,
  StoredDropped,
  StoredNotice,
  StoredRecording,
  StoredSegment,
} from '../../src/protocol/index.js';
import { macrotask } from './macrotask.js';
import type { Source } from './source.js';

/** Milliseconds of folding before requests are looked at. */
const SLICE_MS = 25;

/** Segments read at once. */
const READ_SEGMENTS = 16;

/** Milliseconds between looks into the store while nobody tells. */
const WATCH_MS = 1000;

/** Part of what was read that may be gone from the store before it is read anew. */
const GONE = 1 / 4;

/** Contexts that must be gone at least before that is worth it for their sake. */
const GONE_CONTEXTS = 1_000;

/** A model, and what was read into it. */
class Reading {
  nextSegment = 0;
  /** Ids of those that it has read. */
  readonly segments = new Set<number>();
  #events = 0;
  #keys = new Set<string>();
  /** Events deleted before this reading began; null: it has not begun. */
  #deletedBefore: number | null = null;

  constructor(readonly model: Model) {}

  /** @returns whether so much of what was read is gone that it should be read anew */
  enter(contexts: readonly StoredContext[], dropped: readonly StoredDropped[]): boolean {
    this.model.addContexts(contexts);
    this.model.setDeleted(dropped);
    for (const { key } of contexts) this.#keys.add(key);
    const deleted = dropped.reduce((sum, { events }) => sum + events, 0);
    this.#deletedBefore ??= deleted;
    const unknown = this.#keys.size - contexts.length;
    return (
      deleted - this.#deletedBefore > this.#events * GONE ||
      (unknown >= GONE_CONTEXTS && unknown > this.#keys.size * GONE)
    );
  }

  add(segment: StoredSegment): void {
    this.model.addSegment(segment);
    this.segments.add(segment.id);
    this.nextSegment = segment.id + 1;
    // A damaged record may not say how many it holds.
    this.#events += Number.isFinite(segment.count) ? segment.count : 0;
  }
}

/** What may have changed in the store. */
type Change = 'segments' | 'contexts' | 'notices' | 'cleared';

interface ReaderEvents {
  /** The recording was cleared; the model is to be emptied before it is read on. */
  onCleared(): void;
  /** The model has taken something in. Nothing else may read the model before: reading settles it. */
  onTaken(): void;
  /** This one, settled, is to be read from now on in place of the model before; `segments` are the ids of its own. */
  onReplaced(model: Model, segments: ReadonlySet<number>): void;
  onNotices(notices: readonly StoredNotice[]): void;
  /** Everything stored at the start has been read. */
  onLoaded(): void;
  /** The watch has found something. */
  onWoken(): void;
  onFault(error: unknown): void;
}

export class RecordingReader {
  readonly #source: Source;
  #reading: Reading;
  /** Read beside the other one, to take its place. */
  #next: Reading | null = null;
  readonly #events: ReaderEvents;
  readonly #newModel: () => Model;
  #recording: StoredRecording | null = null;
  #notices: readonly StoredNotice[] | null = null;
  #loaded = false;
  /** Ids of the first and the newest segment at the start. */
  #span: { readonly first: number; readonly newest: number } | null = null;
  #stale: Record<Change, boolean> = { ...ALL_STALE };
  #pulling = false;
  #watchTimer: ReturnType<typeof setInterval> | undefined;

  /** @param newModel makes an empty one; the first is read into at once */
  constructor(source: Source, newModel: () => Model, events: ReaderEvents) {
    this.#source = source;
    this.#newModel = newModel;
    this.#reading = new Reading(newModel());
    this.#events = events;
  }

  /** As stored; null when there is none. */
  get recording(): StoredRecording | null {
    return this.#recording;
  }

  get loaded(): boolean {
    return this.#loaded;
  }

  /** How much of what was stored at the start has been read, 0 … 1. */
  get progress(): number {
    if (this.#loaded || this.#span === null) return this.#loaded ? 1 : 0;
    const { first, newest } = this.#span;
    return Math.min(1, Math.max(0, (this.#reading.nextSegment - first) / (newest - first + 1)));
  }

  /** Reads what is stale. */
  pull(): void {
    void this.#pull();
  }

  changed(what: Change): void {
    this.#stale[what] = true;
    this.pull();
  }

  /** Reads everything again that is not in the model yet. */
  retry(): void {
    this.#stale = { ...ALL_STALE };
    this.pull();
  }

  /** Reads nothing until `work` is done; begins with it once what is being read now has been read. */
  async whileStill<T>(work: (recording: StoredRecording | null) => Promise<T>): Promise<T> {
    while (this.#pulling) await macrotask();
    this.#pulling = true;
    try {
      return await work(this.#recording);
    } finally {
      this.#pulling = false;
      this.pull();
    }
  }

  /** Looks into the store every {@link WATCH_MS}, or no longer. */
  watch(on: boolean): void {
    clearInterval(this.#watchTimer);
    if (!on) return;
    this.#watchTimer = setInterval(() => void this.#lookForNews(), WATCH_MS);
  }

  async #pull(): Promise<void> {
    if (this.#pulling) return;
    this.#pulling = true;
    try {
      while (this.#next !== null || Object.values(this.#stale).includes(true)) {
        const stale = this.#stale;
        this.#stale = { contexts: false, segments: false, notices: false, cleared: false };
        if (stale.cleared) {
          this.#events.onCleared();
          this.#notices = null;
          // A database that was deleted altogether counts from the start again.
          this.#reading = new Reading(this.#reading.model);
          this.#next = null;
        }
        this.#recording = (await this.#source.readRecording()) ?? null;
        this.#span ??= await this.#source.readSpan();
        if (stale.notices || stale.cleared) await this.#readNotices();
        // Contexts first: a segment's rows are named by them.
        const contexts = await this.#source.readContexts();
        const dropped = await this.#source.readDropped();
        const isOld = this.#reading.enter(contexts, dropped);
        this.#events.onTaken();
        if (stale.segments || stale.cleared) await this.#readSegments();
        if (isOld && this.#next === null) this.#next = new Reading(this.#newModel());
        this.#next?.enter(contexts, dropped);
        await this.#readNext();
      }
      if (!this.#loaded) {
        this.#loaded = true;
        this.#events.onLoaded();
      }
    } catch (error) {
      this.#events.onFault(error);
    } finally {
      this.#pulling = false;
    }
  }

  async #readSegments(): Promise<void> {
    let sliceEnd = performance.now() + SLICE_MS;
    const read = (from: number) => this.#source.readSegments(from, READ_SEGMENTS);
    let batch = read(this.#reading.nextSegment);
    for (;;) {
      const segments = await batch;
      if (this.#stale.cleared) return;
      const last = segments.at(-1);
      const more = last !== undefined && segments.length === READ_SEGMENTS;
      // On its way while this one is folded.
      if (more) batch = read(last.id + 1);
      batch.catch(() => undefined);
      for (const segment of segments) {
        this.#reading.add(segment);
        if (performance.now() < sliceEnd) continue;
        this.#events.onTaken();
        await macrotask();
        if (this.#stale.cleared) return;
        sliceEnd = performance.now() + SLICE_MS;
      }
      this.#events.onTaken();
      if (!more) return;
    }
  }

  /** Reads on into the next model, for a slice at least, until there is something new; or lets it take over. */
  async #readNext(): Promise<void> {
    const next = this.#next;
    if (next === null) return;
    do {
      const segments = await this.#source.readSegments(next.nextSegment, READ_SEGMENTS);
      if (this.#stale.cleared) return;
      const sliceEnd = performance.now() + SLICE_MS;
      for (const segment of segments) {
        next.add(segment);
        if (performance.now() >= sliceEnd) break;
      }
      next.model.settle();
      if (segments.length < READ_SEGMENTS && next.nextSegment >= this.#reading.nextSegment) {
        this.#next = null;
        this.#reading = next;
        this.#events.onReplaced(next.model, next.segments);
        return;
      }
      await macrotask();
    } while (!Object.values(this.#stale).includes(true));
  }

  async #readNotices(): Promise<void> {
    const notices = await this.#source.readNotices();
    const before = this.#notices;
    const same =
      before?.length === notices.length &&
      notices.every(({ id, count }, n) => id === before[n]?.id && count === before[n].count);
    if (same) return;
    this.#notices = notices;
    this.#events.onNotices(notices);
  }

  async #lookForNews(): Promise<void> {
    if (this.#pulling) return;
    try {
      const [recording, segments, contexts] = await Promise.all([
        this.#source.readRecording(),
        this.#source.readSegments(this.#reading.nextSegment, 1),
        this.#source.readContexts(),
      ]);
      const cleared =
        recording !== undefined &&
        (recording.id !== this.#recording?.id ||
          recording.firstSegment !== this.#recording.firstSegment);
      const others = contexts.some((context) => {
        const known = this.#reading.model.contexts.get(context.key);
        return known === undefined || known.disconnectedAt !== context.disconnectedAt;
      });
      if (!cleared && segments.length === 0 && !others) return;
      if (cleared) this.#stale.cleared = true;
      this.#stale.segments = true;
      this.#events.onWoken();
      await this.#pull();
    } catch (error) {
      this.#events.onFault(error);
    }
  }
}

const ALL_STALE = { contexts: true, segments: true, notices: true, cleared: false };
