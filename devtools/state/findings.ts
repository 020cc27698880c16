/** What was found, as the panel knows it, and what of it nobody wants to hear of. */

import { text } from '../../src/texts/index.js';
import { computed, signal } from '@preact/signals';
import type { FindingView } from '../worker-protocol.js';
import type { RecordingState } from './recording.js';
import { silencedFindings, silenceFindings } from './silenced.js';

/** Signals to read and actions to call, for the list of findings. */
export function createFindings(recording: RecordingState) {
  /** Read when needed: the settings change it, too. */
  const silenced = (): readonly string[] => silencedFindings(recording);
  /** The silencings that can be taken back, the last one at the end. */
  const undoable = signal<readonly (readonly string[])[]>([]);

  const set = (next: readonly string[]): void => silenceFindings(recording, next);

  return {
    all: recording.findings,
    canUndo: computed(() => undoable.value.length > 0),
    /** @param name key of a finding, or a rule */
    silence(name: string, words: string): void {
      undoable.value = [...undoable.value, silenced()];
      set([...silenced(), name]);
      recording.announcement.value = text('findings_undo', { done: words });
    },
    /** Lets a finding be heard again, and its rule. */
    restore({ key, rule }: FindingView): void {
      undoable.value = [...undoable.value, silenced()];
      set(silenced().filter((name) => name !== key && name !== rule));
    },
    undo(): void {
      const before = undoable.value.at(-1);
      if (before === undefined) return;
      undoable.value = undoable.value.slice(0, -1);
      set(before);
    },
    /** Has the worker tell of them. @returns ends that */
    watch(): () => void {
      recording.tellWorker({ type: 'findings', wanted: true });
      return () => recording.tellWorker({ type: 'findings', wanted: false });
    },
  };
}
