/** Which contexts and connections belong to a tab, or to what is selected in the tree. */

import type { Model } from '../../src/model/index.js';
import type { Connection, ModelContext } from '../../src/model/types.js';
import type { Selection } from '../worker-protocol.js';
import type { Membership } from './visible-rows.js';

type Known = Pick<Model, 'contexts' | 'connectionsOf'>;

/** @returns the ends of a connection, opener first */
function endsOf(connection: Connection): string[] {
  const ends = connection.acceptors.map((end) => end.context);
  return connection.opener === null ? ends : [connection.opener.context, ...ends];
}

/** @returns whether a connection has an end in the tab, or names the tab as its other end */
function touchesTab(connection: Connection, tabId: number, model: Known): boolean {
  return (
    connection.target?.tabId === tabId ||
    connection.acceptors.some((end) => end.sender?.tabId === tabId) ||
    endsOf(connection).some((key) => model.contexts.get(key)?.tabId === tabId)
  );
}

/** @returns whether a context lives in the tab, or talks to it */
export function inTab(context: ModelContext, tabId: number, model: Known): boolean {
  if (context.tabId !== null) return context.tabId === tabId;
  for (const connection of model.connectionsOf(context.key)) {
    if (touchesTab(connection, tabId, model)) return true;
  }
  return false;
}

/** The tab's own contexts, and every connection with an end there. */
export function tabMembership(tabId: number, model: Known): Membership {
  return {
    context: (key) => model.contexts.get(key)?.tabId === tabId,
    connection: (connection) => touchesTab(connection, tabId, model),
  };
}

/** What is selected in the tree, and every connection with an end there. */
export function selectionMembership(selection: Selection, model: Known): Membership {
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
