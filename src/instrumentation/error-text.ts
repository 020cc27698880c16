/** What somebody threw, in words, without running any code of the host. */

import {
  copyOfStart,
  describeError,
  domExceptionMessage,
  getOwnPropertyDescriptor,
  getPrototypeOf,
} from './originals.js';

/** @returns its message: what Firefox tells the sender of a listener's error, and what its own errors say */
export function messageOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return describeError(error);
  return copyOfStart(textOf(error, 'message') ?? domExceptionMessage(error));
}

/** @returns its name and message, as in `TypeError: x is undefined` */
export function errorText(error: unknown): string {
  const message = messageOf(error);
  const name = typeof error === 'object' && error !== null && textOf(error, 'name');
  return name ? copyOfStart(`${name}: ${message}`) : message;
}

/** A property's text, its own or inherited; undefined when it is none, or behind a getter. */
function textOf(error: object, key: string): string | undefined {
  try {
    for (let holder: object | null = error; holder !== null; holder = getPrototypeOf(holder)) {
      const descriptor = getOwnPropertyDescriptor(holder, key);
      if (descriptor !== undefined) {
        return typeof descriptor.value === 'string' ? descriptor.value : undefined;
      }
    }
  } catch {
    // The traps of a Proxy.
  }
  return undefined;
}
