/** Numbers with units, comparisons and ranges. */

import { text as said } from '../../texts/index.js';
import type { Test } from './ast.js';
import { readClock } from './clock.js';
import type { Unit } from './keys.js';
import type { Operator } from './lexer.js';

const NUMBER = /^(-?(?:\d+(?:\.\d+)?|\.\d+)(?:e[+-]?\d+)?)([a-zµ]*)$/i;

const BYTES: Readonly<Record<string, number>> = {
  b: 1,
  k: 1e3,
  kb: 1e3,
  m: 1e6,
  mb: 1e6,
  g: 1e9,
  gb: 1e9,
  ki: 1024,
  kib: 1024,
  mi: 1024 ** 2,
  mib: 1024 ** 2,
};

const TIMES: Readonly<Record<string, number>> = {
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1e3,
  m: 60e3,
  min: 60e3,
  h: 3_600e3,
  d: 86_400e3,
};

/** What one stands for without a unit, what the units are, and an example. */
const SCALES: Record<
  Unit,
  {
    readonly one: number;
    readonly units: Readonly<Record<string, number>>;
    readonly example: string;
  }
> = {
  bytes: { one: 1, units: BYTES, example: '>1k' },
  milliseconds: { one: 1, units: TIMES, example: '>50ms' },
  seconds: { one: 1e3, units: TIMES, example: '<10s' },
  clock: { one: 1, units: {}, example: '14:03:12' },
  none: { one: 1, units: {}, example: '1' },
};

/**
 * @param text a number, or two with `..` between them
 * @returns the range it stands for, or what is wrong with it
 */
export function readRange(operator: Operator, text: string, unit: Unit): Test | string {
  const [first = '', second, ...more] = text.split('..');
  if (second !== undefined) {
    if (operator !== '' && operator !== '=') return said('query_wrong_range');
    if (more.length > 0 || (first === '' && second === '')) return wrong(text, unit);
    const low = first === '' ? null : readEdges(first, unit).first;
    const high = second === '' ? null : readEdges(second, unit).last;
    if (Number.isNaN(low ?? 0) || Number.isNaN(high ?? 0)) return wrong(text, unit);
    if (low !== null && high !== null && low > high) return said('query_wrong_order');
    return { how: 'range', low, high, exclusive: false };
  }
  const value = readEdges(first, unit);
  if (Number.isNaN(value.first)) return wrong(text, unit);
  const exclusive = operator === '<' || operator === '>';
  return {
    how: 'range',
    low: operator.startsWith('<') ? null : exclusive ? value.last : value.first,
    high: operator.startsWith('>') ? null : exclusive ? value.first : value.last,
    exclusive,
  };
}

/** A time of day is as long as it is exact; a number is one point. */
function readEdges(text: string, unit: Unit): { readonly first: number; readonly last: number } {
  if (unit === 'clock') return readClock(text) ?? { first: Number.NaN, last: Number.NaN };
  const value = readNumber(text, unit);
  return { first: value, last: value };
}

/** @returns the number in its base unit; NaN when it is none, or its unit is unknown */
function readNumber(text: string, unit: Unit): number {
  const found = NUMBER.exec(text);
  if (found === null) return Number.NaN;
  const [, digits = '', name = ''] = found;
  const { one, units } = SCALES[unit];
  const lower = name.toLowerCase();
  const factor = name === '' ? one : Object.hasOwn(units, lower) ? units[lower] : undefined;
  const value = Number(digits) * (factor ?? Number.NaN);
  // Adding 0 makes 0 of -0.
  return Number.isFinite(value) ? value + 0 : Number.NaN;
}

function wrong(text: string, unit: Unit): string {
  const { units, example } = SCALES[unit];
  const known = [...new Set(Object.keys(units))].join(', ');
  if (unit === 'clock') return said('query_wrong_time', { text, example });
  return known === ''
    ? said('query_wrong_number', { text, example })
    : said('query_wrong_unit', { text, example, units: known });
}
