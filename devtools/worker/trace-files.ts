/**
 * Traces as the worker opens, writes and keeps them. A script of its own, loaded when that is first asked for, so that the
 * panel's first load stays small.
 */

import { TraceWork } from './trace-work.js';

export const traceFiles = { TraceWork };
export type TraceFiles = typeof traceFiles;
