/** Entry of the script that brings the sidebar's tree to the panel's worker. */

import { tree } from './worker/tree.js';

Object.assign(globalThis, { tree });
