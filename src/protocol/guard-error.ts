/** The one error a guard throws, and how it shows a value it refused. */

/** Something from outside is not what the protocol says; the message is one line for a person. */
export class GuardError extends Error {
  override readonly name = 'GuardError';
}

const SHOWN_CHARS = 60;

/**
 * @param value anything, hostile things included
 * @returns a short description on one line; never throws
 */
export function describe(value: unknown): string {
  switch (typeof value) {
    case 'string': {
      const shown = JSON.stringify(value.slice(0, SHOWN_CHARS));
      return value.length > SHOWN_CHARS ? `${shown}… (${value.length} characters)` : shown;
    }
    case 'number':
    case 'boolean':
    case 'undefined':
      return String(value);
    case 'object':
      if (value === null) return 'null';
      return Array.isArray(value) ? `an array of ${value.length}` : 'an object';
    default:
      return `a ${typeof value}`;
  }
}
