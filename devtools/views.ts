/** Entry of the script that brings the views beside the table to the panel's worker. */

import { views } from './worker/views/index.js';

Object.assign(globalThis, { views });
