/**
 * What looks into a row, as the worker uses it: its details, the other half of a call, what it is compared with. It is a script of its own,
 * loaded once the first rows are shown, so that the panel's first load stays small.
 */

import { Exchanges } from '../../src/model/decoders/exchanges.js';
import { viewDetail } from './detail-view.js';
import { previousOf } from './previous.js';
import { viewRpc, withExchange } from './rpc-view.js';

export const rowDetails = { Exchanges, previousOf, viewDetail, viewRpc, withExchange };
export type RowDetails = typeof rowDetails;
