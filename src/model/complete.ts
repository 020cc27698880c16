/** Whether all that left a context is known. */

import type { ContextFacts } from './facts.js';

/**
 * @param numbered what a context counts from 1
 * @returns tells of a context whether everything from the first to the last is known. What once was is not looked at
 *   again: nothing becomes unknown.
 */
export function completeness(
  numbered: (context: ContextFacts) => ReadonlyMap<number, { readonly known: boolean }>,
): (context: ContextFacts) => boolean {
  const through = new WeakMap<ContextFacts, number>();
  return (context) => {
    const all = numbered(context);
    let last = through.get(context) ?? 0;
    while (all.get(last + 1)?.known === true) last += 1;
    through.set(context, last);
    return last === all.size;
  };
}
