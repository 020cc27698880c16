/** Where the host called a messaging function: stack texts, interned, so that each crosses the wire once. */

import {
  ErrorCtor,
  captureStackTrace,
  copyOfStart,
  safeMap,
  splitLines,
  stringIndexOf,
  stringLastIndexOf,
  stringSlice,
} from './originals.js';
import type { Wrapper } from './patch.js';

/** Distinct stacks remembered; a host with more (generated code) has them sent again. */
const MAX_SITES = 4_096;
/** Characters kept of a stack: URLs of scripts can be whole scripts. */
const STACK_CHARS = 16_000;

export interface CallSite {
  readonly id: number;
  readonly stack: string;
  /** Generation in which the collector was told of it. */
  definedIn: number;
}

export interface CallSites {
  /** @param wrapper what runs in the patched function's place now; its frame and those above it are left out */
  capture(wrapper: Wrapper): CallSite;
  /**
   * Tells the collector of the site unless it knows it.
   *
   * @returns the site's id, for an event that comes next; 0 when it could not be told
   */
  idOf(site: CallSite): number;
}

/**
 * @param define tells the collector; returns whether that was kept
 * @param generation when it changes, the collector knows none
 * @param ownScript URL of the script the instrumentation runs from, when it has one to itself: its frames
 *   are left out wherever they stand
 */
export function createCallSites(
  define: (id: number, stack: string) => boolean,
  generation: () => number,
  ownScript: string | null,
): CallSites {
  const sites = safeMap<string, CallSite>();
  // Ids go on when the map is emptied, so that an old id never means a new stack.
  let last = 0;
  // Mostly the same again: comparing it takes a quarter of the time of looking it up.
  let lastStack = '';
  let lastSite: CallSite | undefined;

  return {
    capture(wrapper) {
      const stack = currentStack(wrapper);
      if (lastSite !== undefined && stack === lastStack) return lastSite;
      let site = sites.get(stack);
      if (site === undefined) {
        if (sites.size >= MAX_SITES) sites.clear();
        last += 1;
        site = { id: last, stack: withoutOwnFrames(stack, ownScript), definedIn: 0 };
        sites.set(stack, site);
      }
      lastStack = stack;
      lastSite = site;
      return site;
    },
    idOf(site) {
      const now = generation();
      if (site.definedIn !== now) {
        if (!define(site.id, site.stack)) return 0;
        site.definedIn = now;
      }
      return site.id;
    },
  };
}

function currentStack(wrapper: Wrapper): string {
  const holder: { stack?: string } = {};
  captureStackTrace(holder, wrapper);
  return holder.stack ?? '';
}

function withoutOwnFrames(stack: string, ownScript: string | null): string {
  const lines = splitLines(stack);
  let text = '';
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] as string;
    if (line !== '' && (ownScript === null || stringIndexOf(line, ownScript) === -1)) {
      text += text === '' ? line : `\n${line}`;
    }
  }
  return copyOfStart(text, STACK_CHARS);
}

/** @returns the URL of the script that calls this, as its stack frames name it; null if it cannot be told */
export function callingScript(): string | null {
  const first = splitLines(new ErrorCtor().stack ?? '')[0] ?? '';
  const at = stringLastIndexOf(first, '@');
  const column = stringLastIndexOf(first, ':');
  if (at === -1 || column <= at) return null;
  const line = stringLastIndexOf(stringSlice(first, 0, column), ':');
  return line <= at ? null : stringSlice(first, at + 1, line);
}
