/** How a connection ended, as precisely as what was reported allows. */

import type { Connection, Endpoint } from '../../src/model/types.js';
import { innermostPlace } from '../arithmetic/stack.js';
import { endsOf, nameOf, type Described } from './ends.js';

/** A report port that closed within this many milliseconds of a connection may have gone with the same context. */
const SAME_TIME_MS = 1000;

/** @returns the row's and the detail's sentence on who closed the connection, and why */
export function closingText(connection: Connection | undefined, model: Described): string {
  if (connection === undefined) return 'closed';
  const { error, state } = connection;
  const because = error === null ? '' : `: ${error}`;
  return `${state === 'failed' ? 'failed' : reasonOf(connection, model)}${because}`;
}

function reasonOf(connection: Connection, model: Described): string {
  const ends = endsOf(connection);
  const caller = ends.find((end) => end.closedBy === 'self');
  if (caller !== undefined) {
    const place = innermostPlace(caller.closeStack);
    return `closed by ${nameOf(caller.context, model)} calling disconnect()${place === null ? '' : ` at ${place}`}`;
  }
  // Closed, but neither by itself nor by the other end: that is how the model ends a port with its page.
  const unloaded = ends.find((end) => end.closedAt !== null && end.closedBy === null);
  if (unloaded !== undefined) return unloadText(unloaded, model);
  const gone = ends.find((end) => wentSilent(end, connection.closedAt ?? 0, model));
  if (gone !== undefined) {
    return `closed when ${nameOf(gone.context, model)} stopped reporting, without disconnect()`;
  }
  const silent = ends
    .filter((end) => end.closedAt === null)
    .map((end) => nameOf(end.context, model));
  if (silent.length > 0)
    return `closed from the side of ${silent.join(' or ')}, which has not said why`;
  if (connection.opener === null) return 'closed from the opener’s side, which is not instrumented';
  if (connection.acceptors.length === 0)
    return 'closed from the side that accepted it, which is not instrumented';
  return 'closed, and no end called disconnect()';
}

function unloadText(end: Endpoint, model: Described): string {
  const name = nameOf(end.context, model);
  const kind = model.contexts.get(end.context)?.kind;
  const what = kind === 'background' || kind === 'page' ? name : `the document of ${name}`;
  return `closed because ${what} was unloaded, without disconnect()`;
}

function wentSilent(end: Endpoint, closedAt: number, model: Described): boolean {
  const disconnectedAt = model.contexts.get(end.context)?.disconnectedAt ?? null;
  return disconnectedAt !== null && Math.abs(disconnectedAt - closedAt) <= SAME_TIME_MS;
}
