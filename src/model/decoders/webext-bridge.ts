/**
 * webext-bridge 6: what its contexts and its background say to each other over ports. A message between two contexts
 * passes the background, so it is a message on each of the two connections.
 */

import { fieldsOf, own, type Decoder, type Envelope, type Fields } from './decoder.js';

const UPKEEP: Readonly<Record<string, 'type' | 'status'>> = {
  sync: 'type',
  deliverable: 'status',
  undeliverable: 'status',
  delivered: 'status',
  terminated: 'status',
};

export const WEBEXT_BRIDGE: Decoder = {
  name: 'webext-bridge',
  begins: /^\{"(?:type":"deliver"|status":"incoming"),"message":\{/,
  read(fields: Fields): Envelope | null {
    const type = own(fields, 'type');
    const status = own(fields, 'status');
    if (type === 'deliver' || status === 'incoming') return readMessage(own(fields, 'message'));
    const word = type ?? status;
    if (typeof word !== 'string' || !Object.hasOwn(UPKEEP, word)) return null;
    if (own(fields, UPKEEP[word] as string) !== word || !looksLikeUpkeep(fields)) return null;
    return { role: 'notice', method: word, id: null, failed: false };
  },
};

function readMessage(value: unknown): Envelope | null {
  const message = fieldsOf(value);
  if (message === null) return null;
  const method = own(message, 'messageID');
  const id = own(message, 'transactionId');
  const type = own(message, 'messageType');
  if (typeof method !== 'string' || typeof id !== 'string') return null;
  if (type === 'message') return { role: 'request', method, id, failed: false };
  if (type !== 'reply') return null;
  return { role: 'response', method, id, failed: own(message, 'err') !== undefined };
}

function looksLikeUpkeep(fields: Fields): boolean {
  return [
    'pendingResponses',
    'resolvedDestination',
    'deliverableTo',
    'receipt',
    'fingerprint',
  ].some((name) => Object.hasOwn(fields, name));
}
