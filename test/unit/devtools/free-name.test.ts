import { expect, test } from 'vitest';
import { freeName } from '../../../devtools/arithmetic/free-name.js';

test('a name that is taken gets the first number that is free', () => {
  expect(freeName('noon', [])).toBe('noon');
  expect(freeName('noon', ['noon'])).toBe('noon (2)');
  expect(freeName('noon', ['noon (2)', 'noon', 'noon (4)'])).toBe('noon (3)');
});
