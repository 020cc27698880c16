/** The toolbar's settings. */

import { text } from '../../src/texts/index.js';
import type { Layout } from '../state/layout.js';
import type { RecordingState } from '../state/recording.js';
import { Dropdown } from './Dropdown.js';
import { lazy } from './lazy.js';

const SettingsBox = lazy(async () => (await import('./SettingsBox.js')).SettingsBox);

interface SettingsProps {
  readonly recording: RecordingState;
  readonly layout: Layout;
}

export function Settings(props: SettingsProps) {
  return (
    <Dropdown id="settings-box" icon="settings" label={text('settings')}>
      {(close) => <SettingsBox {...props} onDone={close} />}
    </Dropdown>
  );
}
