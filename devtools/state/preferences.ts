/** How the person wants things shown, kept between sessions. */

import { signal } from '@preact/signals';
import type { Platform } from './platform.js';

const TIMES = 'times';

/** Signals to read and actions to call. */
export type Preferences = ReturnType<typeof createPreferences>;

export function createPreferences({ load, save }: Pick<Platform, 'load' | 'save'>) {
  const elapsed = signal(load(TIMES) === 'elapsed');
  return {
    /** Whether times are told since the recording began, not by the clock. */
    elapsed,
    setElapsed(wanted: boolean): void {
      elapsed.value = wanted;
      save(TIMES, wanted ? 'elapsed' : 'clock');
    },
  };
}
