/** Names of ports as they are shown. */

import { visible } from '../../src/model/visible.js';
import { text } from '../../src/texts/index.js';

/** @returns the port's name without control characters, or that it has none */
export function shownPortName(name: string): string {
  return name === '' ? text('end_no_name') : visible(name);
}
