/** What tells whether the payload that left one context is the one that came to another. */

import type { PayloadForm } from '../protocol/index.js';
import { Hasher } from './payload-prints.js';
import { plainJson } from './rich-reader.js';

/**
 * A sender's text may be `rich` where the receiver's is `json`: classes, getters and sharing do not survive
 * the copy. Such a text goes by the JSON that the copy becomes.
 *
 * @returns a name that two texts share if they say the same payload; texts that are cut off or missing
 *   share theirs with all of their kind
 */
export function payloadName(form: PayloadForm, text: string): string {
  switch (form) {
    case 'json':
      return `json ${digest(text)}`;
    case 'rich': {
      const plain = plainJson(text);
      return plain === null ? `rich ${digest(text)}` : `json ${digest(plain)}`;
    }
    case 'json-preview':
    case 'rich-preview':
      return 'preview';
    case 'unreadable':
      return 'unreadable';
  }
}

/** @returns the text's length and hashes, see {@link Print} */
function digest(text: string): string {
  const hasher = new Hasher();
  hasher.look(text, 0, text.length);
  return `${text.length} ${hasher.hash} ${hasher.hash2}`;
}

/** The name of `undefined`, which an unanswered sender gets. */
export const UNDEFINED_NAME = payloadName('rich', '-1');
