/** What the keys of the query language say of messages, read from the columns; the same as the other `*-fields.ts`. */

import { applicationOf, unknownEnd } from '../labels.js';
import type { Message, Row } from '../types.js';
import type { Test } from './ast.js';
import { timeOfDay } from './clock.js';
import type { Columns, MessageTest } from './column-model.js';
import { rememberedText } from './evaluate.js';
import type { Key, KEYS, NumberKey, TextKey } from './keys.js';
import { someNumber } from './number-fields.js';
import { rangeTest } from './tests.js';
import { acceptors, nativeOf, opener, someText } from './text-fields.js';
import { SLOW_MESSAGE, wordTest } from './word-fields.js';

/** @returns whether a message is as the test of the key asks */
export function messageField(key: Key, test: Test, columns: Columns): MessageTest {
  if (test.how === 'word') return messageWord(key, test.word, columns);
  if (test.how === 'range') return messageNumber(key as NumberKey, rangeTest(test), columns);
  return messageText(key as TextKey, rememberedText(test), columns);
}

/** The row that stands for all messages of a connection where its ends and name are asked for. */
function rowOf(connection: string): Row {
  return { kind: 'opened', at: NaN, connection };
}

function messageText(
  key: TextKey,
  matches: (text: string) => boolean,
  columns: Columns,
): MessageTest {
  switch (key) {
    case 'type':
      return columns.byType((type) => type !== null && matches(type));
    case 'from':
      return sender(matches, columns);
    case 'to':
      return receiver(matches, columns);
    default:
      return columns.byConnection(({ key: connection }) =>
        someText(key, rowOf(connection), columns.reading, matches),
      );
  }
}

function sender(matches: (text: string) => boolean, columns: Columns): MessageTest {
  const { messages } = columns;
  const named = columns.byLabel(matches);
  const unknown = matches(unknownEnd());
  const fromOpenersPeer = columns.byConnection((connection) => {
    const application = nativeOf(connection);
    return application === null ? unknown : matches(application);
  });
  return (id, index) => {
    const context = messages.sender(id);
    if (context >= 0) return named(context);
    return messages.toward(id) === 'opener' ? fromOpenersPeer(id, index) : unknown;
  };
}

function receiver(matches: (text: string) => boolean, columns: Columns): MessageTest {
  const { messages, reading } = columns;
  const named = columns.byLabel(matches);
  const atOpener = columns.byConnection((connection) => opener(connection, reading, matches));
  const atAcceptors = columns.byConnection((connection) => acceptors(connection, reading, matches));
  return (id, index) => {
    switch (messages.deliveries(id)) {
      case 0:
        return messages.toward(id) === 'acceptor' ? atAcceptors(id, index) : atOpener(id, index);
      case 1:
        return named(messages.receiver(id, 0));
      default:
        return someText('to', readRow(messages.read(id)), reading, matches);
    }
  };
}

function readRow(message: Message): Row {
  return { kind: 'message', at: NaN, message };
}

function messageNumber(
  key: NumberKey,
  within: (value: number) => boolean,
  columns: Columns,
): MessageTest {
  const { messages, model, reading } = columns;
  switch (key) {
    case 'size':
      return (id) => messages.form(id) !== 'unreadable' && within(messages.bytes(id));
    case 'latency':
      return (id) => {
        const latency = messages.latency(id);
        return !Number.isNaN(latency) && within(Math.max(0, latency));
      };
    case 'age': {
      const { rows } = model;
      return (_, index) => within(Math.max(0, reading.now - rows.timeAt(index)));
    }
    case 'time': {
      const { rows } = model;
      return (_, index) => within(timeOfDay(rows.timeAt(index)));
    }
    default:
      return columns.byConnection(({ key: connection }) =>
        someNumber(key, rowOf(connection), reading, within),
      );
  }
}

const always: MessageTest = () => true;
const never: MessageTest = () => false;

type Words<K extends 'is' | 'dir' | 'has'> = Record<
  keyof (typeof KEYS)[K]['words'],
  (columns: Columns) => MessageTest
>;

function messageWord(key: Key, word: string, columns: Columns): MessageTest {
  const words: Readonly<Record<string, (columns: Columns) => MessageTest>> =
    key === 'is' ? IS : key === 'dir' ? DIR : key === 'has' ? HAS : {};
  return words[word]?.(columns) ?? never;
}

/** What `is:open` and its like say goes by the connection. */
function ofConnection(word: string, columns: Columns): MessageTest {
  const says = wordTest('is', word);
  return columns.byConnection(({ key }) => says(rowOf(key), columns.reading));
}

const refused =
  ({ messages }: Columns): MessageTest =>
  (id) =>
    messages.isRefused(id);

/** Not refused, and not out of sight in a native application: how it arrived is known. */
function arrival(columns: Columns, asked: (id: number, columns: Columns) => boolean): MessageTest {
  const { messages } = columns;
  const native = columns.byConnection((connection) => applicationOf(connection) !== null);
  return (id, index) =>
    asked(id, columns) &&
    !messages.isRefused(id) &&
    !(messages.toward(id) === 'acceptor' && native(id, index));
}

const IS: Words<'is'> = {
  message: () => always,
  request: () => never,
  connection: () => never,
  lifecycle: () => never,
  gap: () => never,
  refused,
  undelivered: (columns) =>
    arrival(
      columns,
      (id, { messages }) => messages.deliveries(id) === 0 && !messages.arrivalMuted(id),
    ),
  unheard: (columns) =>
    arrival(
      columns,
      (id, { messages }) => messages.deliveries(id) > 0 && messages.listeners(id) === 0,
    ),
  waiting: () => never,
  unanswered: () => never,
  replied: () => never,
  failed: () => never,
  finding:
    ({ model: { rows }, reading }) =>
    (_, index) =>
      reading.isFound(rows.at(index) as Row),
  error: refused,
  slow:
    ({ messages }) =>
    (id) =>
      messages.latency(id) > SLOW_MESSAGE,
  open: (columns) => ofConnection('open', columns),
  closed: (columns) => ofConnection('closed', columns),
  leaked: (columns) => ofConnection('leaked', columns),
  native: (columns) => ofConnection('native', columns),
};

const DIR: Words<'dir'> = {
  out:
    ({ messages }) =>
    (id) =>
      messages.toward(id) === 'acceptor',
  in:
    ({ messages }) =>
    (id) =>
      messages.toward(id) === 'opener',
  request: () => never,
};

const HAS: Words<'has'> = {
  type: (columns) => columns.byType((type) => type !== null),
  payload:
    ({ messages }) =>
    (id) =>
      messages.form(id) !== 'unreadable',
  reply: () => never,
  error: refused,
  stack:
    ({ messages }) =>
    (id) =>
      messages.stack(id) !== null,
  latency:
    ({ messages }) =>
    (id) =>
      !Number.isNaN(messages.latency(id)),
};
