/** Says when which values were kept from being stored. */

import { text } from '../../src/texts/index.js';
import type { RedactedSpan } from '../../src/protocol/index.js';
import { formatTime } from './format.js';

/** @returns one line a span, for instance `from 10:02:03.000 on: password, token` */
export function redactedLines(spans: readonly RedactedSpan[]): string[] {
  return spans.map(({ keys: all, from: begun, until }) => {
    const [from, keys] = [formatTime(begun), all.join(', ')];
    return until === null
      ? text('redacted_on', { from, keys })
      : text('redacted_until', { from, until: formatTime(until), keys });
  });
}
