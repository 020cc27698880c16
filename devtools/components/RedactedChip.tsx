/** In the toolbar: that values were kept from being stored, when, and under which keys. */

import type { RedactedSpan } from '../../src/protocol/index.js';
import { redactedLines } from '../arithmetic/redacted.js';

export function RedactedChip({ spans }: { readonly spans: readonly RedactedSpan[] }) {
  if (spans.length === 0) return null;
  return (
    <span
      class="lost redacted"
      role="status"
      title={`Values under some keys were not stored:\n${redactedLines(spans).join('\n')}\nThe settings change it from then on.`}
    >
      redacted
    </span>
  );
}
