/** Which findings nobody wants to hear of, as it is kept between sessions. */

import type { Platform } from './platform.js';
import type { ToWorker } from '../worker-protocol.js';

/** Name under which they are kept, as JSON. */
const SILENCED = 'silenced';

/** @returns keys of findings, and rules, that are silenced */
export function silencedFindings({ load }: Pick<Platform, 'load'>): readonly string[] {
  try {
    const stored: unknown = JSON.parse(load(SILENCED) ?? '[]');
    return Array.isArray(stored) ? stored.filter((each) => typeof each === 'string') : [];
  } catch {
    return [];
  }
}

/** From now on these are silenced, and no others. */
export function silenceFindings(
  {
    save,
    tellWorker,
  }: Pick<Platform, 'save'> & { readonly tellWorker: (message: ToWorker) => void },
  silenced: readonly string[],
): void {
  save(SILENCED, JSON.stringify(silenced));
  tellWorker({ type: 'silence', silenced });
}
