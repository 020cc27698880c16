/** Where the host called a messaging function: stack texts, interned, so that each crosses the wire once. */

import { MAX_SITES, STACK_CHARS } from './bounds.js';
import { captureStackTrace, copyOfStart, safeMap, stringify } from './originals.js';
import type { Wrapper } from './patch.js';
import { callSites, generation, record } from './reporter.js';

export interface CallSite {
  readonly id: number;
  /** As the browser gave it. */
  readonly stack: string;
  /** Generation in which the collector was told of it. */
  definedIn: number;
}

const sites = safeMap<string, CallSite>();
// Ids go on when the map is emptied, so that an old id never means a new stack.
let last = 0;
// Mostly the same again: comparing it takes a quarter of the time of looking it up.
let lastStack = '';
let lastSite: CallSite | undefined;

/**
 * @param wrapper what runs in the patched function's place now; its frame and those above it are left out
 * @returns null while call sites are not wanted
 */
export function captureSite(wrapper: Wrapper): CallSite | null {
  if (!callSites) return null;
  const stack = currentStack(wrapper);
  if (lastSite !== undefined && stack === lastStack) return lastSite;
  lastSite = sites.get(stack);
  if (lastSite === undefined) {
    if (sites.size >= MAX_SITES) sites.clear();
    last += 1;
    lastSite = { id: last, stack: copyOfStart(stack, STACK_CHARS), definedIn: 0 };
    sites.set(stack, lastSite);
  }
  lastStack = stack;
  return lastSite;
}

/**
 * Tells the collector of the site unless it knows it.
 *
 * @returns the site's id, for an event that comes next; 0 for none, and when it could not be told
 */
export function idOfSite(site: CallSite | null): number {
  if (site === null) return 0;
  const { id, stack } = site;
  if (site.definedIn !== generation) {
    if (!record(`"site",${id},${stringify(stack)}`, null, undefined, 0)) return 0;
    site.definedIn = generation;
  }
  return id;
}

/** @param above frames of this function and of those it called are left out */
export function currentStack(above?: Wrapper): string {
  const holder: { stack?: string } = {};
  captureStackTrace(holder, above);
  return holder.stack ?? '';
}
