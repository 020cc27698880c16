/** In the toolbar: that values were kept from being stored, when, and under which keys. */

import { text } from '../../src/texts/index.js';
import type { RedactedSpan } from '../../src/protocol/index.js';
import { redactedLines } from '../arithmetic/redacted.js';

export function RedactedChip({ spans }: { readonly spans: readonly RedactedSpan[] }) {
  if (spans.length === 0) return null;
  return (
    <span
      class="lost redacted"
      role="status"
      title={text('redaction_chip_title', { spans: redactedLines(spans).join('\n') })}
    >
      {text('redaction_chip')}
    </span>
  );
}
