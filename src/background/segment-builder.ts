/** Puts the batches of one extension's contexts together into one segment. */

import {
  hasPayload,
  writeRun,
  type PayloadEvent,
  type PortholeEvent,
  type SegmentRun,
  type StoredSegment,
} from '../protocol/index.js';
import { OUTLINE } from './outline.js';

export interface BatchContent {
  /** {@link StoredContext.key} */
  readonly context: string;
  /** Guarded; its tuples are changed in place. */
  readonly events: PortholeEvent[];
  readonly payload: string;
}

export interface BuiltSegment {
  readonly segment: Omit<StoredSegment, 'id' | 'recording'>;
  /** The events without which later ones of the same ports could not be understood. */
  readonly outline: readonly SegmentRun[];
}

/**
 * Payload offsets are moved to where the text stands in the segment's payload. Equal texts are stored once:
 * what one end posts the other end delivers, so most texts come at least twice.
 *
 * @param batches each context's in their order
 */
export function buildSegment(batches: readonly BatchContent[]): BuiltSegment {
  const texts = new Texts();
  const byContext = new Map<string, PortholeEvent[]>();
  let count = 0;
  for (const { context, events, payload } of batches) {
    for (const event of events) {
      if (!hasPayload(event)) continue;
      const tuple = event as unknown as unknown[];
      const last = tuple.length - 1;
      const offset = tuple[last - 1] as number;
      const text = payload.slice(offset, offset + (tuple[last] as number));
      tuple[last - 1] = texts.place(text, numberOf(event));
    }
    count += events.length;
    const before = byContext.get(context);
    if (before === undefined) byContext.set(context, events);
    else for (const event of events) before.push(event);
  }
  const runs: SegmentRun[] = [];
  const outline: SegmentRun[] = [];
  for (const [context, events] of byContext) {
    runs.push(runOf(context, events));
    const lasting = events.filter(([type]) => OUTLINE.has(type));
    if (lasting.length > 0) outline.push(runOf(context, lasting));
  }
  return { segment: { count, runs, payload: texts.joined() }, outline };
}

function runOf(context: string, events: readonly PortholeEvent[]): SegmentRun {
  return { context, count: events.length, events: writeRun(events) };
}

/** @returns what the events of both ends of a message have in common; 0: nothing is known of that */
function numberOf(event: PayloadEvent): number {
  return event[0] === 'posted' || event[0] === 'delivered' ? event[3] : 0;
}

/** Texts with the same number and length that are compared before a text is taken for a new one. */
const COMPARED = 16;

/** The texts of one segment, each of them once. */
class Texts {
  readonly #texts: string[] = [];
  readonly #offsets: number[] = [];
  /** Entries of {@link #entries}: the last one by number and length. */
  readonly #byNumber = new Map<number, number>();
  /** Indexes of texts; and the entry before with the same number and length, -1 for none. */
  readonly #entries: number[] = [];
  readonly #before: number[] = [];
  /** Index of the last text by {@link fingerprint}. */
  readonly #byPrint = new Map<number, number>();
  #end = 0;

  /**
   * Looks first at texts with the same number, one for each port that is busy: it costs next to nothing, and finds it
   * where texts differ in so few characters that they have one fingerprint, as the messages of a flood do.
   *
   * @param number the event's, see {@link numberOf}
   * @returns where the text stands
   */
  place(text: string, number: number): number {
    const key = (Math.imul(number, 31) + text.length) | 0;
    let index = number === 0 ? -1 : this.#twin(text, key);
    if (index < 0) {
      index = this.#alike(text);
      if (number !== 0) this.#enter(key, index);
    }
    return this.#offsets[index] as number;
  }

  #twin(text: string, key: number): number {
    let entry = this.#byNumber.get(key) ?? -1;
    for (let n = 0; entry >= 0 && n < COMPARED; n += 1) {
      const index = this.#entries[entry] as number;
      if (this.#texts[index] === text) return index;
      entry = this.#before[entry] as number;
    }
    return -1;
  }

  #enter(key: number, index: number): void {
    this.#before.push(this.#byNumber.get(key) ?? -1);
    this.#byNumber.set(key, this.#entries.push(index) - 1);
  }

  /** @returns index of the same text, or of a new one */
  #alike(text: string): number {
    const print = fingerprint(text);
    let index = this.#byPrint.get(print);
    if (index === undefined || this.#texts[index] !== text) {
      index = this.#texts.push(text) - 1;
      this.#offsets.push(this.#end);
      this.#end += text.length;
      this.#byPrint.set(print, index);
    }
    return index;
  }

  joined(): string {
    return this.#texts.join('');
  }
}

/** Of equal texts equal, of others often not. Much quicker than a Map of the texts, which reads them whole. */
function fingerprint(text: string): number {
  const { length } = text;
  let print = length;
  for (let i = 0; i < 16; i += 1) {
    print = (Math.imul(print, 31) + text.charCodeAt(Math.floor((length * i) / 16))) | 0;
  }
  return print;
}
