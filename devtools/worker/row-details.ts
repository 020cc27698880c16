/**
 * What looks into a row, as the worker uses it: its details, and the other half of a call. It is a script of its own,
 * loaded once the first rows are shown, so that the panel's first load stays small.
 */

import { Exchanges } from '../../src/model/decoders/exchanges.js';
import { viewDetail } from './detail-view.js';
import { viewRpc, withExchange } from './rpc-view.js';

export const rowDetails = { Exchanges, viewDetail, viewRpc, withExchange };
export type RowDetails = typeof rowDetails;
