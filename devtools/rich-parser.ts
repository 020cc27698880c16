/** Entry of the script that brings what reads rich payloads to the panel's worker. */

import { richParser } from './worker/rich-parser.js';

Object.assign(globalThis, { richParser });
