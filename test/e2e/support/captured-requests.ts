/** What Porthole stored of one-shot messages, straight from the segments, and how that differs from the witness's account. */
import type { Model } from '../../../src/model/index.js';
import {
  hasPayload,
  parseRun,
  type FailedEvent,
  type ReceivedEvent,
  type ReturnedEvent,
  type SentEvent,
  type StoredSegment,
} from '../../../src/protocol/index.js';
import { payloadOf } from './captured.js';
import type { WitnessedRequest } from './message-witness.js';

export interface CapturedRequest {
  /** Key of the sender's context. */
  readonly context: string;
  readonly event: SentEvent;
  /** Canonical; null where only a preview was kept. */
  readonly text: string | null;
  outcome: { readonly reply: string | null } | { readonly error: FailedEvent[3] } | null;
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

export function capturedMessages(segments: readonly StoredSegment[]): CapturedMessages {
  const requests = new Map<string, CapturedRequest>();
  const receipts = new Map<string, CapturedReceipt>();
  for (const segment of segments) {
    for (const run of segment.runs) {
      const { context } = run;
      for (const event of parseRun(run)) {
        const key = `${context} ${String(event[1])}`;
        const text = hasPayload(event) ? payloadOf(event, segment) : null;
        const request = requests.get(key);
        const account = receipts.get(key)?.account;
        switch (event[0]) {
          case 'sent':
            requests.set(key, { context, event, text, outcome: null });
            break;
          case 'replied':
            if (request !== undefined) request.outcome = { reply: text };
            break;
          case 'failed':
            if (request !== undefined) request.outcome = { error: event[3] };
            break;
          case 'received':
            receipts.set(key, { context, event, text, account: [] });
            break;
          case 'returned':
            account?.push(['returned', event[3], event[4], event[5]]);
            break;
          case 'answered':
            account?.push(['answered', event[3], event[4], text]);
            break;
          case 'rejected':
            account?.push(['rejected', event[3], event[4]]);
            break;
          default:
        }
      }
    }
  }
  return { requests: [...requests.values()], receipts: [...receipts.values()] };
}

/**
 * Compares, context by context and in order, what was sent, what came of it, and what was received.
 *
 * @param witnessed requests of the instrumented extensions
 * @param refused errors of calls that never leave their process, so that the witness cannot know of them
 * @returns what differs; empty when nothing does
 */
export function requestFaults(
  witnessed: readonly WitnessedRequest[],
  { requests, receipts }: CapturedMessages,
  model: Model,
  refused: RegExp,
): string[] {
  const ours = new Map<string, string[]>();
  const theirs = new Map<string, string[]>();
  const add = (to: Map<string, string[]>, key: string, line: string): void => {
    to.set(key, [...(to.get(key) ?? []), line]);
  };
  for (const { extension, contextId, world, text, outcome, receivers } of witnessed) {
    const came =
      outcome === null ? 'nothing yet' : 'reply' in outcome ? outcome.reply : outcome.error;
    add(theirs, `${extension} ${String(contextId)} ${String(world)} sends`, `${text} → ${came}`);
    for (const receiver of receivers) add(theirs, `${String(receiver)} receives`, text);
  }
  for (const { context, text, outcome } of requests) {
    const { extensionId, contextId, worldId } = model.contexts.get(context) ?? {};
    const came =
      outcome === null ? 'nothing yet' : 'reply' in outcome ? outcome.reply : outcome.error;
    if (came !== null && refused.test(came)) continue;
    const key = `${String(extensionId)} ${String(contextId)} ${String(worldId ?? null)} sends`;
    // What nobody read nobody can know.
    const unread = outcome !== null && 'error' in outcome && outcome.error === null;
    const place = ours.get(key)?.length ?? 0;
    add(
      ours,
      key,
      unread ? (theirs.get(key)?.[place] ?? '?') : `${String(text)} → ${String(came)}`,
    );
  }
  for (const { context, text } of receipts) {
    add(ours, `${String(model.contexts.get(context)?.contextId)} receives`, String(text));
  }
  const faults: string[] = [];
  for (const key of new Set([...ours.keys(), ...theirs.keys()])) {
    const mine = ours.get(key) ?? [];
    const seen = theirs.get(key) ?? [];
    // The witness learns that a message was received when it is answered, in any order.
    if (key.endsWith('receives')) {
      mine.sort();
      seen.sort();
    }
    for (let i = 0; i < Math.max(mine.length, seen.length); i += 1) {
      if (mine[i] !== seen[i])
        faults.push(`${key}: witness ${String(seen[i])}, Porthole ${String(mine[i])}`);
    }
  }
  return faults;
}
