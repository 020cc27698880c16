/** The views beside the table as the worker makes them. A script of its own, loaded with the first of them. */

import type { ViewAnswer, ViewAsk } from '../../view-protocol.js';
import { conversation } from './conversation.js';
import { contextMap } from './map.js';
import { planLanes, sequence, type LanePlan } from './sequence.js';
import { statistics } from './statistics.js';
import type { Visible } from './visible.js';

export class Views {
  #plan: { readonly revision: number; readonly plan: LanePlan } | null = null;

  /**
   * @param revision of what is visible: the same number, the same rows
   * @param origin when the recording began, epoch milliseconds
   */
  answer(visible: Visible, ask: ViewAsk, revision: number, origin = 0): ViewAnswer {
    switch (ask.view) {
      case 'statistics':
        return statistics(visible, ask.buckets);
      case 'map':
        return contextMap(visible, ask.most);
      case 'sequence': {
        if (this.#plan?.revision !== revision) this.#plan = { revision, plan: planLanes(visible) };
        return sequence(visible, this.#plan.plan, ask.window, ask.most);
      }
      case 'follow':
        return conversation(visible, ask, origin);
    }
  }
}

export const views = { Views };
export type ViewsPart = typeof views;
