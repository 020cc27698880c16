/** Entry of the script that brings what looks into rows to the panel's worker. */

import { rowDetails } from './worker/row-details.js';

Object.assign(globalThis, { rowDetails });
