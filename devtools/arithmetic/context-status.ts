/** A context's status as it is shown: what the worker knows of it, and what the panel knows of the recording. */

import { text } from '../../src/texts/index.js';
import type { ContextNode } from '../worker-protocol.js';

export interface ShownStatus {
  readonly state: ContextNode['status']['state'] | 'paused';
  readonly text: string;
}

/** What the panel knows of the recording as a whole. */
export interface RecordingFacts {
  /** Null while nobody has said. */
  readonly on: boolean | null;
  readonly isTrace: boolean;
  /** Whether Porthole's background answers, or sleeps. */
  readonly isReachable: boolean;
}

/** @returns the status with which a context is shown */
export function shownStatus(
  { status }: Pick<ContextNode, 'status'>,
  { on, isTrace, isReachable }: RecordingFacts,
): ShownStatus {
  if (isTrace && (status.state === 'recording' || status.state === 'waiting')) {
    return { state: 'gone', text: text('status_of_trace') };
  }
  if (status.state !== 'recording') return status;
  if (!isReachable) return { state: 'waiting', text: text('status_unreachable') };
  return on === false ? { state: 'paused', text: text('status_paused') } : status;
}
