import { describe, expect, it } from 'vitest';
import { lineForKey } from '../../../devtools/arithmetic/list-keys.js';

describe('lineForKey', () => {
  it.each([
    ['ArrowDown', 4, 5],
    ['ArrowUp', 4, 3],
    ['PageDown', 4, 14],
    ['PageUp', 4, -6],
    ['Home', 4, 0],
    ['End', 4, 99],
    ['Enter', 4, null],
    ['ArrowDown', null, 0],
    ['ArrowUp', null, 99],
    ['PageDown', null, 10],
    ['PageUp', null, 89],
  ])('%s from %s leads to %s', (key, from, to) => {
    expect(lineForKey(key, from, 100, 10)).toBe(to);
  });
});
