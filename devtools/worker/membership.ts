/** Which contexts and connections belong to what is selected in the tree. */

import type { Model } from '../../src/model/index.js';
import type { Request } from '../../src/model/types.js';
import type { Selection } from '../worker-protocol.js';
import { endsOf } from './ends.js';
import { unseenOpener, unseenSender } from './unseen.js';
import type { Membership } from './visible-rows.js';

/** What is selected in the tree, and every connection with an end there. */
export function selectionMembership(
  selection: Selection,
  model: Pick<Model, 'contexts'>,
): Membership {
  const { key } = selection;
  switch (selection.kind) {
    case 'extension': {
      const context = (other: string) => model.contexts.get(other)?.extensionId === key;
      return {
        context,
        extension: (id) => id === key,
        connection: (connection) => endsOf(connection).some((end) => context(end.context)),
        request: (request) => contextsOf(request).some(context),
      };
    }
    case 'context': {
      const context = (other: string) => other === key;
      return {
        context,
        extension: (id) => model.contexts.get(key)?.extensionId === id,
        connection: (connection) =>
          endsOf(connection).some((end) => end.context === key) ||
          unseenOpener(connection)?.key === key,
        request: (request) => contextsOf(request).includes(key),
      };
    }
    case 'requests':
      return {
        context: () => false,
        extension: (id) => model.contexts.get(key)?.extensionId === id,
        connection: () => false,
        request: (request) => contextsOf(request).includes(key),
      };
    case 'connection':
      return {
        context: () => false,
        // Nobody can tell which connections its deleted messages belonged to.
        extension: (id) => key.startsWith(`${id}\n`),
        connection: (connection) => connection.key === key,
        request: () => false,
      };
  }
}

/** @returns keys of the contexts with a part in the request, its sender's also where it has not reported */
export function contextsOf(request: Request): string[] {
  const keys = request.receipts.map(({ context }) => context);
  const from = request.from ?? unseenSender(request)?.key;
  return from === undefined ? keys : [from, ...keys];
}
