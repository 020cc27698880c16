/** The toolbar's settings. */

import type { RecordingState } from '../state/recording.js';
import { Dropdown } from './Dropdown.js';
import { lazy } from './lazy.js';

const SettingsBox = lazy(async () => (await import('./SettingsBox.js')).SettingsBox);

export function Settings({ recording }: { readonly recording: RecordingState }) {
  return (
    <Dropdown id="settings-box" icon="settings" label="Settings">
      {() => <SettingsBox recording={recording} />}
    </Dropdown>
  );
}
