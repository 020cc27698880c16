/** How things are shown: times, theme, columns; and which findings are not. */

import { counted, text } from '../../src/texts/index.js';
import { NO_WISHES } from '../arithmetic/columns.js';
import { isSame } from '../arithmetic/same.js';
import type { RecordingState } from '../state/recording.js';
import { silencedFindings, silenceFindings } from '../state/silenced.js';
import { THEMES } from '../state/platform.js';
import { Choice } from './Choice.js';
import { Switch } from './Switch.js';

const TIMES = { clock: 'settings_times_clock', elapsed: 'settings_times_elapsed' } as const;
const THEME_NAMES = {
  auto: 'settings_theme_auto',
  light: 'settings_theme_light',
  dark: 'settings_theme_dark',
} as const;

export function ViewSettings({ recording }: { readonly recording: RecordingState }) {
  const { preserve, preferences, theme, columns } = recording;
  return (
    <>
      <Switch
        label={text('reload_preserve')}
        on={preserve.on.value}
        onChange={(on) => preserve.set(on)}
      />
      <p class="quiet">{text('reload_preserve_hint')}</p>
      <Choice
        label={text('settings_times')}
        names={['clock', 'elapsed']}
        chosen={preferences.elapsed.value ? 'elapsed' : 'clock'}
        wordOf={(name) => text(TIMES[name])}
        onChange={(name) => preferences.setElapsed(name === 'elapsed')}
      />
      <Choice
        label={text('settings_theme')}
        names={THEMES}
        chosen={theme.wish.value}
        wordOf={(name) => text(THEME_NAMES[name])}
        onChange={(name) => theme.choose(name)}
      />
      <h3>{text('settings_columns')}</h3>
      <p class="quiet">{text('settings_columns_hint')}</p>
      {!isSame(columns.wishes.value, NO_WISHES) && (
        <p class="actions">
          <button type="button" class="action" onClick={() => columns.reset()}>
            {text('settings_columns_reset')}
          </button>
        </p>
      )}
      <Silenced recording={recording} />
    </>
  );
}

function Silenced({ recording }: { readonly recording: RecordingState }) {
  // Told anew with each summary.
  const silenced = recording.summary.value === null ? [] : silencedFindings(recording);
  if (silenced.length === 0) return null;
  return (
    <>
      <h3>{text('settings_silenced')}</h3>
      <p class="actions">
        <span>{counted('settings_silenced_number', silenced.length)}</span>
        <button
          type="button"
          class="action"
          onClick={(event) => {
            event.currentTarget.closest<HTMLElement>('.dropdown-box')?.focus();
            silenceFindings(recording, []);
          }}
        >
          {text('settings_silenced_hear')}
        </button>
      </p>
    </>
  );
}
