/**
 * Reads the store into the model in slices, so that requests are answered in between while a long recording
 * loads; and looks into the store by itself while nobody tells what is new.
 */

import type { Model } from '../../src/model/index.js';
import type { StoredNotice, StoredRecording } from '../../src/protocol/index.js';
import type { Source } from './source.js';

/** Milliseconds of folding before requests are looked at. */
const SLICE_MS = 25;

/** Segments read at once. */
const READ_SEGMENTS = 16;

/** Milliseconds between looks into the store while nobody tells. */
const WATCH_MS = 1000;

/** What may have changed in the store. */
type Change = 'segments' | 'contexts' | 'notices' | 'cleared';

interface ReaderEvents {
  /** The recording was cleared; the model is to be emptied before it is read on. */
  onCleared(): void;
  /** The model has taken something in. Nothing else may read the model before: reading settles it. */
  onTaken(): void;
  onNotices(notices: readonly StoredNotice[]): void;
  /** Everything stored at the start has been read. */
  onLoaded(): void;
  /** The watch has found something. */
  onWoken(): void;
  onFault(error: unknown): void;
}

export class RecordingReader {
  readonly #source: Source;
  readonly #model: Model;
  readonly #events: ReaderEvents;
  #recording: StoredRecording | null = null;
  #notices: readonly StoredNotice[] | null = null;
  #nextSegment = 0;
  #loaded = false;
  #stale: Record<Change, boolean> = { ...ALL_STALE };
  #pulling = false;
  #watchTimer: ReturnType<typeof setInterval> | undefined;

  constructor(source: Source, model: Model, events: ReaderEvents) {
    this.#source = source;
    this.#model = model;
    this.#events = events;
  }

  /** As stored; null when there is none. */
  get recording(): StoredRecording | null {
    return this.#recording;
  }

  get loaded(): boolean {
    return this.#loaded;
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
      while (Object.values(this.#stale).includes(true)) {
        const stale = this.#stale;
        this.#stale = { contexts: false, segments: false, notices: false, cleared: false };
        if (stale.cleared) {
          this.#events.onCleared();
          this.#notices = null;
          // A database that was deleted altogether counts from the start again.
          this.#nextSegment = 0;
        }
        this.#recording = (await this.#source.readRecording()) ?? null;
        if (stale.notices || stale.cleared) await this.#readNotices();
        // Contexts first: a segment's rows are named by them.
        this.#model.addContexts(await this.#source.readContexts());
        this.#model.setDeleted(await this.#source.readDropped());
        this.#events.onTaken();
        if (stale.segments || stale.cleared) await this.#readSegments();
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
    for (;;) {
      const segments = await this.#source.readSegments(this.#nextSegment, READ_SEGMENTS);
      if (this.#stale.cleared) return;
      for (const segment of segments) {
        this.#model.addSegment(segment);
        this.#nextSegment = segment.id + 1;
        if (performance.now() < sliceEnd) continue;
        this.#events.onTaken();
        await macrotask();
        if (this.#stale.cleared) return;
        sliceEnd = performance.now() + SLICE_MS;
      }
      this.#events.onTaken();
      if (segments.length < READ_SEGMENTS) return;
    }
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
        this.#source.readSegments(this.#nextSegment, 1),
        this.#source.readContexts(),
      ]);
      const cleared = recording !== undefined && recording.id !== this.#recording?.id;
      const others = contexts.some((context) => {
        const known = this.#model.contexts.get(context.key);
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

/** Lets queued messages in before the work goes on. */
function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
