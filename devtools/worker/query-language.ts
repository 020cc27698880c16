/**
 * The query language as the worker uses it. It is a script of its own, loaded when somebody first filters
 * or colours rows, so that the panel's first load stays small.
 */

import { compileIndexFilter, ValueCounter } from '../../src/model/query/index.js';
import { RowColours } from './row-colours.js';

export const queryLanguage = { compileIndexFilter, RowColours, ValueCounter };
export type QueryLanguage = typeof queryLanguage;
