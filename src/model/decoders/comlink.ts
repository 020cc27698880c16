/** comlink 4 over a port: its `Message` and `WireValue` (src/protocol.ts of comlink). */

import { own, type Decoder, type Envelope, type Fields } from './decoder.js';

/** comlink makes its ids of four random numbers in hex. */
const ID = /^[\da-f]{1,14}(?:-[\da-f]{1,14}){3}$/;

const CALLS: Readonly<Record<string, (path: string) => string>> = {
  APPLY: (path) => (path === '' ? '(call)' : path),
  GET: (path) => `get ${path}`.trimEnd(),
  SET: (path) => `set ${path}`.trimEnd(),
  CONSTRUCT: (path) => `new ${path}`.trimEnd(),
  ENDPOINT: () => 'endpoint',
  RELEASE: () => 'release',
};

export const COMLINK: Decoder = {
  name: 'comlink',
  begins:
    /^\{"(?:id":"[\da-f]+(?:-[\da-f]+){3}","type":"[A-Z]+"|type":"(?:RAW","value|HANDLER","name)")/,
  read(fields: Fields): Envelope | null {
    const id = own(fields, 'id');
    const type = own(fields, 'type');
    if (typeof id !== 'string' || !ID.test(id) || typeof type !== 'string') return null;
    if (type === 'RAW' || type === 'HANDLER') {
      const failed = type === 'HANDLER' && own(fields, 'name') === 'throw';
      return { role: 'response', method: null, id, failed };
    }
    const call = Object.hasOwn(CALLS, type) ? CALLS[type] : undefined;
    const path = own(fields, 'path') ?? [];
    if (call === undefined || !Array.isArray(path)) return null;
    return { role: 'request', method: call(path.map(String).join('.')), id, failed: false };
  },
};
