/** Whether values under certain keys are kept out of recordings, and which keys. */

import { text } from '../../src/texts/index.js';
import { redactedLines } from '../arithmetic/redacted.js';
import { REDACTED, REDACTED_KEYS } from '../../src/protocol/redaction.js';
import type { RecordingState } from '../state/recording.js';
import { Switch } from './Switch.js';

export function Redaction({ recording }: { readonly recording: RecordingState }) {
  const redaction = recording.redaction.value;
  if (redaction === null) return null;
  const { on, keys } = redaction;
  const spans = recording.summary.value?.recording?.redacted ?? [];
  return (
    <>
      <Switch
        label={text('redaction_switch')}
        on={on}
        onChange={(wanted) => recording.send({ type: 'redaction', on: wanted, keys })}
      />
      <p class="quiet">
        {on ? text('redaction_on', { placeholder: REDACTED }) : text('redaction_off')}{' '}
        {text('redaction_values')}
      </p>
      {spans.length > 0 && (
        <p class="quiet">{text('redaction_spans', { spans: redactedLines(spans).join('; ') })}</p>
      )}
      <p>
        <input
          type="text"
          class="keys"
          aria-label={text('redaction_keys')}
          title={text('redaction_keys_title')}
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
