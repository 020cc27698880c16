/** Makes a predicate over rows of a query. What needs no payload is asked first. */

import type { IsFound } from '../findings/index.js';
import { rowSays, type RowPredicate } from '../row-text.js';
import type { PayloadRef, Row } from '../types.js';
import type { Node, Test } from './ast.js';
import type { Key, NumberKey, TextKey } from './keys.js';
import { someNumber, payloadOf } from './number-fields.js';
import { valueTest } from './paths.js';
import { patternTest } from './patterns.js';
import { Reading, type Readable } from './reading.js';
import { someText } from './text-fields.js';
import { rangeTest, textTest } from './tests.js';
import { wordTest } from './word-fields.js';

/**
 * @param node null passes everything
 * @param now epoch milliseconds that ages count back from
 * @param isFound whether a finding is about the row; when not given, none is
 * @returns whether a row is what the query asks for. It reads the model as it then is.
 */
export function compileQuery(
  node: Node | null,
  model: Readable,
  now: number,
  isFound?: IsFound,
): RowPredicate {
  return node === null ? () => true : compile(node, new Reading(model, now, isFound));
}

/** @returns whether the answer depends on what the findings are about */
export function asksForFindings(node: Node | null): boolean {
  return some(
    node,
    (part) =>
      part.kind === 'field' &&
      part.test.how === 'word' &&
      (part.test.word === 'finding' || part.test.word === 'leaked'),
  );
}

/** @returns whether the answer changes as time goes by */
export function asksForAge(node: Node | null): boolean {
  return some(node, (part) => part.kind === 'field' && part.key === 'age');
}

function compile(node: Node, reading: Reading): RowPredicate {
  switch (node.kind) {
    case 'and': {
      const parts = cheapFirst(node.parts).map((part) => compile(part, reading));
      return (row) => parts.every((part) => part(row));
    }
    case 'or': {
      const parts = cheapFirst(node.parts).map((part) => compile(part, reading));
      return (row) => parts.some((part) => part(row));
    }
    case 'not': {
      const part = compile(node.part, reading);
      return (row) => !part(row);
    }
    case 'text': {
      const test = textTest({ how: 'contains', text: node.text });
      return (row) => rowSays(row, test, reading.model);
    }
    case 'regex': {
      const test = patternTest(node.pattern);
      return (row) => rowSays(row, test, reading.model);
    }
    case 'field':
      return compileField(node.key, node.test, reading);
    case 'path': {
      const test = valueTest(node.path, node.test, reading);
      return (row) => test(node.root === 'payload' ? payloadOf(row) : replyOf(row));
    }
  }
}

function compileField(key: Key, test: Test, reading: Reading): RowPredicate {
  if (test.how === 'word') {
    const says = wordTest(key, test.word);
    return (row) => says(row, reading);
  }
  if (test.how === 'range') {
    const within = rangeTest(test);
    return (row) => someNumber(key as NumberKey, row, reading, within);
  }
  const matches = rememberedText(test);
  return (row) => someText(key as TextKey, row, reading, matches);
}

/** Texts whose verdict is kept: a recording has few names, and millions of rows. */
const MOST_VERDICTS = 5_000;

/** @returns the test of texts, which asks once about texts that come again and again */
export function rememberedText(asked: Test): (text: string) => boolean {
  const test = textTest(asked);
  const verdicts = new Map<string, boolean>();
  return (text) => {
    const known = verdicts.get(text);
    if (known !== undefined) return known;
    const verdict = test(text);
    if (verdicts.size < MOST_VERDICTS) verdicts.set(text, verdict);
    return verdict;
  };
}

/** What needs no payload comes first. */
export function cheapFirst(parts: readonly Node[]): Node[] {
  return [...parts].sort((a, b) => Number(readsPayload(a)) - Number(readsPayload(b)));
}

export function readsPayload(node: Node): boolean {
  return some(node, ({ kind }) => kind === 'text' || kind === 'regex' || kind === 'path');
}

function some(node: Node | null, test: (node: Node) => boolean): boolean {
  if (node === null) return false;
  if (test(node)) return true;
  if (node.kind === 'and' || node.kind === 'or') return node.parts.some((part) => some(part, test));
  return node.kind === 'not' && some(node.part, test);
}

function replyOf(row: Row): PayloadRef | null {
  return row.kind === 'request' ? (row.request.reply?.payload ?? null) : null;
}
