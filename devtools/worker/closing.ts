/** How a connection ended, as precisely as what was reported allows. */

import { endingOf } from '../../src/model/endings.js';
import { applicationOf } from '../../src/model/index.js';
import type { ClosedHow } from '../../src/protocol/index.js';
import type { Connection } from '../../src/model/types.js';
import { innermostPlace } from '../arithmetic/stack.js';
import { endsOf, nameOf, type Described } from './ends.js';

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
  const { closedHow, closedIn } = endingOf(connection, model.lives);
  if (closedIn !== null) return contextText(closedHow, closedIn, model);
  const silent = ends
    .filter((end) => end.closedAt === null)
    .map((end) => nameOf(end.context, model));
  if (silent.length > 0)
    return `closed from the side of ${silent.join(' or ')}, which has not said why`;
  if (connection.opener === null) return 'closed from the opener’s side, which is not instrumented';
  const application = applicationOf(connection);
  if (application !== null) {
    return `closed by the native application ${application}, or because it ended`;
  }
  if (connection.acceptors.length === 0)
    return 'closed from the side that accepted it, which is not instrumented';
  return 'closed, and no end called disconnect()';
}

function contextText(how: ClosedHow | null, key: string, model: Described): string {
  const name = nameOf(key, model);
  const context = model.contexts.get(key);
  switch (how) {
    case 'suspended':
      return `closed because ${name} was stopped`;
    case 'navigated':
      return `closed because the page of ${name} was left or reloaded`;
    case 'frame-removed':
      return `closed because the frame of ${name} was removed`;
    case 'closed':
      return context?.kind === 'content-script' || context?.kind === 'user-script'
        ? `closed because the page of ${name} was left or closed`
        : `closed because ${name} was closed`;
    case 'tab-closed':
      return `closed because the tab of ${name} was closed`;
    case 'discarded':
      return `closed because Firefox unloaded the tab of ${name} to free memory`;
    case 'crashed':
      return `closed because the process of ${name} crashed`;
    case 'evicted':
      return `closed because the page of ${name} did not come back from the back/forward cache`;
    case 'reloaded':
      return 'closed because the extension was reloaded';
    case 'updated':
      return 'closed because the extension was updated';
    case 'disabled':
      return 'closed because the extension was disabled';
    case 'uninstalled':
      return 'closed because the extension was removed';
    case 'removed':
      return 'closed because the extension was disabled or removed';
    default: {
      const why = context?.tabId === null ? '' : ': its tab was closed, or its process crashed';
      return `closed when ${name} stopped reporting${why}`;
    }
  }
}
