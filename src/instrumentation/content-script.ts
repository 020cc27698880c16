/** Entry for content-script worlds: first in every content script entry of an instrumented extension. */

import { currentStack } from './call-site.js';
import { instrumentContext } from './context.js';

instrumentContext({ kind: 'content-script', ownStack: currentStack() });
