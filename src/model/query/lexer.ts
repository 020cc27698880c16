/** Cuts a query into words, brackets and operators. Every text can be cut. */

import { isKey, type Key } from './keys.js';

/** Text with its place, in UTF-16 units; `to` is exclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export type Value =
  | { readonly form: 'bare' | 'quoted' | 'unclosed'; readonly text: string }
  | { readonly form: 'regex'; readonly source: string; readonly flags: string };

/** What stands before a colon. */
export type Subject =
  | { readonly kind: 'key'; readonly key: Key }
  | {
      readonly kind: 'path';
      readonly root: 'payload' | 'reply';
      readonly path: readonly string[];
    };

export type Operator = '' | '=' | '<' | '<=' | '>' | '>=';

export interface WordToken extends Span {
  readonly kind: 'word';
  /** Null for free text. */
  readonly subject: Subject | null;
  readonly operator: Operator;
  readonly value: Value;
  /** Where operator and value begin. */
  readonly valueFrom: number;
}

export type Token = WordToken | (Span & { readonly kind: 'open' | 'close' | 'and' | 'or' | 'not' });

const SPACE = /\s/u;
const SUBJECT = /([a-z]+)((?:\.[^\s.:"()<>=]+)*):/y;
const OPERATOR = /[<>]=?|=/y;
/** Without spaces, so that two paths are no pattern: `\s` stands for one. */
const REGEX = /\/((?:[^/\\\s]|\\\S|\/(?![a-z]*(?:[\s()]|$)))+)\/([a-z]*)(?=[\s()]|$)/uy;
const OPERATORS: ReadonlyMap<string, 'and' | 'or' | 'not'> = new Map([
  ['AND', 'and'],
  ['OR', 'or'],
  ['NOT', 'not'],
]);

/** @returns the query's parts in their order; between them is nothing but space */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const char = text[at] as string;
    if (SPACE.test(char)) {
      at += 1;
      continue;
    }
    const next = text[at + 1];
    let token: Token;
    if (char === '(') token = { kind: 'open', from: at, to: at + 1 };
    else if (char === ')') token = { kind: 'close', from: at, to: at + 1 };
    else if (char === '-' && next !== undefined && next !== ')' && !SPACE.test(next)) {
      token = { kind: 'not', from: at, to: at + 1 };
    } else token = readWord(text, at);
    tokens.push(token);
    at = token.to;
  }
  return tokens;
}

function readWord(text: string, from: number): Token {
  const named = matchAt(SUBJECT, text, from);
  const subject = named === null ? null : subjectOf(named[1] as string, named[2] as string);
  if (named === null || subject === null) {
    const { value, to } = readValue(text, from);
    const operator = value.form === 'bare' ? OPERATORS.get(value.text) : undefined;
    if (operator !== undefined) return { kind: operator, from, to };
    return { kind: 'word', from, to, subject: null, operator: '', value, valueFrom: from };
  }
  const valueFrom = from + named[0].length;
  const operator = (matchAt(OPERATOR, text, valueFrom)?.[0] ?? '') as Operator;
  const { value, to } = readValue(text, valueFrom + operator.length);
  return { kind: 'word', from, to, subject, operator, value, valueFrom };
}

function subjectOf(word: string, path: string): Subject | null {
  if (word === 'payload' || word === 'reply') {
    return { kind: 'path', root: word, path: path === '' ? [] : path.slice(1).split('.') };
  }
  return path === '' && isKey(word) ? { kind: 'key', key: word } : null;
}

function readValue(text: string, from: number): { readonly value: Value; readonly to: number } {
  if (text[from] === '"') return readQuoted(text, from);
  if (text[from] === '/') {
    const found = matchAt(REGEX, text, from);
    if (found !== null) {
      const [whole, source = '', flags = ''] = found;
      return { value: { form: 'regex', source, flags }, to: from + whole.length };
    }
  }
  const to = endOfBare(text, from);
  return { value: { form: 'bare', text: text.slice(from, to) }, to };
}

/** In quotes, `\"` and `\\` stand for what follows the backslash. */
function readQuoted(text: string, from: number): { readonly value: Value; readonly to: number } {
  let said = '';
  for (let at = from + 1; at < text.length; at += 1) {
    const char = text[at] as string;
    if (char === '"') return { value: { form: 'quoted', text: said }, to: at + 1 };
    const next = text[at + 1];
    if (char === '\\' && (next === '"' || next === '\\')) {
      said += next;
      at += 1;
    } else said += char;
  }
  return { value: { form: 'unclosed', text: said }, to: text.length };
}

/** A bracket belongs to a bare word when its partner stands in the word too: `connect()`. */
function endOfBare(text: string, from: number): number {
  let end = from;
  /** Where the word ends if the brackets opened since stay open. */
  const opened: number[] = [];
  while (end < text.length && !SPACE.test(text[end] as string)) {
    if (text[end] === '(') opened.push(end);
    else if (text[end] === ')') {
      if (opened.length === 0) break;
      opened.pop();
    }
    end += 1;
  }
  return opened[0] ?? end;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
