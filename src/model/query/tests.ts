/** What a value must be: a text contained, equal, like a glob or matched by a pattern; a number within a range. */

import { literal } from '../../protocol/literal.js';
import type { Test } from './ast.js';
import { patternTest } from './patterns.js';

/** @returns whether a text is as the test asks; a range asks nothing of texts */
export function textTest(test: Test): (text: string) => boolean {
  switch (test.how) {
    case 'contains': {
      if (test.text === '') return () => true;
      // It ignores case without making a lower-case copy of every payload.
      const expression = new RegExp(literal(test.text), 'iu');
      return (text) => expression.test(text);
    }
    case 'equals': {
      const expression = new RegExp(`^${literal(test.text)}$`, 'iu');
      return (text) => expression.test(text);
    }
    case 'glob':
      return (text) => isLike(text, test.text);
    case 'regex':
      return patternTest(test.pattern);
    case 'word':
    case 'range':
      return () => false;
  }
}

/** @returns whether a number is within the range */
export function rangeTest({
  low,
  high,
  exclusive,
}: Extract<Test, { how: 'range' }>): (value: number | bigint) => boolean {
  const least = low ?? -Infinity;
  const most = high ?? Infinity;
  return exclusive
    ? (value) => value > least && value < most
    : (value) => value >= least && value <= most;
}

/** The last `*` takes as much as it must; going back to an earlier one is never needed. */
function isLike(text: string, glob: string): boolean {
  const [said, wanted] = [text.toLowerCase(), glob.toLowerCase()];
  let at = 0;
  let next = 0;
  let star = -1;
  let from = 0;
  while (at < said.length) {
    if (wanted[next] === '*') {
      star = next;
      from = at;
      next += 1;
    } else if (wanted[next] === '?' || wanted[next] === said[at]) {
      at += 1;
      next += 1;
    } else if (star >= 0) {
      from += 1;
      at = from;
      next = star + 1;
    } else return false;
  }
  while (wanted[next] === '*') next += 1;
  return next === wanted.length;
}
