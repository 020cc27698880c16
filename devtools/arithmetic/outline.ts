/** The sidebar's tree as lines: extensions, their contexts, their one-off messages and connections. */

import { counted } from '../../src/texts/index.js';
import type { ConnectionNode, ContextNode, ExtensionNode, Selection } from '../worker-protocol.js';

export type OutlineLine =
  | {
      readonly kind: 'extension';
      readonly key: string;
      readonly depth: 0;
      readonly expanded: boolean;
      readonly node: ExtensionNode;
    }
  | {
      readonly kind: 'context';
      readonly key: string;
      readonly depth: 1;
      readonly expanded: boolean | null;
      readonly node: ContextNode;
    }
  | {
      readonly kind: 'connection';
      readonly key: string;
      readonly depth: 2;
      readonly expanded: null;
      readonly node: ConnectionNode;
      /** Connections stand under each of their contexts. */
      readonly context: string;
    }
  | {
      /** The one-off messages of a context. */
      readonly kind: 'requests';
      readonly key: string;
      readonly depth: 2;
      readonly expanded: null;
      readonly count: number;
      readonly context: string;
    }
  | {
      readonly kind: 'older';
      readonly key: string;
      readonly depth: 2;
      readonly expanded: null;
      readonly text: string;
      readonly context: string;
    };

/**
 * @param collapsed keys of extensions and contexts that are closed
 * @returns the lines to show, in order
 */
export function outlineLines(
  tree: readonly ExtensionNode[],
  collapsed: ReadonlySet<string>,
): OutlineLine[] {
  const lines: OutlineLine[] = [];
  for (const extension of tree) {
    const expanded = !collapsed.has(extension.key);
    lines.push({ kind: 'extension', key: extension.key, depth: 0, expanded, node: extension });
    if (!expanded) continue;
    for (const context of extension.contexts) {
      const some = context.connections.length > 0 || context.requests > 0;
      const open = some && !collapsed.has(context.key);
      lines.push({
        kind: 'context',
        key: context.key,
        depth: 1,
        expanded: some ? open : null,
        node: context,
      });
      if (!open) continue;
      if (context.requests > 0) {
        lines.push({
          kind: 'requests',
          key: `${context.key} requests`,
          depth: 2,
          expanded: null,
          count: context.requests,
          context: context.key,
        });
      }
      for (const node of context.connections) {
        const key = `${context.key} ${node.key}`;
        lines.push({
          kind: 'connection',
          key,
          depth: 2,
          expanded: null,
          node,
          context: context.key,
        });
      }
      if (context.older > 0) {
        lines.push({
          kind: 'older',
          key: `${context.key} older`,
          depth: 2,
          expanded: null,
          text: counted('sidebar_older_connections', context.older),
          context: context.key,
        });
      }
    }
  }
  return lines;
}

/** @returns what a line narrows the table to */
export function selectionOf(line: OutlineLine): Selection {
  switch (line.kind) {
    case 'extension':
    case 'context':
      return { kind: line.kind, key: line.key };
    case 'connection':
      return { kind: 'connection', key: line.node.key };
    case 'requests':
      return { kind: 'requests', key: line.context };
    case 'older':
      return { kind: 'context', key: line.context };
  }
}

/** @returns index of the line one level up; the line itself at the top */
export function parentIndex(lines: readonly OutlineLine[], index: number): number {
  const depth = lines[index]?.depth ?? 0;
  for (let above = index - 1; above >= 0; above -= 1) {
    if ((lines[above]?.depth ?? 0) < depth) return above;
  }
  return index;
}

/** @returns the names of a selection and of its extension, for the bar above the table; null when it is not in the tree */
export function selectionNames(
  tree: readonly ExtensionNode[],
  { kind, key }: Selection,
): { readonly name: string; readonly extension: string } | null {
  for (const { name: extension, ...node } of tree) {
    if (kind === 'extension' && node.key === key) return { name: extension, extension };
    for (const context of node.contexts) {
      if ((kind === 'context' || kind === 'requests') && context.key === key) {
        return { name: context.label, extension };
      }
      if (kind !== 'connection') continue;
      const found = context.connections.find((connection) => connection.key === key);
      if (found) return { name: found.name, extension };
    }
  }
  return null;
}
