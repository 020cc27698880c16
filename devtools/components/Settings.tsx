/** The toolbar's settings: a button, and a small box that goes when the focus leaves it. */

import { useRef, useState } from 'preact/hooks';
import type { RecordingState } from '../state/recording.js';
import { Icon } from './Icon.js';
import { lazy } from './lazy.js';

const SettingsBox = lazy(async () => (await import('./SettingsBox.js')).SettingsBox);

export function Settings({ recording }: { readonly recording: RecordingState }) {
  const [open, setOpen] = useState(false);
  const whole = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <div
      ref={whole}
      class="settings"
      onFocusOut={({ relatedTarget }) => {
        if (!whole.current?.contains(relatedTarget as Node | null)) setOpen(false);
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !open) return;
        event.preventDefault();
        event.stopPropagation();
        setOpen(false);
        button.current?.focus();
      }}
    >
      <button
        ref={button}
        type="button"
        class="tool"
        aria-expanded={open}
        aria-controls="settings-box"
        title="Settings"
        aria-label="Settings"
        onClick={() => setOpen(!open)}
      >
        <Icon name="settings" />
      </button>
      {/* It can have the focus so that a click on its text does not take the focus out of it. */}
      {open && (
        <div
          id="settings-box"
          class="settings-box"
          role="group"
          aria-label="Settings"
          tabIndex={-1}
        >
          <SettingsBox recording={recording} />
        </div>
      )}
    </div>
  );
}
