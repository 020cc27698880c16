/** How a context ended, and what it left unsaid, in words. */

import type { ModelContext } from '../../src/model/types.js';
import type { EndHow } from '../../src/protocol/index.js';
import { formatNoun } from '../arithmetic/format.js';
import type { Described } from './ends.js';

/** @returns how it ended, as `its tab was closed` */
export function endText(how: EndHow, context: ModelContext | undefined): string {
  switch (how) {
    case 'suspended':
      return 'it was stopped';
    case 'navigated':
      return 'its page was left or reloaded';
    case 'frame-removed':
      return 'its frame was removed';
    case 'closed':
      return context?.kind === 'content-script' || context?.kind === 'user-script'
        ? 'its tab was closed, or left for a page where nothing reports'
        : 'it was closed';
    case 'tab-closed':
      return 'its tab was closed';
    case 'discarded':
      return 'Firefox unloaded its tab to free memory';
    case 'crashed':
      return 'its process crashed';
    case 'evicted':
      return 'its page did not come back from the back/forward cache';
    case 'lost':
      return context?.tabId === null
        ? 'it stopped reporting without a word'
        : 'it stopped reporting without a word: its tab was closed, or its process crashed';
    case 'reloaded':
      return 'the extension was reloaded';
    case 'updated':
      return 'the extension was updated';
    case 'disabled':
      return 'the extension was disabled';
    case 'uninstalled':
      return 'the extension was removed';
    case 'removed':
      return 'the extension was disabled or removed';
  }
}

/** The hole a context leaves that could not report its last moment. */
export function unreportedText(context: string, model: Described): string {
  const { posts, arrivals } = model.unreportedBy(context);
  const parts: string[] = [];
  if (posts > 0) parts.push(`its last ${formatNoun(posts, 'post')} (known from delivery)`);
  if (arrivals > 0) parts.push(`whether the last ${formatNoun(arrivals, 'message')} reached it`);
  return parts.length === 0 ? '' : `; not reported: ${parts.join(', ')}`;
}
