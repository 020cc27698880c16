/** Names of ports as they are shown. */

import { text } from '../../src/texts/index.js';

/** @returns the port's name, or that it has none */
export function shownPortName(name: string): string {
  return name === '' ? text('end_no_name') : name;
}
