/** Which contexts and connections belong to what is selected in the tree. */

import type { Model } from '../../src/model/index.js';
import type { Connection } from '../../src/model/types.js';
import type { Selection } from '../worker-protocol.js';
import type { Membership } from './visible-rows.js';

/** @returns the ends of a connection, opener first */
function endsOf(connection: Connection): string[] {
  const ends = connection.acceptors.map((end) => end.context);
  return connection.opener === null ? ends : [connection.opener.context, ...ends];
}

/** What is selected in the tree, and every connection with an end there. */
export function selectionMembership(
  selection: Selection,
  model: Pick<Model, 'contexts'>,
): Membership {
  const { key } = selection;
  switch (selection.kind) {
    case 'extension': {
      const context = (other: string) => model.contexts.get(other)?.extensionId === key;
      return { context, connection: (connection) => endsOf(connection).some(context) };
    }
    case 'context': {
      const context = (other: string) => other === key;
      return { context, connection: (connection) => endsOf(connection).includes(key) };
    }
    case 'connection':
      return { context: () => false, connection: (connection) => connection.key === key };
  }
}
