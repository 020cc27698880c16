/** Writes a query so that reading it again gives the same. */

import type { Node, Pattern, Test } from './ast.js';
import { printClock } from './clock.js';
import { keyInfo, type Unit } from './keys.js';

/** Can stand without quotes wherever a value can, and is nothing but itself there. */
const PLAIN = /^[\p{L}\p{N}_][\p{L}\p{N}_.@#-]*$/u;
const OPERATORS = new Set(['AND', 'OR', 'NOT']);
const NUMBERS: Record<Unit, (value: number) => string> = {
  bytes: String,
  milliseconds: (value) => `${value}ms`,
  seconds: (value) => `${value}ms`,
  clock: printClock,
  none: String,
};

/** @returns the query as text; '' when nothing is asked for */
export function printQuery(node: Node | null): string {
  return node === null ? '' : print(node);
}

/** @returns the text as one value of the language: as it is, or in quotes */
export function quoteValue(text: string): string {
  return PLAIN.test(text) && !OPERATORS.has(text) && !text.includes('..') ? text : quoted(text);
}

function print(node: Node): string {
  switch (node.kind) {
    case 'and':
      return node.parts.map(inBrackets).join(' ');
    case 'or':
      return node.parts
        .map((part) => (part.kind === 'and' ? print(part) : inBrackets(part)))
        .join(' OR ');
    case 'not':
      return `-${node.part.kind === 'not' ? `(${print(node.part)})` : inBrackets(node.part)}`;
    case 'text':
      return quoteValue(node.text);
    case 'regex':
      return printPattern(node.pattern);
    case 'field': {
      const info = keyInfo(node.key);
      const unit = info.holds === 'number' ? info.unit : 'none';
      return `${node.key}:${printTest(node.test, NUMBERS[unit])}`;
    }
    case 'path':
      return `${[node.root, ...node.path].join('.')}:${printWithin(node.test)}`;
  }
}

/** Within a payload a lone number is text too, so that a range of one number stays a range. */
function printWithin(test: Test): string {
  return test.how === 'range' && test.low === test.high
    ? `${test.low}..${test.high}`
    : printTest(test, String);
}

function inBrackets(node: Node): string {
  return node.kind === 'and' || node.kind === 'or' ? `(${print(node)})` : print(node);
}

function printTest(test: Test, number: (value: number) => string): string {
  switch (test.how) {
    case 'contains':
      return quoteValue(test.text);
    case 'equals':
      return `=${quoteValue(test.text)}`;
    case 'glob':
      return test.text;
    case 'regex':
      return printPattern(test.pattern);
    case 'word':
      return test.word;
    case 'range': {
      const { low, high, exclusive } = test;
      if (low === null) return `<${exclusive ? '' : '='}${number(high ?? 0)}`;
      if (low === high) return number(low);
      if (high === null) return `>${exclusive ? '' : '='}${number(low)}`;
      return `${number(low)}..${number(high)}`;
    }
  }
}

function printPattern({ source, flags }: Pattern): string {
  return `/${source}/${flags}`;
}

function quoted(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
