/** What Porthole stored of each endpoint, straight from the segments: what the model makes of it comes after. */
import { parse } from 'devalue';
import {
  RICH_REVIVERS,
  parseRun,
  type PayloadEvent,
  type StoredSegment,
} from '../../../src/protocol/index.js';
import { canonicalText } from './canonical.js';

export interface CapturedEvent {
  readonly seq: number;
  /** Canonical; null where only a preview was kept. */
  readonly text: string | null;
}

export interface CapturedEndpoint {
  readonly posted: CapturedEvent[];
  readonly delivered: CapturedEvent[];
}

export class Captured {
  /** By context key, `#`, port number. */
  readonly endpoints = new Map<string, CapturedEndpoint>();
  /** Keys of contexts that told of their own end. */
  readonly unloaded = new Set<string>();
  /** Events lost in gaps, by context key. */
  readonly gaps = new Map<string, number>();

  take(segment: StoredSegment): void {
    for (const { context, ...run } of segment.runs) {
      for (const event of parseRun({ context, ...run })) {
        if (event[0] === 'posted' || event[0] === 'delivered') {
          const [what, port, , seq] = event;
          const key = `${context}#${String(port)}`;
          const endpoint = this.endpoints.get(key) ?? { posted: [], delivered: [] };
          this.endpoints.set(key, endpoint);
          endpoint[what].push({ seq, text: payloadOf(event, segment) });
        } else if (event[0] === 'lifecycle' && event[2] === 'unloaded') {
          this.unloaded.add(context);
        } else if (event[0] === 'gap') {
          this.gaps.set(context, (this.gaps.get(context) ?? 0) + event[2]);
        }
      }
    }
  }
}

/** @returns the payload as canonical text; null where only a preview was kept */
export function payloadOf(event: PayloadEvent, segment: StoredSegment): string | null {
  const [offset, length] = event.slice(-2) as [number, number];
  const text = segment.payload.slice(offset, offset + length);
  const form = event[event.length - 4];
  if (form === 'json') return canonicalText(JSON.parse(text));
  if (form === 'rich') return canonicalText(parse(text, RICH_REVIVERS));
  return form === 'unreadable' ? `unreadable: ${text.slice(0, 100)}` : null;
}
