/** Events on their way out: gathered into batches, kept until acknowledged, bounded, with the overflow counted. */

import { BATCH_CHARS, BATCH_EVENTS, UNACKED_CHARS, UNACKED_EVENTS } from '../protocol/constants.js';
import type { GapEvent, PortholeEvent } from '../protocol/events.js';
import type { Batch } from '../protocol/report.js';
import { append, dropFirst, epochNow, stringifyOwn } from './originals.js';
import type { Snapshot } from './snapshot.js';

/**
 * Share of each bound that must be free again before events are kept after an overflow: one gap then stands
 * for the whole overflow, instead of one for each event that found room.
 */
const ROOM_AGAIN = 0.25;

interface PendingBatch {
  batch: Batch;
  readonly events: number;
  readonly weight: number;
  /** Of its texts, call sites and clones: a host's many call sites weigh as much as its payloads. */
  readonly chars: number;
}

export interface Outbox {
  /**
   * @param event as built by the caller, its payload's offset from {@link Outbox.payloadOffset}
   * @param payload the event's, or null
   * @param weight how many lost events it is when it gets lost: 0 for what will be said again
   * @returns false when the bound is reached: the event is counted, not kept
   */
  add(event: PortholeEvent, payload: Snapshot | null, weight: number): boolean;
  /** Where the payload of the next event will stand in the batch being gathered. */
  payloadOffset(payload: Snapshot): number;
  /** Whether the batch being gathered is full. */
  isFull(): boolean;
  /** Whether events are kept; after an overflow not before a good part was acknowledged. */
  hasRoom(): boolean;
  /** Whether no event is kept. */
  isEmpty(): boolean;
  /**
   * Closes the batch being gathered; null when there is none.
   *
   * @param last there will be no other: count what was lost even if there is no room for more
   */
  seal(last: boolean): Batch | null;
  /** Forgets what the collector has stored. */
  acknowledged(batch: number): void;
  /**
   * Renumbers what is unacknowledged to follow `taken`, the collector's own count, so that the collector
   * sees no hole even if it lost its memory.
   * @returns the batches to send again, in order
   */
  resumeAfter(taken: number): readonly Batch[];
  /** Counts an event that could not be captured; they become one gap event with the next event kept. */
  lost(events: number): void;
  /**
   * Drops everything; batches that are under way are not asked after.
   *
   * @returns how many events that were, with those that were counted
   */
  discard(): number;
}

/** @returns an empty outbox */
export function createOutbox(): Outbox {
  const pending: PendingBatch[] = [];
  let pendingEvents = 0;
  let pendingChars = 0;
  let sealedBatches = 0;
  let events: PortholeEvent[] = [];
  let texts = '';
  let values: unknown[] = [];
  let valueBytes = 0;
  let weight = 0;
  let overflow = 0;
  let absent = 0;
  let full = false;

  const begin = (): void => {
    events = [];
    texts = '';
    values = [];
    weight = valueBytes = 0;
  };

  const gap = (count: number, reason: GapEvent[3]): void => {
    if (count === 0) return;
    append(events, ['gap', epochNow(), count, reason]);
    weight += count;
  };

  const gaps = (): void => {
    gap(overflow, 'buffer-full');
    gap(absent, 'porthole-absent');
    overflow = absent = 0;
  };

  const exceeds = (share: number, more: number): boolean =>
    pendingEvents + events.length >= UNACKED_EVENTS * share ||
    pendingChars + texts.length + valueBytes + more > UNACKED_CHARS * share;

  const acknowledged = (batch: number): void => {
    let done = 0;
    while (done < pending.length && (pending[done] as PendingBatch).batch.batch <= batch) {
      const stored = pending[done] as PendingBatch;
      pendingEvents -= stored.events;
      pendingChars -= stored.chars;
      done += 1;
    }
    dropFirst(pending, done);
    if (full) full = exceeds(1 - ROOM_AGAIN, 0);
  };

  return {
    add(event, payload, eventWeight) {
      const clone = payload?.form === 'rich';
      full ||= exceeds(1, clone ? payload.bytes : (payload?.text.length ?? 0));
      if (full) {
        overflow += eventWeight;
        return false;
      }
      gaps();
      append(events, event);
      if (clone) {
        append(values, payload.clone);
        valueBytes += payload.bytes;
      } else if (payload !== null) texts += payload.text;
      weight += eventWeight;
      return true;
    },
    payloadOffset: ({ form }) => (form === 'rich' ? values : texts).length,
    isFull: () => events.length >= BATCH_EVENTS || texts.length + valueBytes >= BATCH_CHARS,
    hasRoom: () => !full,
    isEmpty: () => events.length + pendingEvents === 0,
    seal(last) {
      if (last || !full) gaps();
      if (events.length === 0) return null;
      sealedBatches += 1;
      const batch: Batch = {
        type: 'batch',
        batch: sealedBatches,
        events: stringifyOwn(events),
        payload: texts,
        // Undefined is what absent is read as.
        values: values.length > 0 ? values : undefined,
      } as Batch;
      const chars = batch.events.length + texts.length + valueBytes;
      append(pending, { batch, events: events.length, weight, chars });
      pendingEvents += events.length;
      pendingChars += chars;
      begin();
      return batch;
    },
    acknowledged,
    resumeAfter(taken) {
      acknowledged(taken);
      const batches: Batch[] = [];
      for (let i = 0; i < pending.length; i += 1) {
        const entry = pending[i] as PendingBatch;
        entry.batch = { ...entry.batch, batch: taken + 1 + i };
        append(batches, entry.batch);
      }
      sealedBatches = taken + pending.length;
      return batches;
    },
    lost(count) {
      absent += count;
    },
    discard() {
      let dropped = weight + overflow + absent;
      for (let i = 0; i < pending.length; i += 1) dropped += (pending[i] as PendingBatch).weight;
      begin();
      full = false;
      overflow = absent = pending.length = pendingEvents = pendingChars = 0;
      return dropped;
    },
  };
}
