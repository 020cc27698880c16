/** `{channel, msgId, msg}` and `{msgId, msg}`: uBlock Origin's messaging, and that of extensions that took it over. */

import { fieldsOf, hasOnly, own, type Decoder, type Envelope, type Fields } from './decoder.js';

const PARTS = ['channel', 'msgId', 'msg'];

export const UBLOCK: Decoder = {
  name: '{msgId, msg}',
  begins: /^\{"(?:channel":"[^"\\]{0,80}","msgId"|msgId":\d+[,}])/,
  read(fields: Fields): Envelope | null {
    const number = own(fields, 'msgId');
    if (typeof number !== 'number' || !hasOnly(fields, PARTS)) return null;
    const channel = own(fields, 'channel');
    const id = String(number);
    if (channel === undefined) return { role: 'response', method: null, id, failed: false };
    if (typeof channel !== 'string') return null;
    const what = own(fieldsOf(own(fields, 'msg')) ?? {}, 'what');
    const method = typeof what === 'string' ? what : channel;
    return { role: 'request', method, id, failed: false };
  },
};
