/** JSON-RPC 2.0 (https://www.jsonrpc.org/specification), whichever library writes it. Batches are not taken apart. */

import { own, type Decoder, type Envelope, type Fields } from './decoder.js';

export const JSON_RPC: Decoder = {
  name: 'JSON-RPC 2.0',
  read(fields: Fields): Envelope | null {
    if (own(fields, 'jsonrpc') !== '2.0') return null;
    const method = own(fields, 'method');
    const id = own(fields, 'id');
    // `1` and `"1"` are two ids.
    const key = id === undefined || id === null ? null : JSON.stringify(id);
    if (typeof method === 'string') {
      return { role: key === null ? 'notice' : 'request', method, id: key, failed: false };
    }
    const failed = own(fields, 'error') !== undefined;
    if (!failed && !Object.hasOwn(fields, 'result')) return null;
    return { role: 'response', method: null, id: key, failed };
  },
};
