/** Events on their way out: gathered into batches, kept until acknowledged, bounded, with the overflow counted. */

import { BATCH_CHARS, BATCH_EVENTS, UNACKED_CHARS, UNACKED_EVENTS } from '../protocol/constants.js';
import type { PortholeEvent } from '../protocol/events.js';
import type { Batch } from '../protocol/report.js';
import { dropFirst, epochNow, append, stringify } from './originals.js';

interface PendingBatch {
  batch: Batch;
  readonly events: number;
}

export interface Outbox {
  /**
   * @param event as built by the caller, payload offsets relative to {@link Outbox.payloadOffset}
   * @param text the event's payload text, '' for none
   * @returns false when the bound is reached: the event is counted, not kept
   */
  add(event: PortholeEvent, text: string): boolean;
  /** Where the next payload text will stand in the batch being gathered. */
  payloadOffset(): number;
  /** Whether the batch being gathered is full. */
  isFull(): boolean;
  isEmpty(): boolean;
  /** Closes the batch being gathered; null when there is none. */
  seal(): Batch | null;
  /** Forgets what the collector has stored. */
  acknowledged(batch: number): void;
  /**
   * Renumbers what is unacknowledged to follow `taken`, the collector's own count, so that the collector
   * sees no hole even if it lost its memory.
   * @returns the batches to send again, in order
   */
  resumeAfter(taken: number): readonly Batch[];
  /** Counts events that could not be captured; they become one gap event with the next event kept. */
  lost(events: number, reason: 'buffer-full' | 'porthole-absent'): void;
  /**
   * Drops everything.
   * @returns how many events that were
   */
  discard(): number;
}

/** @returns an empty outbox */
export function createOutbox(): Outbox {
  const pending: PendingBatch[] = [];
  let pendingEvents = 0;
  let pendingChars = 0;
  let sealed = 0;
  let events: PortholeEvent[] = [];
  let texts = '';
  let overflow = 0;
  let absent = 0;

  const gaps = (): void => {
    if (overflow > 0) append(events, ['gap', epochNow(), overflow, 'buffer-full']);
    if (absent > 0) append(events, ['gap', epochNow(), absent, 'porthole-absent']);
    overflow = 0;
    absent = 0;
  };

  return {
    add(event, text) {
      if (
        pendingEvents + events.length >= UNACKED_EVENTS ||
        pendingChars + texts.length + text.length > UNACKED_CHARS
      ) {
        overflow += 1;
        return false;
      }
      if (overflow > 0 || absent > 0) gaps();
      append(events, event);
      texts += text;
      return true;
    },
    payloadOffset: () => texts.length,
    isFull: () => events.length >= BATCH_EVENTS || texts.length >= BATCH_CHARS,
    isEmpty: () => events.length === 0 && overflow === 0 && absent === 0,
    seal() {
      if (overflow > 0 || absent > 0) gaps();
      if (events.length === 0) return null;
      sealed += 1;
      const batch: Batch = {
        type: 'batch',
        batch: sealed,
        events: stringify(events),
        payload: texts,
      };
      append(pending, { batch, events: events.length });
      pendingEvents += events.length;
      pendingChars += texts.length;
      events = [];
      texts = '';
      return batch;
    },
    acknowledged(batch) {
      let done = 0;
      while (done < pending.length && (pending[done] as PendingBatch).batch.batch <= batch) {
        const stored = pending[done] as PendingBatch;
        pendingEvents -= stored.events;
        pendingChars -= stored.batch.payload.length;
        done += 1;
      }
      if (done > 0) dropFirst(pending, done);
    },
    resumeAfter(taken) {
      this.acknowledged(taken);
      const batches: Batch[] = [];
      for (let i = 0; i < pending.length; i += 1) {
        const entry = pending[i] as PendingBatch;
        entry.batch = { ...entry.batch, batch: taken + 1 + i };
        append(batches, entry.batch);
      }
      sealed = taken + pending.length;
      return batches;
    },
    lost(count, reason) {
      if (reason === 'buffer-full') overflow += count;
      else absent += count;
    },
    discard() {
      const dropped = pendingEvents + events.length;
      events = [];
      texts = '';
      overflow = 0;
      absent = 0;
      pending.length = 0;
      pendingEvents = 0;
      pendingChars = 0;
      return dropped;
    },
  };
}
