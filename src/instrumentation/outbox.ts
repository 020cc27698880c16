/**
 * Events on their way out: gathered into batches, kept until acknowledged, bounded, with the overflow counted. A
 * context has one outbox: this module.
 */

import { ROOM_AGAIN } from './bounds.js';
import { BATCH_CHARS, EVENT_FACTOR, UNACKED_CHARS } from '../protocol/constants.js';
import type { GapEvent, Way } from '../protocol/events.js';
import type { Batch } from '../protocol/report.js';
import type { EventBody } from '../protocol/wire.js';
import { append, dropFirst, epochNow, safeMap } from './originals.js';
import type { Snapshot } from './snapshot.js';

interface PendingBatch {
  /** Its number follows from its place. */
  readonly content: Omit<Batch, 'batch'>;
  readonly weight: number;
  readonly chars: number;
}

/** Messages that are only counted and of which no batch tells yet: so many, the last of which has that number. */
export interface Counted {
  events: number;
  last: number;
}

const pending: PendingBatch[] = [];
let pendingChars = 0;
/** Number of the last batch before the pending ones. */
let taken = 0;
// What is being gathered.
let start = 0;
let events = '';
let weight = 0;
let payload = '';
let values: unknown[] = [];
let valueBytes = 0;
// What could not be kept; becomes a gap with the next event that can.
let overflow = 0;
let absent = 0;
/** What is only counted. */
export const muted = safeMap<Way, Counted>();
/** No event is kept: after an overflow not before a good part was acknowledged. */
export let full = false;

function begin(): void {
  events = payload = '';
  values = [];
  weight = valueBytes = 0;
}

function put(at: number, body: EventBody, tail: string, eventWeight: number): void {
  if (events === '') start = at;
  else events += ',';
  events += `[${at - start},${body}${tail}]`;
  weight += eventWeight;
}

function gap(events: number, reason: GapEvent[3]): void {
  if (events > 0) put(epochNow(), `"gap",${events},"${reason}"`, '', events);
}

function gaps(): void {
  gap(overflow, 'buffer-full');
  gap(absent, 'porthole-absent');
  overflow = absent = 0;
}

/** There is always room for it: it is one event for each of few ways. */
export function tellCounted(): void {
  muted.forEach((counted, way) => {
    const { events, last } = counted;
    if (events > 0) put(epochNow(), `"counted",${way},${last},${events}`, '', 0);
    counted.events = 0;
    counted.last = -1;
  });
}

/** @param ways all that is only counted from now on */
export function mute(ways: readonly Way[]): void {
  tellCounted();
  muted.clear();
  for (let i = 0; i < ways.length; i += 1) muted.set(ways[i] as Way, { events: 0, last: -1 });
}

/** What is being gathered; a host's many call sites count as its payloads do. */
function chars(): number {
  return events.length * EVENT_FACTOR + payload.length + valueBytes;
}

/** @returns whether there is no room for that much more */
function checkRoom(more: number): boolean {
  full = pendingChars + chars() + more > UNACKED_CHARS * (full ? 1 - ROOM_AGAIN : 1);
  return full;
}

function numbered(index: number): Batch {
  const { content } = pending[index] as PendingBatch;
  return { ...content, batch: taken + 1 + index };
}

/**
 * @param at epoch milliseconds
 * @param snapshot of the event's payload, or null
 * @param eventWeight how many lost events it is when it gets lost: 0 for what will be said again
 * @returns false when the bound is reached: the event is counted, not kept
 */
export function add(
  at: number,
  body: EventBody,
  snapshot: Snapshot | null,
  eventWeight: number,
): boolean {
  if (full || checkRoom(snapshot === null ? 0 : snapshot.text.length || snapshot.bytes)) {
    overflow += eventWeight;
    return false;
  }
  gaps();
  let tail = '';
  if (snapshot !== null) {
    const { form, bytes, text, clone } = snapshot;
    tail = `,${text.length}`;
    if (form !== 'json') tail += `,"${form}",${bytes}`;
    payload += text;
    if (form === 'rich') {
      append(values, clone);
      valueBytes += bytes;
    }
  }
  put(at, body, tail, eventWeight);
  return true;
}

/** Whether the batch being gathered is full. */
export function isFull(): boolean {
  return chars() >= BATCH_CHARS;
}

/** Whether no event is kept. */
export function isEmpty(): boolean {
  return events === '' && pending.length === 0;
}

/**
 * Closes the batch being gathered; null when there is none.
 *
 * @param last there will be no other: count what was lost even if there is no room for more
 */
export function seal(last: boolean): Batch | null {
  if (last || !full) gaps();
  tellCounted();
  if (events === '') return null;
  const content = {
    type: 'batch',
    start,
    events: `[${events}]`,
    payload,
    // Undefined is what absent is read as.
    values: valueBytes > 0 ? values : undefined,
  } as PendingBatch['content'];
  append(pending, { content, weight, chars: chars() });
  pendingChars += chars();
  begin();
  return numbered(pending.length - 1);
}

/** Forgets what the collector has stored: all batches up to that number. */
export function acknowledged(batch: number): void {
  let done = 0;
  for (; done < pending.length && taken < batch; done += 1) {
    pendingChars -= (pending[done] as PendingBatch).chars;
    taken += 1;
  }
  dropFirst(pending, done);
  checkRoom(0);
}

/**
 * Renumbers what is unacknowledged to follow `last`, the collector's own count, so that the collector sees no
 * hole even if it lost its memory.
 *
 * @param send is given the batches to send again, in order
 */
export function resumeAfter(last: number, send: (batch: Batch) => void): void {
  acknowledged(last);
  taken = last;
  for (let i = 0; i < pending.length; i += 1) send(numbered(i));
}

/** Counts events that could not be captured; they become one gap event with the next event kept. */
export function lost(events: number): void {
  absent += events;
}

/**
 * Drops everything; batches that are under way are not asked after.
 *
 * @returns how many events that were, with those that were counted
 */
export function discard(): number {
  let dropped = weight + overflow + absent;
  for (let i = 0; i < pending.length; i += 1) dropped += (pending[i] as PendingBatch).weight;
  taken += pending.length;
  begin();
  full = false;
  overflow = absent = pending.length = pendingChars = 0;
  return dropped;
}
