/** Puts the batches of several contexts together into one segment. */

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

/**
 * Payload offsets are moved to where the text stands in the segment's payload. Equal texts are stored once:
 * what one end posts the other end delivers, so most texts come at least twice.
 *
 * @param batches each context's in their order
 */
export function buildSegment(
  batches: readonly BatchContent[],
): Omit<StoredSegment, 'id' | 'recording'> {
  const places = new Map<string, number>();
  const texts: string[] = [];
  let end = 0;
  const place = (text: string): number => {
    let offset = places.get(text);
    if (offset === undefined) {
      offset = end;
      places.set(text, offset);
      texts.push(text);
      end += text.length;
    }
    return offset;
  };

  const byContext = new Map<string, PortholeEvent[]>();
  let count = 0;
  for (const { context, events, payload } of batches) {
    for (const event of events) {
      if (!hasPayload(event)) continue;
      const tuple = event as unknown as unknown[];
      const [offset, length] = tuple.slice(-2) as [number, number];
      tuple[tuple.length - 2] = place(payload.slice(offset, offset + length));
    }
    count += events.length;
    const before = byContext.get(context);
    if (before === undefined) byContext.set(context, events);
    else for (const event of events) before.push(event);
  }
  const runs: SegmentRun[] = [];
  for (const [context, events] of byContext) {
    runs.push({ context, count: events.length, events: JSON.stringify(events) });
  }
  return { count, runs, payload: texts.join('') };
}
