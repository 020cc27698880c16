/** Puts the batches of one extension's contexts together into one segment. */

import {
  hasPayload,
  type PortholeEvent,
  type SegmentRun,
  type StoredSegment,
} from '../protocol/index.js';

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

const OUTLINE: ReadonlySet<PortholeEvent[0]> = new Set<PortholeEvent[0]>([
  'opened',
  'accepted',
  'disconnected',
  'site',
  'lifecycle',
  'gap',
]);

/**
 * Payload offsets are moved to where the text stands in the segment's payload. Equal texts are stored once:
 * what one end posts the other end delivers, so most texts come at least twice.
 *
 * @param batches each context's in their order
 */
export function buildSegment(batches: readonly BatchContent[]): BuiltSegment {
  const texts: string[] = [];
  const offsets: number[] = [];
  /** Index of the last text with that {@link fingerprint}. */
  const known = new Map<number, number>();
  let end = 0;
  const place = (text: string): number => {
    const print = fingerprint(text);
    const before = known.get(print);
    if (before !== undefined && texts[before] === text) return offsets[before] as number;
    known.set(print, texts.length);
    texts.push(text);
    offsets.push(end);
    end += text.length;
    return end - text.length;
  };

  const byContext = new Map<string, PortholeEvent[]>();
  let count = 0;
  for (const { context, events, payload } of batches) {
    for (const event of events) {
      if (!hasPayload(event)) continue;
      const tuple = event as unknown as unknown[];
      const last = tuple.length - 1;
      const offset = tuple[last - 1] as number;
      tuple[last - 1] = place(payload.slice(offset, offset + (tuple[last] as number)));
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
  return { segment: { count, runs, payload: texts.join('') }, outline };
}

function runOf(context: string, events: readonly PortholeEvent[]): SegmentRun {
  return { context, count: events.length, events: JSON.stringify(events) };
}

/** Of equal texts equal, of others mostly not. Much quicker than a Map of the texts, which reads them whole. */
function fingerprint(text: string): number {
  const { length } = text;
  let print = length;
  for (let i = 0; i < 16; i += 1) {
    print = (Math.imul(print, 31) + text.charCodeAt(Math.floor((length * i) / 16))) | 0;
  }
  return print;
}
