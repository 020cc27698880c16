/** The views beside the table as the worker makes them. A script of its own, loaded with the first of them. */

import type { ViewAnswer, ViewAsk } from '../../view-protocol.js';
import { conversation } from './conversation.js';
import { contextMap } from './map.js';
import { planLanes, sequence, type LanePlan } from './sequence.js';
import { statistics } from './statistics.js';
import { connectionsIn, type Visible } from './visible.js';

export class Views {
  /** What moving about in the same rows need not find out again; each made when it is first asked for. */
  #found: { readonly revision: number; plan?: LanePlan; connections?: readonly number[] } = {
    revision: -1,
  };

  /**
   * @param revision of what is visible: the same number, the same rows
   * @param origin when the recording began, epoch milliseconds
   */
  answer(visible: Visible, ask: ViewAsk, revision: number, origin = 0): ViewAnswer {
    if (this.#found.revision !== revision) this.#found = { revision };
    const found = this.#found;
    switch (ask.view) {
      case 'statistics':
        return statistics(visible, ask.buckets);
      case 'map':
        return contextMap(visible, ask.most);
      case 'sequence': {
        found.plan ??= planLanes(visible);
        found.connections ??= connectionsIn(visible);
        return sequence(visible, found.plan, found.connections, ask.window, ask.most);
      }
      case 'follow':
        found.connections ??= connectionsIn(visible);
        return conversation(visible, found.connections, ask, origin);
    }
  }
}

export const views = { Views };
export type ViewsPart = typeof views;
