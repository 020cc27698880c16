/** The toolbar's recordings: open, export and keep. */

import { text } from '../../src/texts/index.js';
import type { RecordingState } from '../state/recording.js';
import { Dropdown } from './Dropdown.js';
import { lazy } from './lazy.js';

const RecordingsBox = lazy(async () => (await import('./RecordingsBox.js')).RecordingsBox);

export function Recordings({ recording }: { readonly recording: RecordingState }) {
  return (
    <Dropdown id="recordings-box" icon="recordings" label={text('recordings')}>
      {(close) => <RecordingsBox recording={recording} onDone={close} />}
    </Dropdown>
  );
}
