/** The query for what happened in a stretch of time that was marked in a view. */

import { tokenize, type Token } from '../../src/model/query/index.js';
import { withTerm } from './cell-terms.js';
import { formatTime } from './format.js';

/**
 * @param from epoch milliseconds, included, as is `to`; less than a day apart
 * @returns the query, with that stretch in the place of one that it asked for before
 */
export function withStretch(query: string, from: number, to: number): string {
  const rest = withoutStretch(query);
  const term = stretchTerm(Math.floor(from), Math.floor(to));
  return rest.includes(term) ? rest : withTerm(rest, term);
}

function stretchTerm(from: number, to: number): string {
  const [first, last] = [formatTime(from), formatTime(to)];
  // Times of day begin anew at midnight.
  return first > last ? `(time:>=${first} OR time:<=${last})` : `time:${first}..${last}`;
}

/** Only what stands by itself is taken out: within brackets or alternatives it may mean something else. */
function withoutStretch(query: string): string {
  const tokens = tokenize(query);
  if (tokens.some(({ kind }) => kind === 'or')) return query;
  let depth = 0;
  let rest = query;
  for (const [index, token] of [...tokens.entries()].reverse()) {
    if (token.kind === 'close') depth += 1;
    else if (token.kind === 'open') depth -= 1;
    else if (depth === 0 && isTime(token) && tokens[index - 1]?.kind !== 'not') {
      rest = rest.slice(0, token.from) + rest.slice(token.to);
    }
  }
  return rest.replace(/ {2,}/g, ' ').trim();
}

function isTime(token: Token): boolean {
  return token.kind === 'word' && token.subject?.kind === 'key' && token.subject.key === 'time';
}
