/** What Porthole stored of one-off messages, straight from the segments. */
import {
  parseRun,
  type FailedEvent,
  type PortholeEvent,
  type ReceivedEvent,
  type ReturnedEvent,
  type SentEvent,
  type StoredSegment,
} from '../../../src/protocol/index.js';
import { payloadOf } from './stored-payload.js';

export interface CapturedRequest {
  /** Key of the sender's context. */
  readonly context: string;
  readonly event: SentEvent;
  /** Canonical; null where only a preview was kept. */
  readonly text: string | null;
  outcome: { readonly reply: string | null } | { readonly error: FailedEvent[3] } | null;
  /** Its page went into the back/forward cache while it waited; Firefox settles no promise there, nor later. */
  frozen: boolean;
}

export interface CapturedReceipt {
  readonly context: string;
  readonly event: ReceivedEvent;
  readonly text: string | null;
  /** What the listeners did, in order. */
  readonly account: (
    | readonly ['returned', listener: number, what: ReturnedEvent[4], error: string | null]
    | readonly ['answered', listener: number, how: string, text: string | null]
    | readonly ['rejected', listener: number, error: string]
  )[];
}

export interface CapturedMessages {
  readonly requests: readonly CapturedRequest[];
  readonly receipts: readonly CapturedReceipt[];
}

/** Takes segments in as they come. */
export class CapturedMessageLog implements CapturedMessages {
  readonly #requests = new Map<string, CapturedRequest>();
  readonly #receipts = new Map<string, CapturedReceipt>();

  get requests(): CapturedRequest[] {
    return [...this.#requests.values()];
  }

  get receipts(): CapturedReceipt[] {
    return [...this.#receipts.values()];
  }

  /** @param segment the one that the event came in */
  take(context: string, event: PortholeEvent, segment: StoredSegment): void {
    const key = `${context} ${String(event[1])}`;
    const request = this.#requests.get(key);
    const account = this.#receipts.get(key)?.account;
    switch (event[0]) {
      case 'sent': {
        const text = payloadOf(event, segment);
        this.#requests.set(key, { context, event, text, outcome: null, frozen: false });
        break;
      }
      case 'replied':
        if (request !== undefined) request.outcome = { reply: payloadOf(event, segment) };
        break;
      case 'failed':
        if (request !== undefined) request.outcome = { error: event[3] };
        break;
      case 'received': {
        const text = payloadOf(event, segment);
        this.#receipts.set(key, { context, event, text, account: [] });
        break;
      }
      case 'lifecycle':
        if (event[2] !== 'frozen') break;
        for (const each of this.#requests.values()) {
          if (each.context === context) each.frozen ||= each.outcome === null;
        }
        break;
      case 'returned':
        account?.push(['returned', event[3], event[4], event[5]]);
        break;
      case 'answered':
        account?.push(['answered', event[3], event[4], payloadOf(event, segment)]);
        break;
      case 'rejected':
        account?.push(['rejected', event[3], event[4]]);
        break;
      default:
    }
  }
}

export function capturedMessages(segments: readonly StoredSegment[]): CapturedMessages {
  const log = new CapturedMessageLog();
  for (const segment of segments) {
    for (const run of segment.runs) {
      for (const event of parseRun(run)) log.take(run.context, event, segment);
    }
  }
  return log;
}
