/** Puts all settings back to how they are at first, and takes that back. */

import { signal } from '@preact/signals';
import { text } from '../../src/texts/index.js';
import {
  areSame,
  currentSettings,
  DEFAULTS,
  setAll,
  type Places,
  type SettingsValues,
} from '../state/settings.js';

/** What was set before they were last put back; it outlives the box. */
const before = signal<SettingsValues | null>(null);

export function ResetSettings(places: Places) {
  const current = currentSettings(places);
  const isReset = current !== null && areSame(current, DEFAULTS);
  const undoable = isReset ? before.value : null;
  /** The button goes with what it has done. */
  const act = (event: Event, values: SettingsValues): void => {
    (event.currentTarget as Element).closest<HTMLElement>('.dropdown-box')?.focus();
    setAll(values, places);
  };
  return (
    <div class="settings-reset">
      <p class="quiet">{text(isReset ? 'settings_are_defaults' : 'settings_reset_hint')}</p>
      <p class="actions">
        {!isReset && (
          <button
            type="button"
            class="action"
            disabled={current === null}
            onClick={(event) => {
              before.value = current;
              act(event, DEFAULTS);
            }}
          >
            {text('settings_reset')}
          </button>
        )}
        {undoable !== null && (
          <button type="button" class="action" onClick={(event) => act(event, undoable)}>
            {text('settings_reset_undo')}
          </button>
        )}
      </p>
    </div>
  );
}
