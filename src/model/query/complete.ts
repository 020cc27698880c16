/** What can be completed where the caret is: a key, or a value of one. Pure: the values come from elsewhere. */

import type { Key } from './keys.js';
import { tokenize } from './lexer.js';

export interface Place {
  /** What a completion takes the place of, in UTF-16 units; `to` is exclusive. */
  readonly from: number;
  readonly to: number;
  /** Whose values are wanted; null: a key is. */
  readonly key: Key | null;
  /** What of it stands before the caret. */
  readonly typed: string;
}

/** @returns what is being typed at the caret; null where nothing can be completed */
export function placeAt(text: string, caret: number): Place | null {
  const token = tokenize(text).find(({ from, to }) => from < caret && caret <= to);
  if (token === undefined || token.kind !== 'word') {
    return { from: caret, to: caret, key: null, typed: '' };
  }
  const { from, to, subject, valueFrom, operator, value } = token;
  if (subject === null) {
    const typed = text.slice(from, caret);
    return /^[a-z]*$/i.test(typed) ? { from, to, key: null, typed: typed.toLowerCase() } : null;
  }
  const compared = operator !== '' && operator !== '=';
  if (subject.kind === 'path' || value.form === 'regex' || compared || caret < valueFrom)
    return null;
  const typed = text.slice(valueFrom + operator.length, caret).replace(/^"|"$/g, '');
  return { from: valueFrom, to, key: subject.key, typed };
}
