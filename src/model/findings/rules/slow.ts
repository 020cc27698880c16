/** Deliveries and replies that took far longer than others of their kind. */

import { text } from '../../../texts/index.js';
import type { Evidence } from '../evidence.js';
import { limitOf, type Histogram } from '../histogram.js';
import { SLOW_MS, type Kind, type Mark, type Stream } from '../traffic.js';
import type { Sighting } from '../types.js';

/** So many of a kind must be known before one of them is called slow. */
const SAMPLE = 30;

/** More than this part of a kind is no exception. */
const FEW = 0.1;

/** Replies may take longer than deliveries: listeners work. In milliseconds. */
const SLOW_REPLY_MS = 1_000;

/** Four times the usual at least, in buckets of the histogram. */
const LEAST_BUCKETS = 8;

/** Times the usual distance from the usual: about four standard deviations of a normal distribution. */
const DEVIATIONS = 6;

/** @returns one sighting a kind of message or request */
export function* slow(evidence: Evidence): Generator<Sighting> {
  const marked = new Map<Kind, Stream[]>();
  for (const stream of evidence.traffic.streams) {
    if (!stream.marks.get('slow')?.length) continue;
    const others = marked.get(stream.kind);
    if (others === undefined) marked.set(stream.kind, [stream]);
    else others.push(stream);
  }
  for (const [kind, streams] of marked) {
    const first = streams[0] as Stream;
    const isReply = first.connection === null;
    const limit = limitFor(kind.times, isReply ? SLOW_REPLY_MS : SLOW_MS);
    if (limit === null) continue;
    const slowOnes = streams
      .flatMap(({ marks }) => marks.get('slow') ?? [])
      .filter(({ value }) => value > limit)
      .sort((a, b) => a.row - b.row);
    const { size } = kind.times;
    const [earliest] = slowOnes;
    if (earliest === undefined || slowOnes.length > size * FEW) continue;
    const worst = slowOnes.reduce((a, b) => (b.value > a.value ? b : a));
    yield {
      rule: isReply ? 'slow-reply' : 'slow-delivery',
      severity: 'info',
      cause: 'outlier',
      at: earliest.at,
      extension: first.extension,
      connection: streams.length === 1 ? first.connection : null,
      what: kind.key.replaceAll('\n', ' '),
      about: worstFirst(slowOnes, worst).map(({ subject }) => subject),
      count: slowOnes.length,
      facts: {
        name: isReply ? first.name : text('finding_fact_port', { name: first.name }),
        type: first.type === null ? '' : ` ${text('finding_fact_type', { type: first.type })}`,
        slow: slowOnes.length,
        of: size,
        usual: rounded(limitOf(kind.times.median())),
        worst: Math.round(worst.value),
      },
    };
  }
}

/** The one to look at stands first; the others follow in order of time. */
function worstFirst(marks: readonly Mark[], worst: Mark): readonly Mark[] {
  return [worst, ...marks.filter((mark) => mark !== worst)];
}

function limitFor(times: Histogram, least: number): number | null {
  if (times.size < SAMPLE) return null;
  const distance = Math.max(LEAST_BUCKETS, DEVIATIONS * times.deviation());
  return Math.max(least, limitOf(times.median() + distance));
}

function rounded(ms: number): number {
  return ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms);
}
