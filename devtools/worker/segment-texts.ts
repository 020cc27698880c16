/**
 * Payload texts that are at hand: those of the segments read last, up to a bound. Whoever asks for one that is not
 * gets none, and reads it from the store before asking again.
 */

import type { Texts } from '../../src/model/index.js';
import type { Source } from './source.js';

/** Characters held, of all segments together. */
const MOST_CHARS = 24_000_000;

/** Segments read at once. */
const READ_SEGMENTS = 16;

interface Batch {
  readonly from: number;
  readonly read: Promise<{ readonly id: number; readonly payload: unknown }[]>;
}

export class SegmentTexts implements Texts {
  readonly #source: Pick<Source, 'readSegments'>;
  readonly #most: number;
  /** Those used longest ago come first. */
  readonly #held = new Map<number, string>();
  #chars = 0;
  #last = -1;
  readonly #missing = new Set<number>();
  #misses = 0;
  /** Segments that the store does not have (any more). */
  readonly #gone = new Set<number>();
  /** What is on the way, or will probably be asked for next. */
  #batch: Batch | null = null;

  constructor(source: Pick<Source, 'readSegments'>, most = MOST_CHARS) {
    this.#source = source;
    this.#most = most;
  }

  put(segment: number, payload: string): void {
    this.#chars += payload.length - (this.#held.get(segment)?.length ?? 0);
    this.#held.delete(segment);
    this.#held.set(segment, payload);
    this.#last = segment;
    for (const [oldest, text] of this.#held) {
      if (this.#chars <= this.#most || oldest === segment) return;
      this.#held.delete(oldest);
      this.#chars -= text.length;
    }
  }

  get(segment: number): string | undefined {
    const text = this.#held.get(segment);
    if (text === undefined) {
      if (!this.#gone.has(segment)) {
        this.#missing.add(segment);
        this.#misses += 1;
      }
    } else if (segment !== this.#last) {
      this.#held.delete(segment);
      this.#held.set(segment, text);
      this.#last = segment;
    }
    return text;
  }

  /** Lets go of the texts of all other segments: the store has dropped them. */
  keepOnly(stored: ReadonlySet<number>): void {
    for (const [id, text] of this.#held) {
      if (stored.has(id)) continue;
      this.#held.delete(id);
      this.#chars -= text.length;
    }
    this.#gone.clear();
  }

  clear(): void {
    this.#held.clear();
    this.#chars = 0;
    this.#missing.clear();
    this.#gone.clear();
    this.#batch = null;
  }

  /** How often a text was asked for that was not at hand, so far. */
  get misses(): number {
    return this.#misses;
  }

  /** @returns the segments that were asked for and not at hand since the last call */
  takeMissing(): number[] {
    const missing = [...this.#missing];
    this.#missing.clear();
    return missing;
  }

  /**
   * Reads the segment and some after it; what follows them is on its way then, for one who goes through all.
   *
   * @throws what the store throws
   */
  async readOn(segment: number): Promise<void> {
    const batch = this.#batch;
    if (batch !== null && segment >= batch.from && segment < batch.from + READ_SEGMENTS) {
      await this.#take(batch, segment);
    } else await this.#take(this.#begin(segment), segment);
  }

  /**
   * Reads that one segment, unless it is at hand.
   *
   * @returns its text; undefined when it is not stored (any more)
   * @throws what the store throws
   */
  async read(segment: number): Promise<string | undefined> {
    if (this.#held.has(segment) || this.#gone.has(segment)) return this.get(segment);
    return this.#keep(await this.#source.readSegments(segment, 1), segment);
  }

  async #take(batch: Batch, segment: number): Promise<void> {
    this.#batch = batch;
    const segments = await batch.read;
    this.#keep(segments, segment);
    const last = segments.at(-1);
    // Unless somebody else went on from here, or from elsewhere, meanwhile.
    if (this.#batch !== batch) return;
    const more = last !== undefined && segments.length === READ_SEGMENTS;
    this.#batch = more ? this.#begin(last.id + 1) : null;
  }

  #keep(segments: Awaited<Batch['read']>, asked: number): string | undefined {
    let text: unknown;
    for (const { id, payload } of segments) {
      if (id === asked) text = payload;
      else if (typeof payload === 'string') this.put(id, payload);
    }
    // The last to be put is the last to go.
    if (typeof text === 'string') {
      this.put(asked, text);
      return text;
    }
    this.#gone.add(asked);
    return undefined;
  }

  #begin(from: number): Batch {
    const read = this.#source.readSegments(from, READ_SEGMENTS);
    // Whoever waits for it hears of what went wrong; if nobody does, nobody needs to.
    read.catch(() => undefined);
    return { from, read };
  }
}
