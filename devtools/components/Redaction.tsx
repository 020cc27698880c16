/** Whether values under certain keys are kept out of recordings, and which keys. */

import { redactedLines } from '../arithmetic/redacted.js';
import { REDACTED, REDACTED_KEYS } from '../../src/protocol/redaction.js';
import type { RecordingState } from '../state/recording.js';

export function Redaction({ recording }: { readonly recording: RecordingState }) {
  const redaction = recording.redaction.value;
  if (redaction === null) return null;
  const { on, keys } = redaction;
  const spans = recording.summary.value?.recording?.redacted ?? [];
  return (
    <>
      <label class="switch">
        <input
          type="checkbox"
          checked={on}
          onChange={(event) => {
            const wanted = event.currentTarget.checked;
            event.currentTarget.checked = on;
            recording.send({ type: 'redaction', on: wanted, keys });
          }}
        />
        Redact secrets
      </label>
      <p class="quiet">
        {on
          ? `Values under these keys are not stored; “${REDACTED}” stands in their place.`
          : 'Values under these keys can be kept out of what is stored from then on.'}
      </p>
      <p class="quiet">Only values in payloads: names, URLs and errors are stored as they are.</p>
      {spans.length > 0 && (
        <p class="quiet">In this recording: {redactedLines(spans).join('; ')}.</p>
      )}
      <p>
        <input
          type="text"
          class="keys"
          aria-label="Keys whose values are redacted"
          title="Separated by commas. A key is meant when it contains one of them, in whatever case"
          spellcheck={false}
          value={keys.join(', ')}
          onChange={(event) => {
            const words = event.currentTarget.value.split(',').map((word) => word.trim());
            const wanted = words.filter((word) => word !== '');
            recording.send({
              type: 'redaction',
              on,
              keys: wanted.length === 0 ? REDACTED_KEYS : wanted,
            });
          }}
        />
      </p>
    </>
  );
}
