/** Which contexts talk to which, of the rows that the table shows. Contexts with one label are one node. */

import type { ContextMap, MapEdge, MapNode } from '../../view-protocol.js';
import { kindOf, labelOf, receiversOf, senderOf, type Place } from './places.js';
import { seenMessages, type Visible } from './visible.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface Node extends Mutable<Omit<MapNode, 'contexts'>> {
  readonly places: Set<Place>;
}

/** @param most nodes at most, those with the most messages */
export function contextMap(visible: Visible, most: number): ContextMap {
  const { model } = visible;
  const nodes = new Map<string, Node>();
  const byPlace = new Map<Place, Node>();
  const nodeAt = (place: Place): Node => {
    let node = byPlace.get(place);
    if (node !== undefined) return node;
    const label = labelOf(model, place);
    node = nodes.get(label);
    if (node === undefined) {
      node = { label, kind: kindOf(model, place), messages: 0, places: new Set() };
      nodes.set(label, node);
    }
    node.places.add(place);
    byPlace.set(place, node);
    return node;
  };
  const edges = new Map<Node, Map<Node, Mutable<Omit<MapEdge, 'from' | 'to'>>>>();
  for (const seen of seenMessages(visible)) {
    const from = nodeAt(senderOf(model, seen));
    from.messages += 1;
    for (const place of receiversOf(model, seen)) {
      const to = nodeAt(place);
      to.messages += 1;
      let out = edges.get(from);
      if (out === undefined) edges.set(from, (out = new Map()));
      let edge = out.get(to);
      if (edge === undefined) out.set(to, (edge = { messages: 0, bytes: 0, troubled: 0 }));
      edge.messages += 1;
      edge.bytes += seen.bytes;
      if (seen.isTroubled) edge.troubled += 1;
    }
  }
  const sorted = [...nodes.values()].sort(
    (a, b) => b.messages - a.messages || (a.label < b.label ? -1 : 1),
  );
  const shown = sorted.slice(0, most);
  const numbers = new Map(shown.map((node, index) => [node, index]));
  return {
    view: 'map',
    nodes: shown.map(({ label, kind, messages, places }) => ({
      label,
      kind,
      contexts: places.size,
      messages,
    })),
    edges: shown.flatMap((from, index) =>
      [...(edges.get(from) ?? [])].flatMap(([to, edge]) => {
        const other = numbers.get(to);
        return other === undefined ? [] : [{ from: index, to: other, ...edge }];
      }),
    ),
    more: sorted.length - shown.length,
  };
}
