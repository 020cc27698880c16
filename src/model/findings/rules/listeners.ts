/** Listeners that become more and more: the same work is registered again and again. */

import type { Receipt } from '../../types.js';
import { kindOf, labelOf, type Evidence } from '../evidence.js';
import type { Sighting, Subject } from '../types.js';

/** So many listeners at last, and so many times as many as at first. */
const MANY = 10;
const TIMES = 2;

/** @returns one sighting a port, or a context's one-off messages */
export function* listenersPileUp(evidence: Evidence): Generator<Sighting> {
  for (const stream of evidence.traffic.streams) {
    const marks = stream.marks.get('crowded') ?? [];
    const first = marks[0];
    const worst = marks.find(({ value }) => value >= MANY && value >= TIMES * (first?.value ?? 0));
    const connection = evidence.connections.get(stream.connection ?? '');
    if (first === undefined || worst === undefined || connection === undefined) continue;
    const ends = stream.toward === 'opener' ? [connection.opener] : connection.acceptors;
    // Of several receivers each may have its own number.
    if (ends.length !== 1) continue;
    const receiver = ends[0]?.context;
    yield {
      rule: 'listeners-pile-up',
      severity: 'warning',
      cause: 'port',
      at: first.at,
      extension: stream.extension,
      connection: connection.key,
      what: `${stream.name} in ${kindOf(evidence, receiver)}`,
      about: [first.subject, worst.subject],
      facts: {
        name: stream.name,
        who: labelOf(evidence, receiver),
        first: first.value,
        last: worst.value,
      },
    };
  }
  yield* ofRequests(evidence);
}

interface Count {
  readonly receipt: Receipt;
  readonly subject: Subject;
}

function* ofRequests(evidence: Evidence): Generator<Sighting> {
  const counts = new Map<string, { first: Count; most: Count }>();
  for (const { key, receipts } of evidence.requests.values()) {
    for (const receipt of receipts) {
      const count: Count = { receipt, subject: { kind: 'request', key } };
      const of = `${receipt.api}\n${receipt.context}`;
      const known = counts.get(of);
      if (known === undefined) {
        counts.set(of, { first: count, most: count });
        continue;
      }
      if (isBefore(receipt, known.first.receipt)) known.first = count;
      if (isMore(receipt, known.most.receipt)) known.most = count;
    }
  }
  for (const { first, most } of counts.values()) {
    const { context, api, listeners } = most.receipt;
    const before = first.receipt;
    if (listeners < MANY || listeners < TIMES * before.listeners || before.at > most.receipt.at) {
      continue;
    }
    yield {
      rule: 'listeners-pile-up',
      severity: 'warning',
      cause: 'event',
      at: before.at,
      extension: evidence.contexts.get(context)?.extensionId ?? '',
      connection: null,
      what: `${api} in ${kindOf(evidence, context)}`,
      about: [first.subject, most.subject],
      facts: {
        event: api,
        who: labelOf(evidence, context),
        first: before.listeners,
        last: listeners,
      },
    };
  }
}

function isBefore(a: Receipt, b: Receipt): boolean {
  return a.at < b.at || (a.at === b.at && a.key < b.key);
}

function isMore(a: Receipt, b: Receipt): boolean {
  return a.listeners > b.listeners || (a.listeners === b.listeners && isBefore(a, b));
}
