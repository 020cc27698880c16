/** Says when which values were kept from being stored. */

import type { RedactedSpan } from '../../src/protocol/index.js';
import { formatTime } from './format.js';

/** @returns one line a span, for instance `from 10:02:03.000 on: password, token` */
export function redactedLines(spans: readonly RedactedSpan[]): string[] {
  return spans.map(({ keys, from, until }) => {
    const end = until === null ? 'on' : `to ${formatTime(until)}`;
    return `from ${formatTime(from)} ${end}: ${keys.join(', ')}`;
  });
}
