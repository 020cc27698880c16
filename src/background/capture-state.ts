/** Whether, and into which recording, is captured: kept in the store so that it outlives this page. */

import {
  soundSpans,
  withRedaction,
  type Capture,
  type ReportedEvent,
  type RedactedSpan,
  type StoredRecording,
  type StoredRedaction,
} from '../protocol/index.js';
import type { PortholeDatabase } from '../store/reader.js';
import { putRecording } from '../store/writer.js';
import { OUTLINE } from './outline.js';

type Redaction = Pick<StoredRedaction, 'on' | 'keys'>;

export class CaptureState {
  #recording: StoredRecording;
  #redaction: Redaction;
  /** Epoch milliseconds of the pause, if this page has seen it; Infinity while recording. */
  #until = Infinity;

  /** @param stored as left by the last life of this page; undefined right after installing */
  constructor(
    stored: StoredRecording | undefined,
    redaction: Redaction,
    private readonly database: () => Promise<PortholeDatabase>,
    private readonly onChange: () => void,
    private readonly onFailure: (error: unknown) => void,
  ) {
    this.#recording = stored ?? {
      key: 'recording',
      id: 1,
      startedAt: Date.now(),
      on: true,
      callSites: true,
    };
    this.#redaction = redaction;
    const known = this.#recording;
    this.#recording = this.#noted(known);
    if (stored === undefined || this.#recording !== known) void this.#persist();
  }

  get recording(): StoredRecording {
    return this.#recording;
  }

  /** What contexts are told. */
  get capture(): Capture {
    const { id, on, callSites } = this.#recording;
    return { recording: on ? id : null, callSites };
  }

  /**
   * Pauses or resumes, see {@link set}.
   *
   * @param at epoch milliseconds at which the person asked for it
   */
  record(on: boolean, at: number): void {
    if (on) this.#until = Infinity;
    else this.#until = Math.min(this.#until, at);
    this.set({ on });
  }

  /**
   * A pause holds from when it was asked for: contexts that were busy hear of it later, and what they have captured
   * meanwhile comes later still.
   *
   * @returns those of the events that happened before, those that later ones cannot be understood without, and what was
   * only counted, for that may have happened before
   */
  recorded(events: ReportedEvent[]): ReportedEvent[] {
    const until = this.#until;
    if (until === Infinity) return events;
    return events.filter(
      (event) => event[0] === 'counted' || OUTLINE.has(event[0]) || (event[2] as number) <= until,
    );
  }

  /** Takes effect at once; a failure to store it is reported and only matters after a restart. */
  set(change: { readonly on?: boolean; readonly callSites?: boolean }): void {
    this.#recording = { ...this.#recording, ...change };
    void this.#persist();
    this.onChange();
  }

  /** What is redacted from now on; resolves when it is stored with the recording, or cannot be. */
  async redact(redaction: Redaction): Promise<void> {
    this.#redaction = redaction;
    this.#recording = this.#noted(this.#recording);
    await this.#persist();
  }

  /** @returns the recording that follows this one: ids count up and none is used twice */
  next(): StoredRecording {
    const { on, callSites, id } = this.#recording;
    const now = Date.now();
    return this.#noted({ key: 'recording', id: id + 1, startedAt: now, on, callSites }, now);
  }

  /** @returns the recording as it goes on when what was cleared before it is deleted; null when nothing is there */
  withoutCleared(): StoredRecording | null {
    const { cleared, ...rest } = this.#recording;
    return cleared === undefined ? null : rest;
  }

  /** @returns the recording together with the one that was cleared before it; null when that is not there any more */
  withCleared(): StoredRecording | null {
    const { cleared, firstSegment: _, ...rest } = this.#recording;
    if (cleared === undefined) return null;
    const { startedAt, firstSegment, redacted = [] } = cleared;
    // A span that was open when it was cleared ended there; the recording since has its own.
    const before = redacted.map((span) => ({ ...span, until: span.until ?? rest.startedAt }));
    const spans = [...before, ...(rest.redacted ?? [])];
    return {
      ...rest,
      startedAt,
      ...(firstSegment === undefined ? {} : { firstSegment }),
      ...(spans.length === 0 ? {} : { redacted: spans }),
    };
  }

  /** The recording goes on as one of {@link withCleared} or {@link withoutCleared}, which is stored already. */
  goOn(recording: StoredRecording): void {
    const { on, callSites } = this.#recording;
    const isAsStored = on === recording.on && callSites === recording.callSites;
    this.#recording = this.#noted({ ...recording, on, callSites });
    if (!isAsStored || this.#recording.redacted?.length !== recording.redacted?.length) {
      void this.#persist();
    }
  }

  /** Begins a recording made by {@link next} that is stored already. */
  begin(recording: StoredRecording): void {
    const { on, callSites } = this.#recording;
    this.#recording = this.#noted({ ...recording, on, callSites });
    const { redacted } = this.#recording;
    const isAsStored =
      on === recording.on &&
      callSites === recording.callSites &&
      redacted?.length === recording.redacted?.length;
    if (!isAsStored) void this.#persist();
    this.onChange();
  }

  /** The recording, with what is redacted now among its spans. */
  #noted(recording: StoredRecording, now = Date.now()): StoredRecording {
    const before: readonly RedactedSpan[] = soundSpans(recording);
    const redacted = withRedaction(before, this.#redaction, now);
    return redacted === before ? recording : { ...recording, redacted };
  }

  #persist(): Promise<void> {
    const recording = this.#recording;
    return this.database()
      .then((database) => putRecording(database, recording))
      .catch(this.onFailure);
  }
}
