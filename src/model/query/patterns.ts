/**
 * Regular expressions that come from a person. The engine cannot be interrupted, so a pattern that can take
 * exponentially long is refused, and the text that one is tried on is bounded.
 */

import { text as said } from '../../texts/index.js';
import type { Pattern } from './ast.js';

/** Characters of one text that a pattern is tried on, at first and at most. */
const FIRST_CHARS = 250;
export const PATTERN_CHARS = 16_000;
/** How much more text the next try takes. */
const GROWTH = 4;
/** Milliseconds that the next try may take, by what the last one took. */
const NEXT_MS = 200;
/** Repetitions without an end in one pattern: each multiplies the time by the length of the text. */
const MOST_REPETITIONS = 3;

/** @returns why the pattern is not accepted; null when it is */
export function patternProblem({ source, flags }: Pattern): string | null {
  if (/[^imsu]/.test(flags)) return said('query_wrong_flags');
  try {
    // oxlint-disable-next-line no-new -- compiling is the check
    new RegExp(source, flags);
  } catch (error) {
    return said('query_wrong_pattern', { problem: (error as Error).message.replace(/^.*: /s, '') });
  }
  return runsAway(source);
}

interface Group {
  /** Whether what it holds can match in several ways. */
  ambiguous: boolean;
}

/** Looks for a repeated group that can itself match in several ways, as in `(a+)+` or `(a|a)*`. */
function runsAway(source: string): string | null {
  const groups: Group[] = [{ ambiguous: false }];
  let unbounded = 0;
  let closed: Group | null = null;
  const parts =
    /\\[^]|\[(?:\\[^]|[^\]\\])*\]|\((?:\?(?:[:=!]|<[=!]|<[^>]*>))?|[)|]|[*+?]\??|\{\d+(?:,\d*)?\}\??|[^]/gu;
  for (const [part] of source.matchAll(parts)) {
    const current = groups.at(-1) as Group;
    if (part.startsWith('(')) {
      groups.push({ ambiguous: false });
      closed = null;
    } else if (part === ')') {
      closed = groups.length > 1 ? (groups.pop() as Group) : null;
      if (closed?.ambiguous === true) (groups.at(-1) as Group).ambiguous = true;
    } else if (part === '|') {
      current.ambiguous = true;
      closed = null;
    } else if (/^(?:[*+?]|\{\d)/.test(part)) {
      const once = part.startsWith('?');
      if (closed?.ambiguous === true && !once) {
        return said('query_wrong_ambiguous');
      }
      current.ambiguous = true;
      if (/^(?:[*+]|\{\d+,\})/.test(part)) unbounded += 1;
      closed = null;
    } else closed = null;
  }
  return unbounded > MOST_REPETITIONS
    ? said('query_wrong_repetitions', { most: MOST_REPETITIONS })
    : null;
}

/**
 * @returns whether a text matches. At most its first {@link PATTERN_CHARS} characters are looked at, and fewer
 *   where the pattern takes long on them: it is tried on more and more of the text, as long as that is quick.
 */
export function patternTest({ source, flags }: Pattern): (text: string) => boolean {
  const expression = new RegExp(source, flags);
  const growth = GROWTH ** (1 + endless(source));
  return (text) => {
    if (text.length <= FIRST_CHARS) return expression.test(text);
    const most = Math.min(text.length, PATTERN_CHARS);
    for (let length = Math.min(most, FIRST_CHARS); ; length = Math.min(most, length * GROWTH)) {
      const before = performance.now();
      const found = expression.test(length === text.length ? text : text.slice(0, length));
      if (length === most || (performance.now() - before) * growth > NEXT_MS) return found;
    }
  };
}

function endless(source: string): number {
  return source.match(/[*+]|\{\d+,\}/g)?.length ?? 0;
}
