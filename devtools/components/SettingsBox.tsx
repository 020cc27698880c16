/** What can be set: call sites, and the extensions the person has decided about. */

import { counted, text } from '../../src/texts/index.js';
import css from '../styles/settings.css?inline';
import type { DecidedExtension } from '../../src/protocol/index.js';
import { safeName } from '../arithmetic/safe-name.js';
import type { RecordingState } from '../state/recording.js';
import type { Places } from '../state/settings.js';
import { CallSitesSwitch } from './CallSites.js';
import { Limits } from './Limits.js';
import { Redaction } from './Redaction.js';
import { Sentence } from './Sentence.js';
import { ResetSettings } from './ResetSettings.js';
import { ViewSettings } from './ViewSettings.js';

interface SettingsBoxProps extends Places {
  /** What was chosen is shown elsewhere: the box closes. */
  readonly onDone: () => void;
}

export function SettingsBox({ recording, layout, onDone }: SettingsBoxProps) {
  const decided = recording.admission.value?.decided ?? [];
  return (
    <>
      <style>{css}</style>
      <ViewSettings recording={recording} />
      <h3>{text('settings_capture')}</h3>
      <CallSitesSwitch recording={recording} />
      <p class="quiet">{text('settings_call_sites')}</p>
      <Limits recording={recording} />
      <Redaction recording={recording} />
      <h3>{text('rules')}</h3>
      <p class="actions">
        <button
          type="button"
          class="action"
          onClick={() => {
            onDone();
            recording.coloursOpen.value = true;
          }}
        >
          {text('colours_open')}
        </button>
        <button
          type="button"
          class="action"
          onClick={() => {
            onDone();
            recording.mutesOpen.value = true;
          }}
        >
          {text('mutes_open')}
        </button>
      </p>
      {decided.length > 0 && (
        <>
          <h3>{text('settings_extensions')}</h3>
          {decided.map((extension) => (
            <Decided key={extension.extensionId} extension={extension} recording={recording} />
          ))}
        </>
      )}
      <ResetSettings recording={recording} layout={layout} />
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
  const isBlocked = verdict === 'blocked';
  return (
    <p class="actions">
      <span>
        <Sentence
          id={isBlocked ? 'settings_blocked' : 'settings_allowed'}
          parts={{ extension: <bdi title={safeName(extensionId)}>{shown}</bdi> }}
        />
        {refused > 0 && `, ${counted('settings_refused', refused)}`}
      </span>
      <button
        type="button"
        class="action"
        aria-label={text(isBlocked ? 'settings_take_back_blocked' : 'settings_take_back_allowed', {
          extension: shown,
        })}
        title={text(
          isBlocked ? 'settings_take_back_blocked_title' : 'settings_take_back_allowed_title',
        )}
        onClick={(event) => {
          // The line goes with its button: the focus stays in the box.
          event.currentTarget.closest<HTMLElement>('.dropdown-box')?.focus();
          recording.send({ type: 'admit', extensionId, verdict: null });
        }}
      >
        {text('settings_take_back')}
      </button>
    </p>
  );
}
