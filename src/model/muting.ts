/**
 * Mute rules, ready to be asked: a query about an event as it arrives to be recorded. The terms are those that both ends
 * of a message answer alike, each for its own half: a rule must never keep out one half of a message and not the other.
 */

import type { PayloadForm } from '../protocol/index.js';
import { text } from '../texts/index.js';
import { detectMessageType } from './message-type.js';
import type { Node, QueryError, Test } from './query/ast.js';
import { tokenize, type WordToken } from './query/lexer.js';
import { parseQuery } from './query/parser.js';
import { rangeTest, textTest } from './query/tests.js';
import { parseRich } from './rich-parser.js';

/** What is known of an event before it happens. */
export interface Expected {
  readonly kind: 'message' | 'request';
  /** Of its port, and of a native application; null: the port's opening is not known. */
  readonly names: readonly string[] | null;
  /** Id, and name if it has one. */
  readonly extension: readonly string[];
  /** Null: the port's opening is not known. */
  readonly direction: 'out' | 'in' | 'request' | null;
}

/** An event that carries a payload, as far as rules look at it. */
export interface Muteable extends Expected {
  readonly form: PayloadForm;
  readonly bytes: number;
  /** Of the payload. */
  readonly text: () => string;
}

export interface Mute {
  /**
   * Null: it mutes nothing, because of errors or because it asks for nothing. Of what is only {@link Expected}, whether it
   * passes whatever its payload may be.
   */
  readonly passes: ((event: Muteable | Expected) => boolean) | null;
  readonly errors: readonly QueryError[];
}

/** @returns the rule, ready to be asked; one with an error mutes nothing */
export function compileMute(query: string): Mute {
  const { node, errors } = parseQuery(query);
  const foreign = tokenize(query)
    .filter((token) => token.kind === 'word')
    .filter(isForeign)
    .map(({ from, to }): QueryError => {
      return { from, to, severity: 'error', message: text('mute_foreign') };
    });
  // Text is not looked for here, so what may be text is foreign.
  const all = [...errors.filter(({ severity }) => severity === 'error'), ...foreign];
  if (node === null || all.length > 0) return { passes: null, errors: all };
  const asksPort = some(node, ({ key }) => key === 'name' || key === 'port' || key === 'dir');
  const verdict = compile(node);
  return {
    // What is not known may be anything: it is recorded.
    passes: (event) => !(asksPort && event.names === null) && verdict(event) === true,
    errors: [],
  };
}

const KNOWN: ReadonlySet<string> = new Set(['name', 'port', 'type', 'ext', 'dir', 'size']);

type Field = Extract<Node, { kind: 'field' }>;

function some(node: Node, asked: (field: Field) => boolean): boolean {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.parts.some((part) => some(part, asked));
    case 'not':
      return some(node.part, asked);
    case 'field':
      return asked(node);
    default:
      return false;
  }
}

/** @returns whether a term asks for what is not known, or not at both ends alike */
function isForeign({ subject, value }: WordToken): boolean {
  if (subject?.kind !== 'key') return true;
  if (subject.key !== 'is') return !KNOWN.has(subject.key);
  return value.form !== 'bare' || !['message', 'request'].includes(value.text.toLowerCase());
}

/** Null: that depends on the payload, which is not there yet. */
type Verdict = (event: Muteable | Expected) => boolean | null;

function compile(node: Node): Verdict {
  switch (node.kind) {
    case 'and':
      return unlessOne(node.parts.map(compile), false);
    case 'or':
      return unlessOne(node.parts.map(compile), true);
    case 'not': {
      const part = compile(node.part);
      return (event) => {
        const verdict = part(event);
        return verdict === null ? null : !verdict;
      };
    }
    case 'field':
      return compileField(node);
    default:
      return () => false;
  }
}

/** @returns the verdict of one that says `decisive`, whatever the others say; else null if one does not know */
function unlessOne(parts: readonly Verdict[], decisive: boolean): Verdict {
  return (event) => {
    let isKnown = true;
    for (const part of parts) {
      const verdict = part(event);
      if (verdict === decisive) return decisive;
      if (verdict === null) isKnown = false;
    }
    return isKnown ? !decisive : null;
  };
}

function compileField({ key, test }: Field): Verdict {
  switch (key) {
    case 'name':
    case 'port': {
      const matches = textTest(test);
      return ({ names }) => names?.some(matches) === true;
    }
    case 'ext': {
      const matches = textTest(test);
      return ({ extension }) => extension.some(matches);
    }
    case 'type':
      return typeTest(test);
    case 'size': {
      const within = test.how === 'range' ? rangeTest(test) : () => false;
      return (event) =>
        'form' in event ? event.form !== 'unreadable' && within(event.bytes) : null;
    }
    case 'dir':
      return ({ direction }) => test.how === 'word' && direction === test.word;
    case 'is':
      return ({ kind }) => test.how === 'word' && kind === test.word;
    default:
      return () => false;
  }
}

function typeTest(test: Test): Verdict {
  const matches = textTest(test);
  const may = mayHold(test);
  return (event) => {
    if (!('form' in event)) return null;
    if (may?.(event.text()) === false) return false;
    const type = typeOf(event);
    return type !== null && matches(type);
  };
}

/**
 * Finding a type takes microseconds, of a thread that is borrowed; most payloads do not even hold the word.
 *
 * @returns whether a payload's text may be of a type that passes; null: its text does not tell
 */
function mayHold(test: Test): ((text: string) => boolean) | null {
  if (test.how !== 'contains' && test.how !== 'equals') return null;
  // What JSON writes as it is. A number may be written in several ways.
  const isPlain = /^[\p{L}\p{N} _$:./#-]+$/u.test(test.text) && !/^[\d.e-]*$/i.test(test.text);
  return isPlain ? textTest({ how: 'contains', text: test.text }) : null;
}

/** Several rules ask about one event, one after the other. */
let last: { readonly of: Muteable; readonly type: string | null } | null = null;

function typeOf(event: Muteable): string | null {
  if (last?.of === event) return last.type;
  const { form } = event;
  const said = event.text();
  const value = form === 'rich' ? (parseRich(said) ?? { value: undefined }) : undefined;
  last = { of: event, type: detectMessageType(form, said, value) };
  return last.type;
}
