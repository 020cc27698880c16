/** How a message or request stands, and how long it took: one rule for the table, the filter and the terminal. */

import { applicationOf } from './labels.js';
import type { Connection, Message, Request } from './types.js';

/** @returns what sets the message apart from one that was delivered and heard; null: nothing */
export function messageStanding(
  message: Message,
  connection: Connection | undefined,
): 'refused' | 'undelivered' | 'unheard' | null {
  if (message.error !== null) return 'refused';
  // What happens in an application nobody can see.
  const native = connection !== undefined && applicationOf(connection) !== null;
  if (message.toward === 'acceptor' && native) return null;
  if (message.deliveries.length === 0) return message.arrivalMuted ? null : 'undelivered';
  return message.deliveries.every((delivery) => delivery.listeners === 0) ? 'unheard' : null;
}

/** @returns milliseconds from the post to the first delivery; null when either is not known */
export function messageLatency({ postedAt, deliveries }: Message): number | null {
  if (postedAt === null || deliveries.length === 0) return null;
  return Math.min(...deliveries.map((delivery) => delivery.at)) - postedAt;
}

/** @returns milliseconds from the call to its reply or error; null when either is not known */
export function requestLatency({ sentAt, settledAt }: Request): number | null {
  return sentAt === null || settledAt === null ? null : settledAt - sentAt;
}
