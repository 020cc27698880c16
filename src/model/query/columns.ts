/**
 * A query over a long recording: the same answers as `evaluate.ts` gives, row by row, but without an object for each
 * message. What goes by connection, context or type is asked once for each of these and then looked up; numbers are
 * read from the columns. Rows that are no messages are few, and go the other way.
 */

import type { IsFound } from '../findings/index.js';
import { connectionMatches, payloadSays } from '../row-text.js';
import type { Row } from '../types.js';
import type { Node, Test } from './ast.js';
import { allOf, each, eachWithText, noneOf, someOf, type BlockTest } from './blocks.js';
import { messageField } from './column-fields.js';
import { Columns, type ColumnModel, type MessageTest } from './column-model.js';
import { cheapFirst, compileQuery, readsPayload } from './evaluate.js';
import { mayHold, valueTest } from './paths.js';
import { patternTest } from './patterns.js';
import { textTest } from './tests.js';

/** Which rows, by their index in the model, are what a query asks for. */
export interface ColumnFilter {
  /** Whether payloads' texts may be asked for. */
  readonly readsText: boolean;
  /**
   * Looks at rows that stand side by side; it stops before one whose payload's text it lacks.
   *
   * @param from index of the first row
   * @param stands 1 or 0 for each row; where it is 1 and the row does not pass, it becomes 0
   * @returns how many rows can be told of, from the first on; `stands` says nothing of the others
   */
  narrow(from: number, stands: Uint8Array): number;
  /** To be called when the model has changed: what was asked once is asked again. */
  refresh(): void;
}

/**
 * @param now epoch milliseconds that ages count back from
 * @param isFound whether a finding is about the row; when not given, none is
 * @param misses how often the model was asked for a text that was not at hand; when not given, what it does not give
 *   counts as empty
 * @returns which rows are what the query asks for
 */
export function compileColumns(
  node: Node,
  model: ColumnModel,
  now: number,
  isFound?: IsFound,
  misses: () => number = () => 0,
): ColumnFilter {
  const { rows } = model;
  const columns = new Columns(model, now, isFound);
  const byMessage = compile(node, columns, misses);
  const byRow = compileQuery(node, model, now, isFound);
  let ids = new Int32Array(0);
  return {
    readsText: readsPayload(node),
    narrow(from, stands) {
      if (ids.length < stands.length) ids = new Int32Array(stands.length);
      const block = { from, ids, length: stands.length };
      const others: number[] = [];
      for (let n = 0; n < block.length; n += 1) {
        const id = rows.messageAt(from + n);
        ids[n] = id;
        if (id >= 0 || stands[n] === 0) continue;
        stands[n] = 0;
        const missed = misses();
        if (byRow(rows.at(from + n) as Row)) others.push(n);
        if (misses() > missed) block.length = n;
      }
      byMessage(block, stands);
      for (const n of others) stands[n] = 1;
      return block.length;
    },
    refresh: () => columns.refresh(),
  };
}

function compile(node: Node, columns: Columns, misses: () => number): BlockTest {
  const within = (part: Node): BlockTest => compile(part, columns, misses);
  switch (node.kind) {
    case 'and':
      return allOf(cheapFirst(node.parts).map(within));
    case 'or':
      return someOf(cheapFirst(node.parts).map(within));
    case 'not':
      return noneOf(within(node.part));
    case 'text':
      return eachWithText(said(columns, { how: 'contains', text: node.text }), misses);
    case 'regex':
      return eachWithText(said(columns, { how: 'regex', pattern: node.pattern }), misses);
    case 'field':
      return each(messageField(node.key, node.test, columns));
    case 'path': {
      // Messages have no reply.
      if (node.root === 'reply') return each(() => false);
      const test = valueTest(node.path, node.test, columns.reading);
      return eachWithText(columns.byPayload(test, mayHold(node.path)), misses);
    }
  }
}

/** Free text, as `rowSays` looks for it in a message. */
function said(columns: Columns, asked: Test): MessageTest {
  const { messages, model } = columns;
  const test = asked.how === 'regex' ? patternTest(asked.pattern) : textTest(asked);
  const inConnection = columns.byConnection((connection) =>
    connectionMatches(connection, test, model),
  );
  const inType = columns.byType((type) => test(type ?? ''));
  const inKind = test('message');
  const inPayload = columns.byPayload(
    (ref) => payloadSays(ref, test, model),
    // What a pattern matches depends on where its text begins and ends.
    asked.how === 'contains' ? test : null,
  );
  return (id, index) =>
    (messages.isRefused(id) ? test(`message refused ${messages.error(id)}`) : inKind) ||
    inType(id, index) ||
    inConnection(id, index) ||
    inPayload(id, index);
}
