/** A message as text to paste somewhere else: as data, as code that sends it again, as a fixture for a test. */

import type { Detail, RequestDetail } from '../worker-protocol.js';
import { javaScriptOf, unwritable } from './javascript.js';

/** Whose payload: the message's or question's, or the reply's. */
export type Part = 'payload' | 'reply';

/**
 * @param exact JSON says the value exactly
 * @returns JSON; for a single text the text itself, which is what one wants of it; a JavaScript expression where
 *   JSON cannot say it
 */
export function pasteable(value: unknown, exact: boolean): string {
  if (typeof value === 'string') return value;
  return exact ? jsonOf(value) : javaScriptOf(value);
}

/** @returns indented JSON; a comment where the value is nested too deep to write */
export function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value, null, 2);
  } catch (error) {
    return unwritable(error);
  }
}

/** @returns a call that sends the same once more */
export function callOf(value: unknown, { request }: Detail, part: Part): string {
  const js = javaScriptOf(value);
  if (part === 'reply') return `sendResponse(${js});`;
  return request === null ? `port.postMessage(${js});` : `await browser.${sendCall(request, js)};`;
}

function sendCall({ target }: RequestDetail, js: string): string {
  const { tabId, extensionId, application, ...options } = { ...target };
  const rest = Object.keys(options).length === 0 ? '' : `, ${javaScriptOf(options)}`;
  if (tabId !== undefined) return `tabs.sendMessage(${tabId}, ${js}${rest})`;
  if (application !== undefined) {
    return `runtime.sendNativeMessage(${JSON.stringify(application)}, ${js})`;
  }
  const other = extensionId === undefined ? '' : `${JSON.stringify(extensionId)}, `;
  return `runtime.sendMessage(${other}${js}${rest})`;
}

/**
 * @param reply the reply's value in a box, of a request that has one
 * @returns an object literal; times are milliseconds since the recording began
 */
export function fixtureOf(
  value: unknown,
  { row, deliveries, request }: Detail,
  reply?: { readonly value: unknown },
): string {
  const since = (at: number): number => Math.round((at - row.at + row.since) * 1000) / 1000;
  const arrivals = deliveries.flatMap(({ at }) => (at === null ? [] : [since(at)]));
  return javaScriptOf({
    name: row.port ?? row.connection,
    ...(row.messageType === '' ? {} : { type: row.messageType }),
    direction:
      row.direction === 'out'
        ? 'from opener'
        : row.direction === 'in'
          ? 'to opener'
          : 'request and reply',
    payload: value,
    ...(reply === undefined ? {} : { reply: reply.value }),
    ...(request === null
      ? { postedAt: since(row.at), deliveredAt: arrivals }
      : {
          sentAt: request.sentAt === null ? null : since(request.sentAt),
          settledAt: request.settledAt === null ? null : since(request.settledAt),
        }),
  });
}
