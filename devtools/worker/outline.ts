/** The sidebar's tree, out of the model. */

import { contextLabel, type Model } from '../../src/model/index.js';
import type { Connection, ModelContext } from '../../src/model/types.js';
import type { ConnectionNode, ContextNode, ExtensionNode } from '../worker-protocol.js';
import { acceptorNames, openerName } from './describe.js';

/** Connections listed under one context; beyond that the newest ones. */
export const LISTED_CONNECTIONS = 200;

const KIND_ORDER = ['background', 'page', 'content-script', 'user-script'];

/** What the tree lists. */
export interface Listed {
  readonly context: (context: ModelContext) => boolean;
  readonly connection: (connection: Connection) => boolean;
}

type Readable = Pick<Model, 'contexts' | 'connections' | 'connectionsOf'>;

/** @returns extensions by name, their contexts by kind and start */
export function buildTree(model: Readable, listed: Listed): ExtensionNode[] {
  const extensions = new Map<string, ModelContext[]>();
  for (const context of model.contexts.values()) {
    if (!listed.context(context)) continue;
    const list = extensions.get(context.extensionId);
    if (list === undefined) extensions.set(context.extensionId, [context]);
    else list.push(context);
  }
  return [...extensions]
    .map(([key, contexts]) => ({
      key,
      name: contexts.find((context) => context.extensionName !== null)?.extensionName ?? key,
      messages: contexts.reduce((sum, context) => sum + context.messages, 0),
      contexts: contexts.sort(inOrder).map((context) => contextNode(context, model, listed)),
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

function inOrder(a: ModelContext, b: ModelContext): number {
  return (
    KIND_ORDER.indexOf(a.kind) - KIND_ORDER.indexOf(b.kind) ||
    a.startedAt - b.startedAt ||
    (a.key < b.key ? -1 : 1)
  );
}

function contextNode(context: ModelContext, model: Readable, listed: Listed): ContextNode {
  const all = model.connectionsOf(context.key).filter(listed.connection);
  const connections = all.slice(-LISTED_CONNECTIONS).map((connection): ConnectionNode => {
    const opened = connection.opener?.context === context.key;
    return {
      key: connection.key,
      name: connection.name === '' ? '(no name)' : connection.name,
      peer: opened
        ? `to ${acceptorNames(connection, model)}`
        : `from ${openerName(connection, model)}`,
      state: connection.state,
      messages: connection.messages,
    };
  });
  const place = [
    context.url,
    context.tabId === null ? '' : `tab ${context.tabId}`,
    context.frameId === null || context.frameId === 0 ? '' : `frame ${context.frameId}`,
    context.worldId === null || context.worldId === '' ? '' : `world ${context.worldId}`,
  ];
  return {
    key: context.key,
    label: contextLabel(context),
    title: place.filter((part) => part !== '').join(' · '),
    kind: context.kind,
    state: context.disconnectedAt === null ? 'reporting' : 'gone',
    messages: context.messages,
    connections,
    older: all.length - connections.length,
  };
}
