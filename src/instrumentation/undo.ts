/** Patches that can be taken out again: for pages that are not the host's alone. */

import { append, defineProperty, getOwnPropertyDescriptor } from './originals.js';
import { watchGetter, wrap, type WatchGetter, type Wrap } from './patch.js';

export interface Patches {
  readonly wrap: Wrap;
  readonly watchGetter: WatchGetter;
  /** Undoes every patch made through this, newest first; what the host has replaced since stays. */
  undo(): void;
}

/** @returns an empty list of patches */
export function createPatches(): Patches {
  const undoers: (() => void)[] = [];
  return {
    wrap(holder, key, wrapper) {
      const slots = holder as Record<string, unknown> | undefined;
      const original = slots?.[key];
      wrap(holder, key, wrapper);
      const ours = slots?.[key];
      if (slots === undefined || ours === original) return;
      append(undoers, () => {
        if (slots[key] === ours) slots[key] = original;
      });
    },
    watchGetter(holder, key, read) {
      void (holder as Record<string, unknown>)[key];
      const native = getOwnPropertyDescriptor(holder, key);
      watchGetter(holder, key, read);
      const ours = getOwnPropertyDescriptor(holder, key)?.get;
      if (native === undefined || ours === native.get) return;
      append(undoers, () => {
        if (getOwnPropertyDescriptor(holder, key)?.get === ours)
          defineProperty(holder, key, native);
      });
    },
    undo() {
      for (let i = undoers.length - 1; i >= 0; i -= 1) undoers[i]?.();
      undoers.length = 0;
    },
  };
}
