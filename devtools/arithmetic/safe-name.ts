/** Names that strangers chose, fit to stand in a sentence. */

import { visible } from '../../src/model/visible.js';

const NAME_CHARS = 80;

/** @returns at most 80 characters, without control characters and invisible marks */
export function safeName(name: string): string {
  const shown = visible(name.slice(0, NAME_CHARS));
  return shown === '' ? '(empty)' : name.length > NAME_CHARS ? `${shown}…` : shown;
}
