/** Entry for content-script worlds: first in every content script entry of an instrumented extension. */

import { callingScript } from './call-site.js';
import { instrument } from './index.js';

instrument({ kind: 'content-script', ownScript: callingScript() });
