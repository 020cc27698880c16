/** Payloads that are very large, or grow with each message. */

import { text } from '../../../texts/index.js';
import type { Evidence } from '../evidence.js';
import type { Stream } from '../traffic.js';
import type { Facts, Sighting } from '../types.js';

/** A stream whose messages have grown so many times over, doubling each time, grows. */
const DOUBLINGS = 3;

/** From this size on, in bytes, growth is worth a word. */
const GROWN_BYTES = 100_000;

/** So many messages must be there, and no more than this part of them smaller than the one before. */
const SAMPLE = 20;
const SHRINKING = 0.05;

/** A stream that ends lower than this part of its largest message has not only grown. */
const STILL = 0.8;

/** @returns one sighting a stream and rule */
export function* sizes(evidence: Evidence): Generator<Sighting> {
  for (const stream of evidence.traffic.streams) {
    yield* large(stream);
    yield* growing(stream);
  }
}

function* large(stream: Stream): Generator<Sighting> {
  const marks = stream.marks.get('large') ?? [];
  const [first] = marks;
  if (first === undefined) return;
  yield {
    rule: 'large-payload',
    severity: 'warning',
    cause: 'large',
    at: first.at,
    extension: stream.extension,
    connection: stream.connection,
    what: whatOf(stream),
    about: marks.map(({ subject }) => subject),
    count: stream.counts.get('large') ?? 0,
    facts: { ...factsOf(stream), size: megabytes(Math.max(...marks.map(({ value }) => value))) },
  };
}

function* growing(stream: Stream): Generator<Sighting> {
  const marks = stream.marks.get('grown') ?? [];
  const [first] = marks;
  const last = marks.at(-1);
  if (first === undefined || last === undefined || stream.connection === null) return;
  if (marks.length <= DOUBLINGS || stream.count < SAMPLE) return;
  const lastBytes = stream.lastPayload?.bytes ?? 0;
  if (lastBytes < GROWN_BYTES || lastBytes < STILL * last.value) return;
  if ((stream.counts.get('shrunk') ?? 0) > SHRINKING * stream.count) return;
  yield {
    rule: 'growing-payload',
    severity: 'warning',
    cause: 'growing',
    at: first.at,
    extension: stream.extension,
    connection: stream.connection,
    what: whatOf(stream),
    about: marks.map(({ subject }) => subject),
    facts: {
      ...factsOf(stream),
      first: kilobytes(first.value),
      last: kilobytes(lastBytes),
      messages: stream.count,
    },
  };
}

function whatOf({ name, toward, type }: Stream): string {
  return `${name} ${toward ?? ''} ${type ?? ''}`;
}

function factsOf({ connection, name, type }: Stream): Facts {
  return {
    name: connection === null ? name : text('finding_fact_port', { name }),
    type: type === null ? '' : ` ${text('finding_fact_type', { type })}`,
  };
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function kilobytes(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : megabytes(bytes);
}
