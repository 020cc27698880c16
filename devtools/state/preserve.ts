/**
 * Whether what came before a reload stays in view. Nothing is deleted either way: the recording is shared by all
 * toolboxes, and what this one leaves out is one click away.
 */

import { computed, signal } from '@preact/signals';
import type { Fresh } from '../worker-protocol.js';
import type { Platform } from './platform.js';

const KEY = 'preserveOnReload';

/** Signals to read and actions to call. */
export type Preserve = ReturnType<typeof createPreserve>;

export function createPreserve({
  tabId,
  load,
  save,
  onNavigated,
}: Pick<Platform, 'tabId' | 'load' | 'save' | 'onNavigated'>) {
  const on = signal(load(KEY) !== 'no');
  const navigatedAt = signal<number | null>(null);
  const shownUpTo = signal<number | null>(null);
  onNavigated(() => {
    navigatedAt.value = Date.now();
  });
  return {
    /** See `Query`; undefined: everything is to be shown. */
    fresh: computed<Fresh | undefined>(() =>
      on.value ? undefined : { tabId, navigatedAt: navigatedAt.value, shownUpTo: shownUpTo.value },
    ),
    on,
    set(wanted: boolean): void {
      on.value = wanted;
      save(KEY, wanted ? 'yes' : 'no');
    },
    /** Shows what came before the last reload, until the next one. */
    showBefore(): void {
      shownUpTo.value = Date.now();
    },
  };
}
