/** What of a payload would not survive a browser whose extensions' messages are JSON, told from its devalue text. */

import { text } from '../../texts/index.js';

/** Typed entries of devalue's text that JSON loses. Those of ours that are not here, JSON says well enough. */
const LOST = new Set([
  'Map',
  'Set',
  'Date',
  'RegExp',
  'BigInt',
  'ArrayBuffer',
  'DataView',
  'Error',
  'Platform',
  'URL',
  'URLSearchParams',
]);

/** How devalue writes what is no entry of its own. */
const SPECIAL: Readonly<Record<number, string>> = {
  [-3]: 'NaN',
  [-4]: 'Infinity',
  [-5]: 'Infinity',
};

/** A longer text is not looked into. */
const LONGEST = 64_000;

/**
 * Properties that are `undefined` are none of it: JSON leaves them out, and reading them then gives `undefined`.
 *
 * @param stored text of a payload in the form `rich`
 * @returns the kinds of values that JSON loses, each once, in alphabetical order; empty: it loses nothing
 */
export function lostInJson(stored: string): readonly string[] {
  if (stored.length > LONGEST) return [];
  let entries: unknown;
  try {
    entries = JSON.parse(stored);
  } catch {
    return [];
  }
  if (typeof entries === 'number') return entries === -1 ? [] : named(SPECIAL[entries]);
  if (!Array.isArray(entries)) return [];
  const found = new Set<string>();
  for (const entry of entries as unknown[]) {
    if (typeof entry !== 'object' || entry === null) continue;
    const typed = Array.isArray(entry) && typeof entry[0] === 'string' ? entry[0] : null;
    if (typed !== null) {
      if (LOST.has(typed) || typed.startsWith('Temporal.')) found.add(typed);
      else if (typed.endsWith('Array')) found.add(typed);
      continue;
    }
    for (const value of Object.values(entry)) {
      const special = typeof value === 'number' ? SPECIAL[value] : undefined;
      if (special !== undefined) found.add(special);
    }
    if (Array.isArray(entry) && entry.includes(-1)) found.add(text('finding_fact_undefined'));
  }
  return [...found].sort();
}

function named(special: string | undefined): readonly string[] {
  return special === undefined ? [] : [special];
}
