/** Entry of the script that brings the query language to the panel's worker. */

import { queryLanguage } from './worker/query-language.js';

Object.assign(globalThis, { queryLanguage });
