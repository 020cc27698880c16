/** Events on their way out: gathered into batches, kept until acknowledged, bounded, with the overflow counted. */

import { BATCH_CHARS, BATCH_EVENTS, UNACKED_CHARS, UNACKED_EVENTS } from '../protocol/constants.js';
import type { GapEvent, PortholeEvent } from '../protocol/events.js';
import type { Batch } from '../protocol/report.js';
import { append, dropFirst, epochNow, stringifyOwn } from './originals.js';

/**
 * Share of each bound that must be free again before events are kept after an overflow: one gap then stands
 * for the whole overflow, instead of one for each event that found room.
 */
const ROOM_AGAIN = 0.25;

interface PendingBatch {
  batch: Batch;
  readonly events: number;
  readonly weight: number;
}

export interface Outbox {
  /**
   * @param event as built by the caller, payload offsets relative to {@link Outbox.payloadOffset}
   * @param text the event's payload text, '' for none
   * @param weight how many lost events it is when it gets lost: 0 for what will be said again
   * @returns false when the bound is reached: the event is counted, not kept
   */
  add(event: PortholeEvent, text: string, weight: number): boolean;
  /** Where the next payload text will stand in the batch being gathered. */
  payloadOffset(): number;
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
  let weight = 0;
  let overflow = 0;
  let absent = 0;
  let full = false;

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
    pendingChars + texts.length + more > UNACKED_CHARS * share;

  const acknowledged = (batch: number): void => {
    let done = 0;
    while (done < pending.length && (pending[done] as PendingBatch).batch.batch <= batch) {
      const stored = pending[done] as PendingBatch;
      pendingEvents -= stored.events;
      pendingChars -= size(stored.batch);
      done += 1;
    }
    dropFirst(pending, done);
    if (full) full = exceeds(1 - ROOM_AGAIN, 0);
  };

  return {
    add(event, text, eventWeight) {
      full ||= exceeds(1, text.length);
      if (full) {
        overflow += eventWeight;
        return false;
      }
      gaps();
      append(events, event);
      texts += text;
      weight += eventWeight;
      return true;
    },
    payloadOffset: () => texts.length,
    isFull: () => events.length >= BATCH_EVENTS || texts.length >= BATCH_CHARS,
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
      };
      append(pending, { batch, events: events.length, weight });
      pendingEvents += events.length;
      pendingChars += size(batch);
      events = [];
      texts = '';
      weight = 0;
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
      events = [];
      texts = '';
      full = false;
      weight = overflow = absent = pending.length = pendingEvents = pendingChars = 0;
      return dropped;
    },
  };
}

/** Characters a batch holds on to: a host's many call sites weigh as much as its payloads. */
function size({ events, payload }: Batch): number {
  return events.length + payload.length;
}
