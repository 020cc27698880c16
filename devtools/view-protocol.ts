/**
 * What the panel asks its worker for the views beside the table, and what it gets: numbers that are ready to draw, about the
 * rows that the table shows. Times are epoch milliseconds.
 */

import type { RowView } from './row-protocol.js';

export type ViewAsk =
  | { readonly view: 'statistics'; readonly buckets: number }
  | { readonly view: 'map'; readonly most: number }
  | {
      readonly view: 'sequence';
      /** Null: everything. */
      readonly window: { readonly from: number; readonly to: number } | null;
      /** Arrows that are worth drawing one by one. */
      readonly most: number;
    }
  | {
      readonly view: 'follow';
      /** Positions among the visible rows. */
      readonly first: number;
      /** Exclusive. */
      readonly end: number;
      /** {@link RowView.key} of the selected row. */
      readonly selected: string | null;
    };

export type ViewAnswer = Statistics | ContextMap | Sequence | Conversation;

export interface Conversation {
  readonly view: 'follow';
  /** Rows in all. */
  readonly count: number;
  readonly first: number;
  readonly turns: readonly Turn[];
  /** Whether the rows are about more than one connection. */
  readonly isMixed: boolean;
  /** The connection of the selected row; null: it has none, or no row is selected. */
  readonly selected: { readonly key: string; readonly name: string } | null;
}

export interface Turn {
  readonly row: RowView;
  /** Who speaks: the opener (or who asks), an acceptor, or nobody, for what happens to the connection. */
  readonly side: 'opener' | 'acceptor' | 'nobody';
  /** Milliseconds since the row before; null for the first one. */
  readonly gap: number | null;
}

export interface Statistics {
  readonly view: 'statistics';
  /** Start of the first bucket. */
  readonly from: number;
  readonly bucketMs: number;
  /** By bucket: one-off messages included. */
  readonly messages: readonly number[];
  readonly bytes: readonly number[];
  /** By bucket: connections that were open at its end. */
  readonly open: readonly number[];
  readonly total: { readonly messages: number; readonly bytes: number };
  /** Milliseconds to the first delivery, or to the reply of a request; null when none is known. */
  readonly latency: Quantiles | null;
  /** Bytes of a payload. */
  readonly size: Quantiles | null;
  /** Busiest first. */
  readonly connections: readonly Ranked[];
  readonly types: readonly Ranked[];
}

export interface Quantiles {
  readonly count: number;
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly max: number;
}

export interface Ranked {
  /** Null: of connections, the one-off messages; of types, messages without one. '' is a connection without a name. */
  readonly name: string | null;
  readonly messages: number;
  readonly bytes: number;
  /** Median milliseconds; null when none is known. */
  readonly latency: number | null;
}

export interface ContextMap {
  readonly view: 'map';
  readonly nodes: readonly MapNode[];
  readonly edges: readonly MapEdge[];
  /** Contexts that are left out because others have more messages. */
  readonly more: number;
}

export interface MapNode {
  /** As the table and the query language call it. */
  readonly label: string;
  readonly kind: 'script' | 'extension' | 'outside';
  /** How many contexts go by this label. */
  readonly contexts: number;
  readonly messages: number;
}

export interface MapEdge {
  /** Indexes of nodes. */
  readonly from: number;
  readonly to: number;
  readonly messages: number;
  readonly bytes: number;
  /** Of those messages, the ones that arrived nowhere, were heard by nobody or failed. */
  readonly troubled: number;
}

export interface Sequence {
  readonly view: 'sequence';
  /** First and last moment of all rows. */
  readonly whole: { readonly from: number; readonly to: number };
  readonly window: { readonly from: number; readonly to: number };
  readonly lanes: readonly Lane[];
  /** Contexts without a lane of their own because others have more messages. */
  readonly more: number;
  readonly arrows: readonly Arrow[];
  readonly spans: readonly Span[];
  readonly marks: readonly LaneMark[];
}

export interface Lane {
  /** {@link StoredContext.key}; '' for who is not instrumented. */
  readonly key: string;
  readonly label: string;
  readonly kind: MapNode['kind'];
  readonly from: number;
  /** Null while it lives. */
  readonly to: number | null;
}

/** A message, or several between the same two lanes in the same moment. */
export interface Arrow {
  /** Position among the visible rows of the first one. */
  readonly row: number;
  /** Indexes of lanes; `to` is null where it arrived nowhere. */
  readonly from: number;
  readonly to: number | null;
  readonly at: number;
  /** When it arrived; null where that is not known. */
  readonly end: number | null;
  readonly label: string;
  readonly count: number;
  readonly troubled: boolean;
  readonly isReply: boolean;
}

/** A connection's lifetime between two lanes. */
export interface Span {
  readonly from: number;
  readonly to: number | null;
  readonly name: string;
  readonly at: number;
  /** Null while it is open. */
  readonly end: number | null;
  readonly failed: boolean;
}

export interface LaneMark {
  readonly lane: number;
  readonly at: number;
  readonly what: string;
}
