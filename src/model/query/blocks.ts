/**
 * Tests of many messages at once, for a million of them: what is the same for all is asked once a block, and each
 * loop does one thing, which engines make fast.
 */

import type { MessageTest } from './column-model.js';

/** Messages whose rows stand side by side. */
export interface Block {
  /** Index of the first row. */
  readonly from: number;
  /** The message that each row is about. */
  readonly ids: Int32Array;
  /** Rows, from the first on, that can be told of: a test that lacks a payload's text ends the block before it. */
  length: number;
}

/** @param stands 1 or 0 for each row; where it is 1 and the message does not pass, it becomes 0 */
export type BlockTest = (block: Block, stands: Uint8Array) => void;

export function each(test: MessageTest): BlockTest {
  return ({ from, ids, length }, stands) => {
    for (let n = 0; n < length; n += 1) {
      if (stands[n] === 1 && !test(ids[n] as number, from + n)) stands[n] = 0;
    }
  };
}

/** @param misses how often the test asked for a text that was not at hand */
export function eachWithText(test: MessageTest, misses: () => number): BlockTest {
  return (block, stands) => {
    const { from, ids } = block;
    for (let n = 0; n < block.length; n += 1) {
      if (stands[n] === 0) continue;
      const missed = misses();
      const passes = test(ids[n] as number, from + n);
      if (misses() > missed) block.length = n;
      else if (!passes) stands[n] = 0;
    }
  };
}

/** @returns what passes all of them; each is asked about what passes those before it */
export function allOf(parts: readonly BlockTest[]): BlockTest {
  return (block, stands) => {
    for (const part of parts) part(block, stands);
  };
}

/** @returns what passes one of them; each is asked about what passes none before it */
export function someOf(parts: readonly BlockTest[]): BlockTest {
  return (block, stands) => {
    const open = stands.slice();
    for (const part of parts) {
      const passing = open.slice();
      part(block, passing);
      for (let n = 0; n < block.length; n += 1) if (passing[n] === 1) open[n] = 0;
    }
    takeOut(open, stands);
  };
}

export function noneOf(part: BlockTest): BlockTest {
  return (block, stands) => {
    const passing = stands.slice();
    part(block, passing);
    takeOut(passing, stands);
  };
}

function takeOut(rows: Uint8Array, from: Uint8Array): void {
  for (let n = 0; n < rows.length; n += 1) if (rows[n] === 1) from[n] = 0;
}
