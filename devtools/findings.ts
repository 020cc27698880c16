/** Entry of the script that brings the rules to the panel's worker. */

import { FindingsKeeper } from './worker/findings-keeper.js';

Object.assign(globalThis, { FindingsKeeper });
