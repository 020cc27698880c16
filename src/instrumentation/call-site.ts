/** Where the host called a messaging function: stack texts, interned, so that each crosses the wire once. */

import {
  ErrorCtor,
  append,
  captureStackTrace,
  safeMap,
  splitLines,
  stringIndexOf,
  stringLastIndexOf,
  stringSlice,
} from './originals.js';
import type { AnyFunction } from './webext-types.js';

/** Distinct stacks remembered; a host with more (generated code) has them sent again. */
const MAX_SITES = 4_096;

export interface CallSites {
  /**
   * @param wrapper the patched function that runs now; its frame and those above it are left out
   * @returns the site's id; `define` has been called for it before
   */
  capture(wrapper: AnyFunction): number;
}

/**
 * @param define is told of each stack that is new
 * @param generation when it changes, every stack is new again
 * @param ownScript URL of the script the instrumentation runs from, when it has one to itself: its frames
 *   are left out wherever they stand
 */
export function createCallSites(
  define: (id: number, stack: string) => void,
  generation: () => number,
  ownScript: string | null,
): CallSites {
  const ids = safeMap<string, number>();
  let definedIn = 0;
  // Ids go on after that, so that an old id never means a new stack.
  let last = 0;

  return {
    capture(wrapper) {
      if (definedIn !== generation()) {
        definedIn = generation();
        ids.clear();
      }
      const stack = currentStack(wrapper);
      const known = ids.get(stack);
      if (known !== undefined) return known;
      if (ids.size >= MAX_SITES) ids.clear();
      last += 1;
      ids.set(stack, last);
      define(last, withoutOwnFrames(stack, ownScript));
      return last;
    },
  };
}

function currentStack(wrapper: AnyFunction): string {
  if (captureStackTrace === undefined) return new ErrorCtor().stack ?? '';
  const holder: { stack?: string } = {};
  captureStackTrace(holder, wrapper);
  return holder.stack ?? '';
}

function withoutOwnFrames(stack: string, ownScript: string | null): string {
  const lines = splitLines(stack);
  const kept: string[] = [];
  for (let i = 0; i < lines.length; i += 1) {
    const line = lines[i] as string;
    if (line !== '' && (ownScript === null || stringIndexOf(line, ownScript) === -1)) {
      append(kept, line);
    }
  }
  let text = '';
  for (let i = 0; i < kept.length; i += 1) text += i === 0 ? kept[i] : `\n${kept[i]}`;
  return text;
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
