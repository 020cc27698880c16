/** All that can be set, at once: to put it back to how it is at first, and to take that back. */

import { batch } from '@preact/signals';
import { NO_WISHES, type ColumnWishes } from '../arithmetic/columns.js';
import { DEFAULT_LIMITS, REDACTED_KEYS, type RetentionLimits } from '../../src/protocol/index.js';
import { SIZES, type Layout } from './layout.js';
import type { RecordingState } from './recording.js';
import type { Theme } from './platform.js';

export interface SettingsValues {
  readonly preserve: boolean;
  readonly elapsed: boolean;
  readonly theme: Theme;
  readonly columns: ColumnWishes;
  readonly sizes: typeof SIZES;
  readonly callSites: boolean;
  readonly limits: RetentionLimits;
  readonly redaction: { readonly on: boolean; readonly keys: readonly string[] };
}

export const DEFAULTS: SettingsValues = {
  preserve: true,
  elapsed: false,
  theme: 'auto',
  columns: NO_WISHES,
  sizes: SIZES,
  callSites: true,
  limits: DEFAULT_LIMITS,
  redaction: { on: false, keys: REDACTED_KEYS },
};

/** What the settings are made of. */
export interface Places {
  readonly recording: RecordingState;
  readonly layout: Layout;
}

/** @returns what is set; null while the background has not said its part */
export function currentSettings({ recording, layout }: Places): SettingsValues | null {
  const { preserve, preferences, theme, columns, callSites, storage, redaction } = recording;
  if (callSites.value === null || storage.value === null || redaction.value === null) return null;
  const { on, keys } = redaction.value;
  const { events, bytes, days } = storage.value.limits;
  return {
    preserve: preserve.on.value,
    elapsed: preferences.elapsed.value,
    theme: theme.wish.value,
    columns: columns.wishes.value,
    sizes: { sidebar: layout.sidebarSize.value, detail: layout.detailShare.value },
    callSites: callSites.value,
    limits: { events, bytes, days },
    redaction: { on, keys },
  };
}

/** @returns whether both say the same */
export function areSame(a: SettingsValues, b: SettingsValues): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

export function setAll(values: SettingsValues, { recording, layout }: Places): void {
  const { preserve, elapsed, theme, columns, sizes, callSites, limits, redaction } = values;
  batch(() => {
    recording.preserve.set(preserve);
    recording.preferences.setElapsed(elapsed);
    recording.theme.choose(theme);
    recording.columns.set(columns);
    layout.sidebarSize.value = sizes.sidebar;
    layout.detailShare.value = sizes.detail;
  });
  recording.send({ type: 'call-sites', on: callSites });
  recording.send({ type: 'limits', limits });
  recording.send({ type: 'redaction', ...redaction });
}
