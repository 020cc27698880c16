/** What somebody threw, in words, without running any code of the host. */

import { copyOfStart, domExceptionText, findProperty } from './originals.js';

/**
 * @param error anything at all
 * @returns its message: what Firefox tells the sender of a listener's error, and what its own errors say
 */
export function messageOf(error: unknown): string {
  return copyOfStart(textOf(error, 'message') ?? 'unprintable');
}

/** @returns its name and message, as in `TypeError: x is undefined` */
export function errorText(error: unknown): string {
  const name = typeof error === 'object' && textOf(error, 'name');
  return name ? copyOfStart(`${name}: ${messageOf(error)}`) : messageOf(error);
}

/** A text that is thrown, or a property's: its own or inherited, but not what a getter of the host's gives. */
function textOf(error: unknown, key: 'name' | 'message'): string | undefined {
  try {
    if (typeof error !== 'object') return `${error as string}`;
    if (error === null) return undefined;
    const property = findProperty(error, key);
    if (property?.get) return domExceptionText(error, key);
    if (property !== undefined) return `${property.value as string}`;
  } catch {
    // The traps of a Proxy; what has no text.
  }
  return undefined;
}
