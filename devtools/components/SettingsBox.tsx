/** What can be set: call sites, and the extensions the person has decided about. */

import { text } from '../../src/texts/index.js';
import css from '../styles/settings.css?inline';
import type { DecidedExtension } from '../../src/protocol/index.js';
import { formatNoun } from '../arithmetic/format.js';
import { safeName } from '../arithmetic/safe-name.js';
import type { RecordingState } from '../state/recording.js';
import { CallSitesSwitch } from './CallSites.js';
import { Limits } from './Limits.js';
import { Redaction } from './Redaction.js';

export function SettingsBox({ recording }: { readonly recording: RecordingState }) {
  const decided = recording.admission.value?.decided ?? [];
  return (
    <>
      <style>{css}</style>
      <CallSitesSwitch recording={recording} />
      <p class="quiet">Where in the code each message was posted. Costs a stack trace each.</p>
      <Limits recording={recording} />
      <Redaction recording={recording} />
      <h3>{text('colours')}</h3>
      <p class="actions">
        <button
          type="button"
          class="action"
          onClick={() => {
            recording.coloursOpen.value = true;
          }}
        >
          {text('colours_open')}
        </button>
      </p>
      {decided.length > 0 && (
        <>
          <h3>Extensions</h3>
          {decided.map((extension) => (
            <Decided key={extension.extensionId} extension={extension} recording={recording} />
          ))}
        </>
      )}
    </>
  );
}

interface DecidedProps {
  readonly extension: DecidedExtension;
  readonly recording: RecordingState;
}

function Decided({ extension, recording }: DecidedProps) {
  const { extensionId, name, verdict, refused } = extension;
  const shown = safeName(name ?? extensionId);
  return (
    <p class="actions">
      <span>
        <bdi title={safeName(extensionId)}>{shown}</bdi>: {verdict}
        {refused > 0 && `, ${formatNoun(refused, 'port')} refused`}
      </span>
      <button
        type="button"
        class="action"
        aria-label={`Take back: ${shown} is ${verdict}`}
        title={
          verdict === 'blocked'
            ? 'Its contexts can ask again when they are loaded again'
            : 'Its reports end until they are allowed again'
        }
        onClick={(event) => {
          // The line goes with its button: the focus stays in the box.
          event.currentTarget.closest<HTMLElement>('.dropdown-box')?.focus();
          recording.send({ type: 'admit', extensionId, verdict: null });
        }}
      >
        Take back
      </button>
    </p>
  );
}
