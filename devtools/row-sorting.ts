/** Entry of the script that brings sorting to the panel's worker. */

import { rowSorting } from './worker/row-sorting.js';

Object.assign(globalThis, { rowSorting });
