/** Reads a query. What is wrong in one place is told with that place, and the rest still applies. */

import { text as said } from '../../texts/index.js';
import type { Node, QueryError, Test } from './ast.js';
import { keyInfo, nearestKeys, wordsBeforeColons, type Key } from './keys.js';
import { tokenize, type Span, type Token, type WordToken } from './lexer.js';
import { readRange } from './numbers.js';
import { patternProblem } from './patterns.js';

export interface Parsed {
  /** Null when nothing is asked for. */
  readonly node: Node | null;
  /** In the order of their places. */
  readonly errors: readonly QueryError[];
}

/** Brackets within brackets; deeper ones are left out. */
const DEEPEST = 40;

/** Characters of a query that are read. */
const LONGEST = 10_000;

const PATH_ROOTS: ReadonlySet<string> = new Set(['payload', 'reply']);

/** A word before a colon, its path, and what stands behind. */
const KEY_LIKE = /^([a-z]+)((?:\.[^\s.:"()<>=]+)*):(.*)$/is;

/** Behind the colon of an address, of a Windows path, or between a namespace and a name. */
const NO_VALUE = /^[/\\:]/;

/** Words that a colon follows in texts of every day. */
const COLON_WORDS: ReadonlySet<string> = new Set([
  'about',
  'blob',
  'data',
  'javascript',
  'localhost',
  'mailto',
  'node',
  'npm',
  'urn',
]);

/** @returns what the text asks for, and what of it could not be read; never throws */
export function parseQuery(text: string): Parsed {
  const parser = new Parser(tokenize(text.slice(0, LONGEST)));
  const node = parser.read();
  if (text.length > LONGEST) {
    const message = said('query_wrong_length', { length: LONGEST });
    parser.errors.push({ from: LONGEST, to: text.length, severity: 'error', message });
  }
  return { node, errors: parser.errors.sort((a, b) => a.from - b.from) };
}

/** A part that was there, though it may have been wrong and so left out. */
interface Part {
  readonly node: Node | null;
  readonly there: boolean;
}

const NOTHING: Part = { node: null, there: false };

class Parser {
  readonly errors: QueryError[] = [];
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  read(): Node | null {
    const parts: Node[] = [];
    for (;;) {
      const { node } = this.#either();
      if (node !== null) parts.push(node);
      const token = this.#tokens[this.#at];
      if (token === undefined) return joined('and', parts);
      this.#wrong(token, said('query_wrong_close'));
      this.#at += 1;
    }
  }

  #either(): Part {
    const parts: Part[] = [this.#all()];
    for (;;) {
      const token = this.#tokens[this.#at];
      if (token?.kind !== 'or') break;
      this.#at += 1;
      const right = this.#all();
      if (parts.at(-1)?.there !== true || !right.there) {
        this.#wrong(token, said('query_wrong_either', { operator: 'OR' }));
      }
      parts.push(right);
    }
    return together('or', parts);
  }

  #all(): Part {
    const parts: Part[] = [];
    for (;;) {
      const token = this.#tokens[this.#at];
      if (token === undefined || token.kind === 'close' || token.kind === 'or') break;
      if (token.kind === 'and') {
        this.#at += 1;
        const next = this.#tokens[this.#at];
        const alone =
          next === undefined || next.kind === 'close' || next.kind === 'or' || next.kind === 'and';
        if (parts.length === 0 || alone) {
          this.#wrong(token, said('query_wrong_either', { operator: 'AND' }));
        }
        continue;
      }
      parts.push(this.#one());
    }
    return together('and', parts);
  }

  #one(): Part {
    let negated = false;
    let token = this.#tokens[this.#at];
    const sign = token;
    while (token?.kind === 'not') {
      negated = !negated;
      this.#at += 1;
      token = this.#tokens[this.#at];
    }
    if (token?.kind !== 'word' && token?.kind !== 'open') {
      if (sign !== undefined) this.#wrong(sign, said('query_wrong_not'));
      return { node: null, there: true };
    }
    this.#at += 1;
    const node = token.kind === 'word' ? this.#term(token) : this.#group(token);
    return { node: node !== null && negated ? { kind: 'not', part: node } : node, there: true };
  }

  #group(open: Span): Node | null {
    if (this.#depth === DEEPEST) {
      this.#wrong(open, said('query_wrong_depth', { depth: DEEPEST }));
      this.#skipGroup();
      return null;
    }
    this.#depth += 1;
    const { node, there } = this.#either();
    this.#depth -= 1;
    const close = this.#tokens[this.#at];
    if (close === undefined) this.#wrong(open, said('query_wrong_open'));
    else {
      this.#at += 1;
      if (!there) this.#wrong({ from: open.from, to: close.to }, said('query_wrong_empty'));
    }
    return node;
  }

  #skipGroup(): void {
    for (let open = 1; open > 0 && this.#at < this.#tokens.length; this.#at += 1) {
      const kind = this.#tokens[this.#at]?.kind;
      if (kind === 'open') open += 1;
      else if (kind === 'close') open -= 1;
    }
  }

  #term(token: WordToken): Node | null {
    const { subject, value } = token;
    if (value.form === 'unclosed') {
      this.#wrong({ from: token.valueFrom, to: token.to }, said('query_wrong_quote'));
    }
    if (subject === null) return this.#free(token);
    const test = subject.kind === 'key' ? this.#testFor(subject.key, token) : this.#pathTest(token);
    if (typeof test === 'string') {
      this.#wrong(token, test);
      return null;
    }
    return subject.kind === 'key'
      ? { kind: 'field', key: subject.key, test }
      : { kind: 'path', root: subject.root, path: subject.path, test };
  }

  #free(token: WordToken): Node | null {
    const { value } = token;
    if (value.form === 'regex') {
      const { source, flags } = value;
      const problem = patternProblem({ source, flags });
      if (problem === null) return { kind: 'regex', pattern: { source, flags } };
      this.#wrong(token, problem);
      return null;
    }
    const { text } = value;
    if (value.form === 'bare') this.#doubtKey(token.from, text);
    return { kind: 'text', text };
  }

  /** What looks like a key and is none may be text all the same: it is looked for, and the person is told. */
  #doubtKey(from: number, text: string): void {
    const [written, word = '', path, value = ''] = KEY_LIKE.exec(text) ?? [];
    if (written === undefined) return;
    const near = nearestKeys(word).filter((key) => path === '' || PATH_ROOTS.has(key));
    const isText = value === '' || NO_VALUE.test(value) || COLON_WORDS.has(word.toLowerCase());
    if (near.length === 0 && (isText || path !== '')) return;
    const keys = (near.length === 0 ? wordsBeforeColons() : near).map((key) => `${key}:`);
    const message = said(near.length === 0 ? 'query_wrong_key' : 'query_wrong_near', {
      keys: keys.join(', '),
    });
    const to = from + text.length - value.length;
    this.errors.push({ from, to, severity: 'warning', message });
  }

  #testFor(key: Key, { operator, value }: WordToken): Test | string {
    const info = keyInfo(key);
    if (value.form === 'regex') {
      if (info.holds !== 'text') return said('query_wrong_pattern_key', { key });
      return patternOf(value.source, value.flags);
    }
    const { text } = value;
    if (value.form === 'bare' && text === '') return said('query_wrong_no_value', { key });
    switch (info.holds) {
      case 'number':
        return readRange(operator, text, info.unit);
      case 'word':
        if (operator !== '' && operator !== '=') return said('query_wrong_compared', { key });
        return Object.hasOwn(info.words, text)
          ? { how: 'word', word: text }
          : said('query_wrong_word', { key, words: Object.keys(info.words).join(', ') });
      case 'text':
        if (operator !== '' && operator !== '=') {
          return said('query_wrong_text', { key });
        }
        return textTest(operator, text, value.form === 'bare');
    }
  }

  #pathTest({ operator, value }: WordToken): Test | string {
    if (value.form === 'regex') return patternOf(value.source, value.flags);
    const { text } = value;
    const bare = value.form === 'bare';
    if (bare && text === '') return said('query_wrong_no_path_value');
    const compared = operator.startsWith('<') || operator.startsWith('>');
    if (compared || (bare && /^-?[\d.e+]*\.\.-?[\d.e+]*$/.test(text))) {
      return readRange(operator, text, 'none');
    }
    return textTest(operator, text, bare);
  }

  #wrong({ from, to }: Span, message: string): void {
    this.errors.push({ from, to, severity: 'error', message });
  }
}

function patternOf(source: string, flags: string): Test | string {
  return patternProblem({ source, flags }) ?? { how: 'regex', pattern: { source, flags } };
}

function textTest(operator: string, text: string, bare: boolean): Test {
  if (operator === '=') return { how: 'equals', text };
  return { how: bare && /^[^/].*[*?]|^[*?]/s.test(text) ? 'glob' : 'contains', text };
}

function together(kind: 'and' | 'or', parts: readonly Part[]): Part {
  if (!parts.some(({ there }) => there)) return NOTHING;
  const nodes = parts.flatMap(({ node }) => (node === null ? [] : [node]));
  return { node: joined(kind, nodes), there: true };
}

function joined(kind: 'and' | 'or', parts: readonly Node[]): Node | null {
  return parts.length > 1 ? { kind, parts } : (parts[0] ?? null);
}
