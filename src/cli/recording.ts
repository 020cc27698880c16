/** The model of the running recording, fed from Firefox while it grows. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Model } from '../model/index.js';
import {
  soundSpans,
  type RedactedSpan,
  type StoredNotice,
  type StoredRecording,
} from '../protocol/index.js';
import { RecordingReader } from './firefox/recording-reader.js';
import type { System } from './firefox/system.js';

/** Nothing new for this long, in milliseconds, and a recording counts as quiet. */
const QUIET_MS = 300;

/** Longest time, in milliseconds, to wait for quiet: an extension may never stop talking. */
const QUIET_TIMEOUT_MS = 3_000;

/** Time between two looks, in milliseconds. */
const POLL_MS = 250;

/** Longest time, in milliseconds, between a broken connection and the word that Firefox is gone. */
const GONE_MS = 2_000;

export class Recording {
  readonly #reader: RecordingReader;
  notices: readonly StoredNotice[] = [];
  /** A new one when somebody clears the recording. */
  model = new Model();
  #stored: StoredRecording | null = null;

  constructor(system: System) {
    this.#reader = new RecordingReader(system);
  }

  /** Epoch milliseconds; null until Porthole records. */
  get startedAt(): number | null {
    return this.#stored?.startedAt ?? null;
  }

  /** When values were kept from being stored, and under which keys. */
  get redacted(): readonly RedactedSpan[] {
    return soundSpans(this.#stored);
  }

  /** Takes what was stored since the last call. */
  async update(): Promise<void> {
    for (;;) {
      const { recording, segments, contexts, notices, dropped, more } = await this.#reader.read();
      if (recording !== null && recording.id !== this.#stored?.id) {
        if (this.#stored !== null) this.model = new Model();
      }
      this.#stored = recording ?? this.#stored;
      this.model.addContexts(contexts);
      for (const segment of segments) this.model.addSegment(segment);
      this.model.setDeleted(dropped);
      this.notices = notices;
      if (!more) return;
    }
  }

  /**
   * Takes what is stored, again and again.
   *
   * @param ms how long
   * @param signal ends it early
   * @param each called after each look
   * @throws when reading fails for another reason than that `signal` says so, or will at once
   */
  async follow(ms: number, signal: AbortSignal, each?: () => void): Promise<void> {
    const end = performance.now() + ms;
    while (!signal.aborted) {
      try {
        await this.update();
      } catch (error) {
        // A connection that breaks may be noticed here before the signal tells that Firefox is gone.
        await pause(GONE_MS, signal);
        if (signal.aborted) return;
        throw error;
      }
      each?.();
      const left = end - performance.now();
      if (left <= 0) return;
      await pause(Math.min(POLL_MS, left), signal);
    }
  }

  /** Takes what is stored until nothing new comes. */
  async followUntilQuiet(): Promise<void> {
    const started = performance.now();
    let last = -1;
    let since = started;
    for (;;) {
      await this.update();
      const now = performance.now();
      if (this.#reader.lastSegment !== last) {
        last = this.#reader.lastSegment;
        since = now;
      }
      if (now - since >= QUIET_MS || now - started >= QUIET_TIMEOUT_MS) return;
      await sleep(QUIET_MS / 4);
    }
  }
}

/** Waits; a signal ends it early, without an error. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal }).catch(() => undefined);
}

/**
 * @returns what the promise resolves to; undefined when the signal comes first
 * @throws what it rejects with, unless the signal came first
 */
export async function unlessAborted<T>(
  promise: Promise<T>,
  signal: AbortSignal,
): Promise<T | undefined> {
  promise.catch(() => undefined);
  const aborted = new Promise<undefined>((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', () => resolve(undefined), { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } catch (error) {
    await pause(signal.aborted ? 0 : GONE_MS, signal);
    if (signal.aborted) return undefined;
    throw error;
  }
}
