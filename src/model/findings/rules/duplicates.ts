/** Messages that say the same again and again, in quick succession. */

import { text } from '../../../texts/index.js';
import type { Evidence } from '../evidence.js';
import type { Sighting } from '../types.js';

/** So many that said the same as the one before. */
const MANY = 100;

/** Part of the stream that they are. */
const MOST = 0.8;

/** So many a second, on average. */
const RATE = 10;

/** @returns one sighting a stream */
export function* duplicateMessages(evidence: Evidence): Generator<Sighting> {
  for (const stream of evidence.traffic.streams) {
    const { connection, count, firstAt, lastAt, extension, name, toward, type } = stream;
    const duplicates = stream.counts.get('duplicate') ?? 0;
    if (connection === null || duplicates < MANY || duplicates < MOST * count) continue;
    const seconds = Math.max(0.001, (lastAt - firstAt) / 1000);
    if (count / seconds < RATE) continue;
    const marks = stream.marks.get('duplicate') ?? [];
    yield {
      rule: 'duplicate-messages',
      severity: 'info',
      cause: 'same',
      at: marks[0]?.at ?? firstAt,
      extension,
      connection,
      what: `${name} ${String(toward)} ${type ?? ''}`,
      about: marks.map(({ subject }) => subject),
      count: duplicates,
      facts: {
        name,
        type: type === null ? '' : ` ${text('finding_fact_type', { type })}`,
        duplicates,
        of: count,
        rate: Math.round(count / seconds),
      },
    };
  }
}
