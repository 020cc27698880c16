/**
 * A query over a long recording: the same answers as `evaluate.ts` gives, row by row, but without an object for each
 * message. What goes by connection, context or type is asked once for each of these and then looked up; numbers are
 * read from the columns. Rows that are no messages are few, and go the other way.
 */

import { connectionMatches, payloadSays } from '../row-text.js';
import type { Row } from '../types.js';
import type { Node, Test } from './ast.js';
import { messageField } from './column-fields.js';
import { Columns, type ColumnModel, type MessageTest } from './column-model.js';
import { cheapFirst, compileQuery } from './evaluate.js';
import { mayHold, valueTest } from './paths.js';
import { patternTest } from './patterns.js';
import { textTest } from './tests.js';

/** Whether rows, by their index in the model, are what a query asks for. */
export interface ColumnFilter {
  /** Payloads whose text is not at hand count as empty. */
  passes(index: number): boolean;
  /** To be called when the model has changed: what was asked once is asked again. */
  refresh(): void;
}

/**
 * @param now epoch milliseconds that ages count back from
 * @param isFound whether a finding is about the row; when not given, none is
 * @returns whether a row is what the query asks for
 */
export function compileColumns(
  node: Node,
  model: ColumnModel,
  now: number,
  isFound?: (row: Row) => boolean,
): ColumnFilter {
  const { rows } = model;
  const columns = new Columns(model, now, isFound);
  const byMessage = compile(node, columns);
  const byRow = compileQuery(node, model, now, isFound);
  return {
    passes(index) {
      const id = rows.messageAt(index);
      return id < 0 ? byRow(rows.at(index) as Row) : byMessage(id, index);
    },
    refresh: () => columns.refresh(),
  };
}

function compile(node: Node, columns: Columns): MessageTest {
  switch (node.kind) {
    case 'and': {
      const parts = cheapFirst(node.parts).map((part) => compile(part, columns));
      return (id, index) => parts.every((part) => part(id, index));
    }
    case 'or': {
      const parts = cheapFirst(node.parts).map((part) => compile(part, columns));
      return (id, index) => parts.some((part) => part(id, index));
    }
    case 'not': {
      const part = compile(node.part, columns);
      return (id, index) => !part(id, index);
    }
    case 'text':
      return said(columns, { how: 'contains', text: node.text });
    case 'regex':
      return said(columns, { how: 'regex', pattern: node.pattern });
    case 'field':
      return messageField(node.key, node.test, columns);
    case 'path': {
      // Messages have no reply.
      if (node.root === 'reply') return () => false;
      const test = valueTest(node.path, node.test, columns.reading);
      return columns.byPayload(test, mayHold(node.path));
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
