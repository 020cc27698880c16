/** The toolbar's settings. */

import { text } from '../../src/texts/index.js';
import type { RecordingState } from '../state/recording.js';
import { Dropdown } from './Dropdown.js';
import { lazy } from './lazy.js';

const SettingsBox = lazy(async () => (await import('./SettingsBox.js')).SettingsBox);

export function Settings({ recording }: { readonly recording: RecordingState }) {
  return (
    <Dropdown id="settings-box" icon="settings" label={text('settings')}>
      {() => <SettingsBox recording={recording} />}
    </Dropdown>
  );
}
