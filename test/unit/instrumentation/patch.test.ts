import { expect, it } from 'vitest';
import { callOriginal, standIn, wrap } from '../../../src/instrumentation/patch.js';
import { createPatches } from '../../../src/instrumentation/undo.js';

const api = (): { max: (...args: number[]) => number } => ({ max: Math.max });

it('is what it stands for in all that can be looked at', () => {
  const ours = standIn(Math.max as (...args: unknown[]) => unknown, () => 0);
  expect([ours.name, ours.length, Reflect.ownKeys(ours)]).toEqual(['max', 2, ['length', 'name']]);
  expect(Object.getPrototypeOf(ours)).toBe(Function.prototype);
  expect('prototype' in ours).toBe(false);
  expect(Function.prototype.toString.call(ours)).toMatch(/\{\s*\[native code\]\s*\}/);
  expect(() => Reflect.construct(ours, [])).toThrow(TypeError);
});

it('passes on the receiver, and calls no trap that the host put on Object.prototype', () => {
  const holder = api();
  const seen: unknown[] = [];
  wrap(holder, 'max', (original, receiver, args) => {
    seen.push(receiver);
    return callOriginal(original, receiver, args);
  });
  const prototype = Object.prototype as { has?: unknown };
  prototype.has = () => seen.push('a trap of the host');
  try {
    expect(holder.max(1, 3, 2)).toBe(3);
    expect('name' in holder.max).toBe(true);
  } finally {
    delete prototype.has;
  }
  expect(seen).toEqual([holder]);
});

it('takes out what it put in, unless the host has put something of its own there', () => {
  const holder = api();
  const other = api();
  const patches = createPatches();
  patches.wrap(holder, 'max', () => 0);
  patches.wrap(other, 'max', () => 0);
  const mine = (): number => 1;
  other.max = mine;
  patches.undo();
  expect(holder.max).toBe(Math.max);
  expect(other.max).toBe(mine);
});
