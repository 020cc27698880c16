/** Which findings nobody wants to hear of, as it is kept between sessions. */

import type { Platform } from './platform.js';

/** Name under which they are kept, as JSON. */
export const SILENCED = 'silenced';

/** @returns keys of findings, and rules, that are silenced */
export function silencedFindings({ load }: Pick<Platform, 'load'>): readonly string[] {
  try {
    const stored: unknown = JSON.parse(load(SILENCED) ?? '[]');
    return Array.isArray(stored) ? stored.filter((each) => typeof each === 'string') : [];
  } catch {
    return [];
  }
}
