/** Entry of the script that brings the reading and writing of traces to the panel's worker. */

import { traceFiles } from './worker/trace-files.js';

Object.assign(globalThis, { traceFiles });
