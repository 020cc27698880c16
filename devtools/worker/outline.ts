/** The sidebar's tree, out of the model. */

import { counted, text } from '../../src/texts/index.js';
import { contextLabel, type Model } from '../../src/model/index.js';
import type { Connection, ModelContext, Request } from '../../src/model/types.js';
import type { ConnectionNode, ContextNode, ExtensionNode } from '../worker-protocol.js';
import { shownPortName } from '../arithmetic/port-name.js';
import { safeName } from '../arithmetic/safe-name.js';
import { lostOf, statusTeller } from './context-status.js';
import { RequestCounts, type Counts } from './request-counts.js';
import { acceptorNames, endsOf, openerName } from './ends.js';
import { extensionOf, reportedTest, unseenOpener, type Unseen } from './unseen.js';

/** Connections listed under one context; beyond that the newest ones. */
export const LISTED_CONNECTIONS = 200;

const KIND_ORDER = ['background', 'page', 'content-script', 'user-script'];

/** What the tree lists. */
export interface Listed {
  readonly context: (context: ModelContext) => boolean;
  readonly connection: (connection: Connection) => boolean;
  readonly request: (request: Request) => boolean;
  /** Contexts that are never listed, whatever had an end there. */
  readonly isPast?: (context: ModelContext) => boolean;
}

type Readable = Pick<
  Model,
  'contexts' | 'connections' | 'connectionsOf' | 'lives' | 'rows' | 'unreportedBy' | 'holes'
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
    if (listed.isPast?.(context) === true) continue;
    const isListed =
      listed.context(context) ||
      requests.byContext.has(key) ||
      model.connectionsOf(key).some(listed.connection);
    if (!isListed) continue;
    const list = extensions.get(context.extensionId);
    if (list === undefined) extensions.set(context.extensionId, [context]);
    else list.push(context);
  }
  const unseen = unseenByExtension(model, listed, requests);
  const messages = countByExtension(model, listed);
  const keys = [...new Set([...extensions.keys(), ...unseen.keys()])];
  const names = new Map(keys.map((key) => [key, claimedName(key, extensions.get(key) ?? [])]));
  const deleted = new Map(model.holes.deleted.map((record) => [record.extension, record.events]));
  const status = statusTeller(model);
  return keys
    .map((key): ExtensionNode => {
      const reporting = (extensions.get(key) ?? []).sort(inOrder).map((context) => ({
        ...contextNode(context, requests.byContext.get(context.key) ?? 0, model, listed),
        status: status(context),
      }));
      return {
        key,
        name: distinctName(key, names),
        messages: (messages.get(key) ?? 0) + (requests.byExtension.get(key) ?? 0),
        lost: reporting.reduce((sum, { lost }) => sum + lost, 0),
        deleted: deletedText(deleted.get(key) ?? 0),
        contexts: [...reporting, ...(unseen.get(key) ?? [])],
      };
    })
    .sort((a, b) => a.name.localeCompare(b.name));
}

function deletedText(events: number): string {
  return events === 0 ? '' : counted('oldest_deleted', events);
}

/** @returns by extension, the contexts that are known only from the other end of listed messages */
function unseenByExtension(
  model: Readable,
  listed: Listed,
  requests: Counts,
): Map<string, ContextNode[]> {
  const found = new Map<string, { unseen: Unseen; connections: Connection[] }>();
  const entryOf = (unseen: Unseen) => {
    const entry = found.get(unseen.key) ?? { unseen, connections: [] };
    found.set(unseen.key, entry);
    return entry;
  };
  for (const connection of model.connections.values()) {
    const unseen = unseenOpener(connection);
    if (unseen !== null && listed.connection(connection)) {
      entryOf(unseen).connections.push(connection);
    }
  }
  for (const unseen of requests.unseen.values()) entryOf(unseen);
  const hasReported = reportedTest(model);
  const nodes = new Map<string, ContextNode[]>();
  for (const { unseen, connections } of found.values()) {
    if (hasReported(unseen)) continue;
    const count = requests.byContext.get(unseen.key) ?? 0;
    const list = nodes.get(unseen.extensionId) ?? [];
    nodes.set(unseen.extensionId, [...list, unseenNode(unseen, connections, count, model)]);
  }
  return nodes;
}

function unseenNode(
  unseen: Unseen,
  connections: readonly Connection[],
  requests: number,
  model: Readable,
): ContextNode {
  const all = connections.toSorted((a, b) => a.openedAt - b.openedAt);
  return {
    ...placeNode(unseen),
    status: {
      state: 'unseen',
      text: text('status_unseen'),
    },
    lost: 0,
    lostText: '',
    messages: all.reduce((sum, { messages }) => sum + messages, requests),
    requests,
    ...listing(all, (connection) =>
      text('tree_to', { peer: acceptorNames(connection, model).label }),
    ),
  };
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
    const ids = endsOf(connection).map((end) => extensionOf(end.context));
    const unseen = unseenOpener(connection)?.extensionId;
    for (const id of new Set(unseen === undefined ? ids : [...ids, unseen])) {
      counts.set(id, (counts.get(id) ?? 0) + connection.messages);
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
): Omit<ContextNode, 'status'> {
  const all = model.connectionsOf(context.key).filter(listed.connection);
  return {
    ...placeNode(context),
    ...lostOf(context, model),
    messages: all.reduce((sum, connection) => sum + countAt(context.key, connection), requests),
    requests,
    ...listing(all, (connection) =>
      connection.opener?.context === context.key
        ? text('tree_to', { peer: acceptorNames(connection, model).label })
        : text('tree_from', { peer: openerName(connection, model).label }),
    ),
  };
}

function placeNode(context: Unseen): Pick<ContextNode, 'key' | 'label' | 'title' | 'kind'> {
  const { key, kind, url, tabId, frameId, worldId } = context;
  const place = [
    url,
    tabId === null ? '' : text('tree_tab', { tab: tabId }),
    frameId === null || frameId === 0 ? '' : text('tree_frame', { frame: frameId }),
    worldId === null || worldId === '' ? '' : text('tree_world', { world: worldId }),
  ];
  const title = place.filter((part) => part !== '').join(' · ');
  return { key, label: contextLabel(context), title, kind };
}

/** @param connections in order of time */
function listing(
  connections: readonly Connection[],
  peerOf: (connection: Connection) => string,
): Pick<ContextNode, 'connections' | 'older'> {
  const newest = connections.slice(-LISTED_CONNECTIONS);
  return {
    connections: newest.map((connection): ConnectionNode => {
      const { key, name: port, state, messages, muted } = connection;
      return {
        key,
        name: shownPortName(port),
        port,
        peer: peerOf(connection),
        state,
        messages,
        muted,
      };
    }),
    older: connections.length - newest.length,
  };
}
