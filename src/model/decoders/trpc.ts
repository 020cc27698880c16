/** tRPC over ports, as trpc-browser and trpc-chrome write it: tRPC's own message in a property `trpc`. */

import { fieldsOf, hasOnly, own, type Decoder, type Envelope, type Fields } from './decoder.js';

export const TRPC: Decoder = {
  name: 'tRPC',
  begins: /^\{"trpc":\{/,
  read(fields: Fields): Envelope | null {
    const message = fieldsOf(own(fields, 'trpc'));
    if (message === null || !hasOnly(fields, ['trpc'])) return null;
    const key = own(message, 'id');
    if (typeof key !== 'string' && typeof key !== 'number') return null;
    const id = JSON.stringify(key);
    const kind = own(message, 'method');
    if (kind === 'subscription.stop') {
      return { role: 'notice', method: 'subscription.stop', id: null, failed: false };
    }
    if (typeof kind === 'string') {
      const path = own(fieldsOf(own(message, 'params')) ?? {}, 'path');
      return { role: 'request', method: typeof path === 'string' ? path : kind, id, failed: false };
    }
    const failed = own(message, 'error') !== undefined;
    if (!failed && own(message, 'result') === undefined) return null;
    return { role: 'response', method: null, id, failed };
  },
};
