/** Extensions that wait to be recorded: who they are, and what the person can say to that. */

import type { AdmissionVerdict, WaitingExtension } from '../../src/protocol/index.js';
import { counted, text, type TextKey } from '../../src/texts/index.js';
import { safeName } from '../arithmetic/safe-name.js';
import { askForManagement, type Platform } from '../state/platform.js';
import type { RecordingState } from '../state/recording.js';
import css from '../styles/notices.css?inline';

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
    recording.announcement.value = text(VERDICTS[verdict].done, {
      name: safeName(name ?? extensionId),
    });
    // The line goes with its buttons: the focus would be nowhere.
    const line = button.closest('li');
    const next = line?.nextElementSibling ?? line?.previousElementSibling;
    const target = next?.querySelector('button') ?? document.querySelector<HTMLElement>('.table');
    target?.focus();
  }

  return (
    <section class="notices" aria-label={text('admission_label')}>
      <style>{css}</style>
      <div class="notices-head">
        <h2>{counted('admission_title', waiting.length)}</h2>
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
                aria-label={text(VERDICTS[verdict].label, {
                  name: safeName(extension.name ?? extension.extensionId),
                })}
                onClick={(event) => decide(extension, verdict, event.currentTarget)}
              >
                {text(VERDICTS[verdict].button)}
              </button>
            ))}
          </li>
        ))}
        {waiting.some(({ installType }) => installType === null) && (
          <li>
            <span class="notice-text">
              {text(
                platform.permissions === null ? 'admission_management_tab' : 'admission_management',
              )}
            </span>
            <button type="button" class="action" onClick={() => askForManagement(platform)}>
              {text(platform.permissions === null ? 'playground_open_in_tab' : 'admission_let_see')}
            </button>
          </li>
        )}
      </ul>
    </section>
  );
}

const VERDICTS = {
  allowed: { button: 'admission_allow', label: 'admission_allow_this', done: 'admission_allowed' },
  blocked: { button: 'admission_block', label: 'admission_block_this', done: 'admission_blocked' },
} as const satisfies Record<AdmissionVerdict, Record<string, TextKey>>;

function factsOf(extension: WaitingExtension): string {
  const { installType, nameFrom, name, contexts, lost, turnedAway } = extension;
  const installed = INSTALLED[installType ?? ''];
  return [
    installed === undefined
      ? text('admission_installed', { kind: safeName(installType ?? '') })
      : text(installed),
    ...(name !== null && nameFrom === 'extension' ? [text('admission_own_word')] : []),
    counted('admission_contexts', contexts),
    ...(lost > 0 ? [counted('admission_lost', lost)] : []),
    ...(turnedAway > 0 ? [counted('admission_turned_away', turnedAway)] : []),
  ].join(', ');
}

const INSTALLED: Readonly<Record<string, TextKey | undefined>> = {
  '': 'admission_unknown',
  normal: 'admission_normal',
  sideload: 'admission_sideload',
  admin: 'admission_policy',
};
