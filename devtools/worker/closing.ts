/** How a connection ended, as precisely as what was reported allows. */

import { text } from '../../src/texts/index.js';
import { endingOf } from '../../src/model/endings.js';
import { applicationOf } from '../../src/model/index.js';
import type { ClosedHow } from '../../src/protocol/index.js';
import type { Connection } from '../../src/model/types.js';
import { innermostPlace } from '../arithmetic/stack.js';
import { endsOf, nameOf, type Described } from './ends.js';

/** @returns the row's and the detail's sentence on who closed the connection, and why */
export function closingText(connection: Connection | undefined, model: Described): string {
  if (connection === undefined) return text('closing_closed');
  const { error, state } = connection;
  const how = state === 'failed' ? text('closing_failed') : reasonOf(connection, model);
  return error === null ? how : text('closing_error', { how, error });
}

function reasonOf(connection: Connection, model: Described): string {
  const ends = endsOf(connection);
  const caller = ends.find((end) => end.closedBy === 'self');
  if (caller !== undefined) {
    const place = innermostPlace(caller.closeStack);
    const who = nameOf(caller.context, model);
    return place === null
      ? text('closing_by_call', { who })
      : text('closing_by_call_at', { who, place });
  }
  const { closedHow, closedIn } = endingOf(connection, model.lives);
  if (closedIn !== null) return contextText(closedHow, closedIn, model);
  const silent = ends
    .filter((end) => end.closedAt === null)
    .map((end) => nameOf(end.context, model));
  if (silent.length > 0) {
    const who = silent.reduce((first, second) => text('closing_or', { first, second }));
    return text('closing_silent', { who });
  }
  if (connection.opener === null) return text('closing_opener_unknown');
  const application = applicationOf(connection);
  if (application !== null) {
    return text('closing_application', { application });
  }
  if (connection.acceptors.length === 0) return text('closing_acceptor_unknown');
  return text('closing_nobody');
}

function contextText(how: ClosedHow | null, key: string, model: Described): string {
  const who = nameOf(key, model);
  const context = model.contexts.get(key);
  switch (how) {
    case 'suspended':
      return text('closing_suspended', { who });
    case 'navigated':
      return text('closing_navigated', { who });
    case 'frame-removed':
      return text('closing_frame_removed', { who });
    case 'closed':
      return context?.kind === 'content-script' || context?.kind === 'user-script'
        ? text('closing_page_closed', { who })
        : text('closing_context_closed', { who });
    case 'tab-closed':
      return text('closing_tab_closed', { who });
    case 'discarded':
      return text('closing_discarded', { who });
    case 'crashed':
      return text('closing_crashed', { who });
    case 'evicted':
      return text('closing_evicted', { who });
    case 'reloaded':
      return text('closing_reloaded');
    case 'updated':
      return text('closing_updated');
    case 'disabled':
      return text('closing_disabled');
    case 'uninstalled':
      return text('closing_uninstalled');
    case 'removed':
      return text('closing_removed');
    default:
      return context?.tabId === null
        ? text('closing_lost', { who })
        : text('closing_lost_in_tab', { who });
  }
}
