/**
 * The query language as the worker uses it. It is a script of its own, loaded when somebody first filters, so
 * that the panel's first load stays small.
 */

import { compileIndexFilter, ValueCounter } from '../../src/model/query/index.js';

export const queryLanguage = { compileIndexFilter, ValueCounter };
export type QueryLanguage = typeof queryLanguage;
