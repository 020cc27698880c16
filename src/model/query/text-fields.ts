/** The texts that a row has under each key of the query language. */

import { applicationLabel, applicationOf, nobodyThere, unknownEnd } from '../labels.js';
import type { Connection, Message, Row } from '../types.js';
import type { TextKey } from './keys.js';
import { someContext, type Reading } from './reading.js';

/** Takes one text after the other, until it says yes. */
type Visit = (text: string) => boolean;
type Field = (row: Row, reading: Reading, visit: Visit) => boolean;

/** @returns whether `visit` says yes to one of the texts that the row has under the key */
export function someText(key: TextKey, row: Row, reading: Reading, visit: Visit): boolean {
  return FIELDS[key](row, reading, visit);
}

const name: Field = (row, reading, visit) => {
  const connection = reading.connectionOf(row);
  if (connection !== undefined) {
    const application = connection.target?.application;
    return visit(connection.name) || (application !== undefined && visit(application));
  }
  const application = row.kind === 'request' ? row.request.target?.application : undefined;
  return application !== undefined && visit(application);
};

const FIELDS: Record<TextKey, Field> = {
  name,
  port: name,
  type(row, _reading, visit) {
    const found =
      row.kind === 'message'
        ? row.message.messageType
        : row.kind === 'request'
          ? row.request.messageType
          : null;
    return found !== null && visit(found);
  },
  from(row, reading, visit) {
    switch (row.kind) {
      case 'message': {
        const { message } = row;
        if (message.from !== null) return visit(reading.labelOf(message.from));
        const application = nativeOf(reading.connectionOf(row));
        return visit(
          application !== null && message.toward === 'opener' ? application : unknownEnd(),
        );
      }
      case 'request': {
        const { from } = row.request;
        return visit(from === null ? unknownEnd() : reading.labelOf(from));
      }
      case 'opened':
      case 'closed':
        return opener(reading.connectionOf(row), reading, visit);
      case 'lifecycle':
      case 'gap':
        return visit(reading.labelOf(row.context));
      case 'deleted':
        return false;
    }
  },
  to(row, reading, visit) {
    switch (row.kind) {
      case 'message':
        return receivers(row.message, reading.connectionOf(row), reading, visit);
      case 'request': {
        const { receipts, target, state } = row.request;
        if (receipts.length > 0) {
          return joint(
            receipts.map(({ context }) => context),
            reading,
            visit,
          );
        }
        if (target?.application !== undefined) return visit(applicationLabel(target.application));
        if (state === 'unheard') return visit(nobodyThere());
        return state === 'replied' && visit(unknownEnd());
      }
      case 'opened':
      case 'closed':
        return acceptors(reading.connectionOf(row), reading, visit);
      default:
        return false;
    }
  },
  ctx: (row, reading, visit) =>
    someContext(row, reading, (context) => visit(reading.labelOf(context))),
  ext(row, reading, visit) {
    if (row.kind === 'deleted') return visit(row.extension);
    return someContext(row, reading, (key) => {
      const context = reading.model.contexts.get(key);
      if (context === undefined) return false;
      const { extensionId, extensionName } = context;
      return visit(extensionId) || (extensionName !== null && visit(extensionName));
    });
  },
  api(row, reading, visit) {
    if (row.kind === 'request') {
      const { api, receipts } = row.request;
      return visit(api) || receipts.some((receipt) => visit(receipt.api));
    }
    const connection = reading.connectionOf(row);
    if (connection === undefined) return false;
    return (
      (connection.opener !== null && visit(connection.opener.api)) ||
      connection.acceptors.some((end) => visit(end.api))
    );
  },
  world: (row, reading, visit) =>
    someContext(row, reading, (key) => {
      const world = reading.model.contexts.get(key)?.worldId ?? null;
      return world !== null && visit(world);
    }),
};

function receivers(
  { deliveries, toward }: Message,
  connection: Connection | undefined,
  reading: Reading,
  visit: Visit,
): boolean {
  if (deliveries.length === 1) return visit(reading.labelOf(deliveries[0]?.context ?? ''));
  if (deliveries.length > 1) {
    return joint(
      deliveries.map(({ context }) => context),
      reading,
      visit,
    );
  }
  return toward === 'acceptor'
    ? acceptors(connection, reading, visit)
    : opener(connection, reading, visit);
}

/** The connection's opener, as {@link someText} has it. */
export function opener(
  connection: Connection | undefined,
  reading: Reading,
  visit: Visit,
): boolean {
  const end = connection?.opener ?? null;
  return visit(end === null ? unknownEnd() : reading.labelOf(end.context));
}

/** Those who accepted the connection, as {@link someText} has them. */
export function acceptors(
  connection: Connection | undefined,
  reading: Reading,
  visit: Visit,
): boolean {
  const application = nativeOf(connection);
  if (application !== null) return visit(application);
  const ends = connection?.acceptors ?? [];
  if (ends.length === 0)
    return visit(connection?.state === 'failed' ? nobodyThere() : unknownEnd());
  return joint(
    ends.map(({ context }) => context),
    reading,
    visit,
  );
}

/** Several receivers each have their name, and all of them together the one that the table shows. */
function joint(contexts: readonly string[], reading: Reading, visit: Visit): boolean {
  const labels = contexts.map((context) => reading.labelOf(context));
  return labels.some(visit) || (labels.length > 1 && visit(labels.join(', ')));
}

/** @returns how the native application at the connection's other end is called; null: there is none */
export function nativeOf(connection: Connection | undefined): string | null {
  const application = connection === undefined ? null : applicationOf(connection);
  return application === null ? null : applicationLabel(application);
}
