/** How a context ended, and what it left unsaid, in words. */

import { counted, text } from '../../src/texts/index.js';
import type { ModelContext } from '../../src/model/types.js';
import type { EndHow } from '../../src/protocol/index.js';
import type { Described } from './ends.js';

/** @returns how it ended, as `its tab was closed` */
export function endText(how: EndHow, context: ModelContext | undefined): string {
  switch (how) {
    case 'suspended':
      return text('end_suspended');
    case 'navigated':
      return text('end_navigated');
    case 'frame-removed':
      return text('end_frame_removed');
    case 'closed':
      return context?.kind === 'content-script' || context?.kind === 'user-script'
        ? text('end_page_closed')
        : text('end_closed');
    case 'tab-closed':
      return text('end_tab_closed');
    case 'discarded':
      return text('end_discarded');
    case 'crashed':
      return text('end_crashed');
    case 'evicted':
      return text('end_evicted');
    case 'lost':
      return context?.tabId === null ? text('end_lost') : text('end_lost_in_tab');
    case 'reloaded':
      return text('end_reloaded');
    case 'updated':
      return text('end_updated');
    case 'disabled':
      return text('end_disabled');
    case 'uninstalled':
      return text('end_uninstalled');
    case 'removed':
      return text('end_removed');
  }
}

/** @returns the hole a context leaves that could not report its last moment; '' for none */
export function unreportedText(context: string, model: Described): string {
  const { posts, arrivals } = model.unreportedBy(context);
  const parts: string[] = [];
  if (posts > 0) parts.push(counted('unreported_posts', posts));
  if (arrivals > 0) parts.push(counted('unreported_arrivals', arrivals));
  return parts.length === 0 ? '' : text('unreported', { what: parts.join(', ') });
}
