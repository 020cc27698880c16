/** Extensions that wait to be recorded: who they are, and what the person can say to that. */

import type { AdmissionVerdict, WaitingExtension } from '../../src/protocol/index.js';
import { formatNoun } from '../arithmetic/format.js';
import { safeName } from '../arithmetic/safe-name.js';
import type { Platform } from '../state/platform.js';
import type { RecordingState } from '../state/recording.js';

interface AdmissionProps {
  readonly recording: RecordingState;
  readonly platform: Platform;
  readonly waiting: readonly WaitingExtension[];
}

export function Admission({ recording, platform, waiting }: AdmissionProps) {
  function decide(
    { extensionId, name }: WaitingExtension,
    verdict: AdmissionVerdict,
    button: HTMLElement,
  ): void {
    recording.send({ type: 'admit', extensionId, verdict });
    recording.announcement.value = `${safeName(name ?? extensionId)} is ${verdict}. The settings take it back.`;
    // The line goes with its buttons: the focus would be nowhere.
    const line = button.closest('li');
    const next = line?.nextElementSibling ?? line?.previousElementSibling;
    const target = next?.querySelector('button') ?? document.querySelector<HTMLElement>('.table');
    target?.focus();
  }

  return (
    <section class="notices" aria-label="Extensions that wait">
      <div class="notices-head">
        <h2>{waiting.length === 1 ? 'An extension waits' : 'Extensions wait'} to be recorded</h2>
      </div>
      <ul>
        {waiting.map((extension) => (
          <li key={extension.extensionId}>
            <span class="notice-text">
              <bdi>
                <b>{safeName(extension.name ?? extension.extensionId)}</b>
              </bdi>{' '}
              <bdi class="quiet">{safeName(extension.extensionId)}</bdi>
              <br />
              {factsOf(extension)}
            </span>
            {(['allowed', 'blocked'] as const).map((verdict) => (
              <button
                key={verdict}
                type="button"
                class="action"
                aria-label={`${VERBS[verdict]} ${safeName(extension.name ?? extension.extensionId)}`}
                onClick={(event) => decide(extension, verdict, event.currentTarget)}
              >
                {VERBS[verdict]}
              </button>
            ))}
          </li>
        ))}
        {waiting.some(({ installType }) => installType === null) && (
          <li>
            <span class="notice-text">
              {platform.permissions === null
                ? 'Porthole can admit extensions that are loaded for development by itself, if it may see which ones are. Firefox lets it ask for that in a tab only.'
                : 'Porthole can admit extensions that are loaded for development by itself, if it may see which ones are. Firefox calls that “Monitor extension usage and manage themes”; Porthole reads name and kind of installation, and manages nothing.'}
            </span>
            <button
              type="button"
              class="action"
              onClick={() => {
                if (platform.permissions === null) platform.openInTab('admission');
                else void platform.permissions.request('management');
              }}
            >
              {platform.permissions === null ? 'Open in a tab' : 'Let it see'}
            </button>
          </li>
        )}
      </ul>
    </section>
  );
}

const VERBS: Record<AdmissionVerdict, string> = { allowed: 'Allow', blocked: 'Block' };

function factsOf(extension: WaitingExtension): string {
  const { installType, nameFrom, name, contexts, lost, turnedAway } = extension;
  return [
    INSTALLED[installType ?? ''] ?? `installed (${safeName(installType ?? '')})`,
    ...(name !== null && nameFrom === 'extension' ? ['the name is its own word'] : []),
    `${formatNoun(contexts, 'context')} ${contexts === 1 ? 'waits' : 'wait'}`,
    ...(lost > 0 ? [`${formatNoun(lost, 'event')} could not be kept`] : []),
    ...(turnedAway > 0 ? [`${formatNoun(turnedAway, 'port')} too many`] : []),
  ].join(', ');
}

const INSTALLED: Readonly<Record<string, string | undefined>> = {
  '': 'not known how it was installed',
  normal: 'installed, not loaded for development',
  sideload: 'installed by another program',
  admin: 'installed by a policy',
};
