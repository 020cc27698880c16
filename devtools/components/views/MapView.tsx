/** Which contexts talk to which. What is clicked becomes a term of the filter. */

import { useRef } from 'preact/hooks';
import { counted, formatCount, text } from '../../../src/texts/index.js';
import { formatBytes } from '../../arithmetic/format.js';
import { withTerm } from '../../arithmetic/cell-terms.js';
import { quoteValue } from '../../../src/model/query/index.js';
import type { ContextMap, MapEdge, MapNode } from '../../view-protocol.js';
import { edgePoints, layoutMap, type MapLayout, type Point } from '../../arithmetic/map-layout.js';
import { useAnswer } from './use-answer.js';
import { useSize } from './use-size.js';
import type { ViewProps } from './View.js';

const MOST_NODES = 40;

/** What is around the drawing, CSS pixels. */
const PADDING = 4;

export function MapView({ recording }: ViewProps) {
  const whole = useRef<HTMLDivElement>(null);
  const room = useSize(whole).width - 2 * PADDING;
  const map = useAnswer(recording.views, { view: 'map', most: MOST_NODES });
  const filter = (...terms: readonly string[]): void => {
    recording.filterText.value = terms.reduce(withTerm, recording.filterText.value);
  };
  return (
    <div ref={whole} class="map" tabIndex={0} aria-label={text('map')}>
      {map?.nodes.length === 0 && <p class="view-empty">{text('view_nothing')}</p>}
      {map !== null && map.nodes.length > 0 && room > 0 && <Drawing {...{ map, room, filter }} />}
    </div>
  );
}

interface DrawingProps {
  readonly map: ContextMap;
  /** CSS pixels from side to side. */
  readonly room: number;
  /** Adds terms to the filter. */
  readonly filter: (...terms: readonly string[]) => void;
}

function Drawing({ map, room, filter }: DrawingProps) {
  const layout = layoutMap(
    map.nodes.map(({ kind }) => kind),
    room,
  );
  const { width, height, places } = layout;
  return (
    <>
      {map.more > 0 && <p class="quiet">{counted('map_more', map.more)}</p>}
      <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`}>
        <defs>
          {(['plain', 'troubled'] as const).map((kind) => (
            <marker
              key={kind}
              id={`map-${kind}`}
              class={kind}
              viewBox="0 0 8 8"
              refX="7"
              refY="4"
              markerWidth="8"
              markerHeight="8"
              markerUnits="userSpaceOnUse"
              orient="auto"
            >
              <path d="M0 0 8 4 0 8z" />
            </marker>
          ))}
        </defs>
        {map.edges.map((edge) => (
          <Edge
            key={`${edge.from} ${edge.to}`}
            edge={edge}
            map={map}
            layout={layout}
            onClick={() => filter(...edgeTerms(edge, map))}
          />
        ))}
        {map.nodes.map((node, index) => (
          <Node
            key={node.label}
            node={node}
            size={layout.node}
            place={places[index] ?? { x: 0, y: 0 }}
            onClick={() => filter(`ctx:=${quoteValue(node.label)}`)}
          />
        ))}
      </svg>
    </>
  );
}

function edgeTerms({ from, to }: MapEdge, { nodes }: ContextMap): string[] {
  return [
    `from:=${quoteValue(nodes[from]?.label ?? '')}`,
    `to:=${quoteValue(nodes[to]?.label ?? '')}`,
  ];
}

/** Like a button, which SVG does not have. */
function pressed(onClick: () => void) {
  return {
    role: 'button' as const,
    // In SVG the names of attributes are told apart by case.
    tabindex: 0,
    onClick,
    onKeyDown: (event: KeyboardEvent): void => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      onClick();
    },
  };
}

function Node({
  node,
  size,
  place,
  onClick,
}: {
  readonly node: MapNode;
  readonly size: MapLayout['node'];
  readonly place: Point;
  readonly onClick: () => void;
}) {
  const { label, contexts, messages, kind } = node;
  const total = counted('message', messages);
  const counts =
    contexts > 1
      ? text('map_node_counts', { messages: total, contexts: counted('context', contexts) })
      : total;
  return (
    <g
      class={`map-node ${kind}`}
      transform={`translate(${place.x} ${place.y})`}
      aria-label={text('map_node', { name: label, counts })}
      {...pressed(onClick)}
    >
      <title>{`${label}\n${counts}`}</title>
      <rect width={size.width} height={size.height} rx="3" />
      <foreignObject width={size.width} height={size.height}>
        <div class="map-label">
          <span class="map-name">{label}</span> <span class="quiet">{counts}</span>
        </div>
      </foreignObject>
    </g>
  );
}

function Edge({
  edge,
  map,
  layout,
  onClick,
}: {
  readonly edge: MapEdge;
  readonly map: ContextMap;
  readonly layout: MapLayout;
  readonly onClick: () => void;
}) {
  const { messages, bytes, troubled } = edge;
  const said = {
    ends: `${map.nodes[edge.from]?.label ?? ''} → ${map.nodes[edge.to]?.label ?? ''}`,
    messages: counted('message', messages),
    bytes: formatBytes(bytes),
  };
  const words =
    troubled > 0
      ? text('map_edge_troubled', { ...said, troubled: formatCount(troubled) })
      : text('map_edge', said);
  const { start, curves, label } = edgePoints(edge.from, edge.to, layout);
  const path = `M${start.x} ${start.y}${curves.map((points) => `C${points.map(({ x, y }) => `${x} ${y}`).join(' ')}`).join('')}`;
  return (
    <g
      class={`map-edge${troubled > 0 ? ' troubled' : ''}`}
      aria-label={text('map_edge_filter', { edge: words })}
      {...pressed(onClick)}
    >
      <title>{words}</title>
      <path class="map-touch" d={path} />
      <path
        class="map-line"
        d={path}
        stroke-width={1 + Math.log10(messages)}
        marker-end={`url(#map-${troubled > 0 ? 'troubled' : 'plain'})`}
      />
      <text x={label.x} y={label.y} text-anchor="middle">
        {troubled > 0 ? `⚠ ${formatCount(messages)}` : formatCount(messages)}
      </text>
    </g>
  );
}
