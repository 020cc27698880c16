/** What Porthole stored of each endpoint, straight from the segments: what the model makes of it comes after. */
import { parseRun, type StoredSegment } from '../../../src/protocol/index.js';
import { CapturedMessageLog } from './captured-requests.js';
import { payloadOf } from './stored-payload.js';

export interface CapturedEvent {
  readonly seq: number;
  /** Canonical; null where only a preview was kept. */
  readonly text: string | null;
}

export interface CapturedEndpoint {
  readonly posted: CapturedEvent[];
  readonly delivered: CapturedEvent[];
  /** Numbers of those that a mute rule kept out, ascending. */
  readonly muted: { readonly posted: number[]; readonly delivered: number[] };
}

export class Captured {
  /** By context key, `#`, port number. */
  readonly endpoints = new Map<string, CapturedEndpoint>();
  readonly messages = new CapturedMessageLog();
  /** Keys of contexts that told of their own end. */
  readonly unloaded = new Set<string>();
  /** Events lost in gaps, by context key. */
  readonly gaps = new Map<string, number>();

  take(segment: StoredSegment): void {
    for (const { context, ...run } of segment.runs) {
      for (const event of parseRun(run)) {
        if (event[0] === 'posted' || event[0] === 'delivered') {
          const [what, port, , seq] = event;
          this.#endpoint(context, port)[what].push({ seq, text: payloadOf(event, segment) });
        } else if (event[0] === 'muted') {
          const [, port, , way, spans] = event;
          if (way === 'other') continue;
          const numbers = this.#endpoint(context, port).muted[way];
          for (let n = 0; n < spans.length; n += 2) {
            for (let seq = spans[n] ?? 0; seq <= (spans[n + 1] ?? 0); seq += 1) numbers.push(seq);
          }
        } else if (event[0] === 'gap') {
          this.gaps.set(context, (this.gaps.get(context) ?? 0) + event[2]);
        } else {
          if (event[0] === 'lifecycle' && event[2] === 'unloaded') this.unloaded.add(context);
          this.messages.take(context, event, segment);
        }
      }
    }
  }

  #endpoint(context: string, port: number): CapturedEndpoint {
    const key = `${context}#${String(port)}`;
    const endpoint = this.endpoints.get(key) ?? {
      posted: [],
      delivered: [],
      muted: { posted: [], delivered: [] },
    };
    this.endpoints.set(key, endpoint);
    return endpoint;
  }
}
