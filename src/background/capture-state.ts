/** Whether, and into which recording, is captured: kept in the store so that it outlives this page. */

import type { Capture, StoredRecording } from '../protocol/index.js';
import type { PortholeDatabase } from '../store/reader.js';
import { putRecording } from '../store/writer.js';

export class CaptureState {
  #recording: StoredRecording;

  /** @param stored as left by the last life of this page; undefined right after installing */
  constructor(
    stored: StoredRecording | undefined,
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
    if (stored === undefined) this.#persist();
  }

  get recording(): StoredRecording {
    return this.#recording;
  }

  /** What contexts are told. */
  get capture(): Capture {
    const { id, on, callSites } = this.#recording;
    return { recording: on ? id : null, callSites };
  }

  /** Takes effect at once; a failure to store it is reported and only matters after a restart. */
  set(change: { readonly on?: boolean; readonly callSites?: boolean }): void {
    this.#recording = { ...this.#recording, ...change };
    this.#persist();
    this.onChange();
  }

  /** @returns the recording that follows this one: ids count up and none is used twice */
  next(): StoredRecording {
    return { ...this.#recording, id: this.#recording.id + 1, startedAt: Date.now() };
  }

  /** Begins a recording made by {@link next} that is stored already. */
  begin(recording: StoredRecording): void {
    const { on, callSites } = this.#recording;
    this.#recording = { ...recording, on, callSites };
    if (on !== recording.on || callSites !== recording.callSites) this.#persist();
    this.onChange();
  }

  #persist(): void {
    const recording = this.#recording;
    this.database()
      .then((database) => putRecording(database, recording))
      .catch(this.onFailure);
  }
}
