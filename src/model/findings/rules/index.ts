/** All rules. */

import type { Rule } from '../evidence.js';
import { backgroundStopped } from './background-stopped.js';
import { chromeRules } from './chrome.js';
import { duplicateMessages } from './duplicates.js';
import { listenersPileUp } from './listeners.js';
import { nobodyListens } from './nobody-listens.js';
import { portLeak } from './port-leak.js';
import { reconnectStorm } from './reconnect-storm.js';
import { refusedPosts } from './refused-posts.js';
import { replyRules } from './replies.js';
import { sizes } from './sizes.js';
import { slow } from './slow.js';
import { receiverFrozen, unheardMessages } from './unheard.js';

export const RULES: readonly Rule[] = [
  nobodyListens,
  unheardMessages,
  receiverFrozen,
  refusedPosts,
  backgroundStopped,
  reconnectStorm,
  portLeak,
  replyRules,
  slow,
  sizes,
  chromeRules,
  duplicateMessages,
  listenersPileUp,
];
