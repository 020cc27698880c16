/** Messages that arrived at a port, or went to a page, where no listener could hear them. */

import { text } from '../../../texts/index.js';
import { endOf, kindOf, labelOf, SKEW_MS, type Evidence } from '../evidence.js';
import type { Mark, Stream } from '../traffic.js';
import type { Sighting } from '../types.js';

/** @returns one sighting a stream of messages to a port without an `onMessage` listener */
export function* unheardMessages(evidence: Evidence): Generator<Sighting> {
  for (const stream of evidence.traffic.streams) {
    const marks = stream.marks.get('unheard') ?? [];
    const [first] = marks;
    const connection = evidence.connections.get(stream.connection ?? '');
    if (first === undefined || connection === undefined) continue;
    const count = stream.counts.get('unheard') ?? 0;
    const ends = stream.toward === 'opener' ? [connection.opener] : connection.acceptors;
    const receiver = ends[0]?.context;
    const others = evidence.traffic
      .streamsOf(connection.key)
      .filter((other) => other.toward === stream.toward && other.count > 0);
    const before = others.some(({ firstAt }) => firstAt < first.at);
    const some = others.some((other) => other.count > (other.counts.get('unheard') ?? 0));
    yield {
      rule: 'unheard-messages',
      severity: 'warning',
      cause: !some ? 'no-listener' : before ? 'listener-gone' : 'listener-late',
      at: first.at,
      extension: stream.extension,
      connection: connection.key,
      what: whatOf(stream, kindOf(evidence, receiver)),
      about: marks.map(({ subject }) => subject),
      count,
      facts: { name: connection.name, who: labelOf(evidence, receiver), type: typeOf(stream) },
    };
  }
}

/** @returns one sighting a stream of messages that were posted to a page in the back/forward cache */
export function* receiverFrozen(evidence: Evidence): Generator<Sighting> {
  if (evidence.frozen.size === 0) return;
  for (const stream of evidence.traffic.streams) {
    const lost = stream.marks.get('lost') ?? [];
    const connection = evidence.connections.get(stream.connection ?? '');
    if (lost.length === 0 || connection === undefined) continue;
    const ends = stream.toward === 'opener' ? [connection.opener] : connection.acceptors;
    if (ends.length !== 1) continue;
    const receiver = ends[0]?.context ?? '';
    const while_ = lost.filter((mark) => isDuringFreeze(mark, receiver, evidence));
    const [first] = while_;
    if (first === undefined) continue;
    yield {
      rule: 'receiver-frozen',
      severity: 'warning',
      cause: 'frozen',
      at: first.at,
      extension: stream.extension,
      connection: connection.key,
      what: whatOf(stream, kindOf(evidence, receiver)),
      about: while_.map(({ subject }) => subject),
      count: while_.length,
      facts: { name: connection.name, who: labelOf(evidence, receiver), type: typeOf(stream) },
    };
  }
}

function isDuringFreeze({ at }: Mark, context: string, evidence: Evidence): boolean {
  const end = endOf(evidence, context);
  return (evidence.frozen.get(context) ?? []).some(
    ({ from, to }) => at > from + SKEW_MS && at < Math.min(to, end) - SKEW_MS,
  );
}

function whatOf({ name }: Stream, receiver: string): string {
  return `${name} in ${receiver}`;
}

function typeOf({ type }: Stream): string {
  return type === null ? '' : ` ${text('finding_fact_first_type', { type })}`;
}
