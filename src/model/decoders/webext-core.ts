/** @webext-core/messaging: one-off messages, whose replies the browser itself pairs with them. */

import { hasOnly, own, type Decoder, type Envelope, type Fields } from './decoder.js';

export const WEBEXT_CORE: Decoder = {
  name: '@webext-core/messaging',
  read(fields: Fields): Envelope | null {
    const method = own(fields, 'type');
    if (typeof own(fields, 'id') !== 'number' || typeof own(fields, 'timestamp') !== 'number') {
      return null;
    }
    if (typeof method !== 'string' || !hasOnly(fields, ['id', 'type', 'data', 'timestamp'])) {
      return null;
    }
    return { role: 'request', method, id: null, failed: false };
  },
  failedReply: (fields) => own(fields, 'err') !== undefined,
};
