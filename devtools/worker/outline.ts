/** The sidebar's tree, out of the model. */

import { contextLabel, type Model } from '../../src/model/index.js';
import type { Connection, ModelContext, Request } from '../../src/model/types.js';
import type { ConnectionNode, ContextNode, ExtensionNode } from '../worker-protocol.js';
import { safeName } from '../arithmetic/safe-name.js';
import { RequestCounts } from './request-counts.js';
import { acceptorNames, endsOf, nameOfPort, openerName } from './ends.js';

/** Connections listed under one context; beyond that the newest ones. */
export const LISTED_CONNECTIONS = 200;

const KIND_ORDER = ['background', 'page', 'content-script', 'user-script'];

/** What the tree lists. */
export interface Listed {
  readonly context: (context: ModelContext) => boolean;
  readonly connection: (connection: Connection) => boolean;
  readonly request: (request: Request) => boolean;
}

type Readable = Pick<
  Model,
  'contexts' | 'connections' | 'connectionsOf' | 'lives' | 'rows' | 'unreportedBy'
>;

/**
 * A context is also listed for a listed connection or request that has an end there.
 *
 * @param counts of the model's requests
 * @returns extensions by name, their contexts by kind and start
 */
export function buildTree(
  model: Readable,
  listed: Listed,
  counts = new RequestCounts(),
): ExtensionNode[] {
  const extensions = new Map<string, ModelContext[]>();
  const requests = counts.of(model, listed.request);
  for (const context of model.contexts.values()) {
    const { key } = context;
    const isListed =
      listed.context(context) ||
      requests.byContext.has(key) ||
      model.connectionsOf(key).some(listed.connection);
    if (!isListed) continue;
    const list = extensions.get(context.extensionId);
    if (list === undefined) extensions.set(context.extensionId, [context]);
    else list.push(context);
  }
  const messages = countByExtension(model, listed);
  const names = new Map(
    [...extensions].map(([key, contexts]) => [key, claimedName(key, contexts)]),
  );
  return [...extensions]
    .map(([key, contexts]) => ({
      key,
      name: distinctName(key, names),
      messages: (messages.get(key) ?? 0) + (requests.byExtension.get(key) ?? 0),
      contexts: contexts
        .sort(inOrder)
        .map((context) =>
          contextNode(context, requests.byContext.get(context.key) ?? 0, model, listed),
        ),
    }))
    .sort((a, b) => a.name.localeCompare(b.name));
}

function claimedName(key: string, contexts: readonly ModelContext[]): string {
  const named = contexts.find((context) => context.extensionName !== null);
  return safeName(named?.extensionName ?? key);
}

/** An extension names itself: what looks like another's name stands with the id, which the browser attests. */
function distinctName(key: string, names: ReadonlyMap<string, string>): string {
  const name = names.get(key) ?? key;
  const plain = (text: string): string => text.normalize('NFKC').trim().toLowerCase();
  for (const [other, theirs] of names) {
    if (other !== key && [theirs, other].some((text) => plain(text) === plain(name))) {
      return `${name} (${key})`;
    }
  }
  return name;
}

/** @returns messages of each extension's listed connections, each counted once however many ends are its own */
function countByExtension(model: Readable, listed: Listed): Map<string, number> {
  const counts = new Map<string, number>();
  for (const connection of model.connections.values()) {
    if (!listed.connection(connection)) continue;
    const ids = endsOf(connection).map((end) => model.contexts.get(end.context)?.extensionId);
    for (const id of new Set(ids)) {
      if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + connection.messages);
    }
  }
  return counts;
}

/** @returns messages that a context sent or received on a connection */
function countAt(contextKey: string, connection: Connection): number {
  return endsOf(connection).reduce(
    (sum, end) => (end.context === contextKey ? sum + end.messages : sum),
    0,
  );
}

function inOrder(a: ModelContext, b: ModelContext): number {
  return (
    KIND_ORDER.indexOf(a.kind) - KIND_ORDER.indexOf(b.kind) ||
    a.startedAt - b.startedAt ||
    (a.key < b.key ? -1 : 1)
  );
}

function contextNode(
  context: ModelContext,
  requests: number,
  model: Readable,
  listed: Listed,
): ContextNode {
  const all = model.connectionsOf(context.key).filter(listed.connection);
  const connections = all.slice(-LISTED_CONNECTIONS).map((connection): ConnectionNode => {
    const opened = connection.opener?.context === context.key;
    return {
      key: connection.key,
      name: nameOfPort(connection),
      peer: opened
        ? `to ${acceptorNames(connection, model).label}`
        : `from ${openerName(connection, model).label}`,
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
    messages: all.reduce((sum, connection) => sum + countAt(context.key, connection), requests),
    requests,
    connections,
    older: all.length - connections.length,
  };
}
