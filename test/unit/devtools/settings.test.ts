/** All settings at once: put back to how they are at first, and that taken back. */
import { signal } from '@preact/signals';
import { expect, test } from 'vitest';
import { createColumns } from '../../../devtools/state/columns.js';
import { createLayout } from '../../../devtools/state/layout.js';
import { createPreferences } from '../../../devtools/state/preferences.js';
import { createPreserve } from '../../../devtools/state/preserve.js';
import type { RecordingState } from '../../../devtools/state/recording.js';
import { areSame, currentSettings, DEFAULTS, setAll } from '../../../devtools/state/settings.js';
import type { Theme } from '../../../devtools/state/platform.js';
import { DEFAULT_LIMITS, REDACTED_KEYS, type FromPanel } from '../../../src/protocol/index.js';

/** A panel's settings, with a background that does at once what it is told. */
function setUp() {
  const stored = new Map<string, string>();
  const shelf = {
    tabId: 1,
    load: (key: string) => stored.get(key) ?? null,
    save: (key: string, value: string) => void stored.set(key, value),
    onNavigated: () => undefined,
  };
  const wish = signal<Theme>('auto');
  const callSites = signal(true);
  const storage = signal<object>({ limits: DEFAULT_LIMITS, holds: { events: 1, bytes: 2 } });
  const redaction = signal<object>({ type: 'redaction', on: false, keys: REDACTED_KEYS });
  const recording = {
    preserve: createPreserve(shelf),
    preferences: createPreferences(shelf),
    columns: createColumns(shelf),
    theme: {
      wish,
      choose: (theme: Theme) => {
        wish.value = theme;
      },
    },
    callSites,
    storage,
    redaction,
    send(command: FromPanel) {
      if (command.type === 'call-sites') callSites.value = command.on;
      if (command.type === 'limits') storage.value = { ...storage.value, limits: command.limits };
      if (command.type === 'redaction') redaction.value = command;
    },
  } as unknown as RecordingState;
  return { places: { recording, layout: createLayout(shelf) }, stored, shelf };
}

test('what nobody has set is the default', () => {
  expect(currentSettings(setUp().places)).toEqual(DEFAULTS);
});

test('they are put back, and back to what they were', () => {
  const { places, shelf } = setUp();
  const { recording, layout } = places;
  recording.preserve.set(false);
  recording.preferences.setElapsed(true);
  recording.theme.choose('dark');
  recording.columns.show('size', false);
  layout.sidebarSize.value = 300;
  recording.send({ type: 'call-sites', on: false });
  recording.send({ type: 'limits', limits: { ...DEFAULT_LIMITS, days: null } });
  recording.send({ type: 'redaction', on: true, keys: ['pin'] });
  const own = currentSettings(places);
  if (own === null) throw new Error('nobody has said what is set');
  expect(areSame(own, DEFAULTS)).toBe(false);
  expect(createPreferences(shelf).elapsed.value).toBe(true);

  setAll(DEFAULTS, places);
  expect(currentSettings(places)).toEqual(DEFAULTS);
  expect(createPreferences(shelf).elapsed.value).toBe(false);
  expect(createPreserve(shelf).on.value).toBe(true);
  setAll(own, places);
  expect(currentSettings(places)).toEqual(own);
  expect(own).toMatchObject({
    preserve: false,
    theme: 'dark',
    columns: { shown: { size: false } },
    sizes: { sidebar: 300 },
    limits: { days: null },
    redaction: { on: true, keys: ['pin'] },
  });
});

test('nothing is told, and nothing put back, while the background has not said its part', () => {
  const { places } = setUp();
  places.recording.storage.value = null;
  expect(currentSettings(places)).toBeNull();
});
