/**
 * The trace file: NDJSON, one object a line, `kind` first. Times are milliseconds since `recordedAt`.
 * A payload that JSON says exactly stands as it is under `payload`; see {@link TracePayload} for the others.
 */

import type { AcceptApi, ConnectTarget, OpenApi } from './events.js';
import type { ContextKind } from './report.js';

export const TRACE_FORMAT = 'porthole-trace';
export const TRACE_VERSION = 1;

/**
 * A payload in a trace line: either `payload` (plain JSON), or `payloadRich` (devalue text, reversible with
 * `devalue.parse`), or `payloadPreview` (first characters of a text too long to keep; `bytes` is the whole
 * size), or `payloadUnreadable` (the reason why there is none).
 */
export interface TracePayload {
  readonly bytes: number;
  readonly payload?: unknown;
  readonly payloadRich?: string;
  readonly payloadPreview?: string;
  readonly payloadUnreadable?: string;
}

export interface TraceHeader {
  readonly kind: 'trace';
  readonly format: typeof TRACE_FORMAT;
  readonly version: typeof TRACE_VERSION;
  readonly recordedAt: string;
  readonly browser: string;
  readonly porthole: string;
}

export interface TraceContext {
  readonly kind: 'context';
  readonly id: string;
  readonly extension: string;
  readonly extensionName: string | null;
  readonly type: ContextKind;
  readonly worldId: string | null;
  readonly tabId: number | null;
  readonly frameId: number | null;
  readonly documentId: string | null;
  readonly url: string;
  readonly startedAt: number;
}

export interface TraceConnection {
  readonly kind: 'connection';
  readonly id: string;
  readonly name: string;
  readonly api: OpenApi | AcceptApi;
  readonly target: ConnectTarget | null;
  /** Context id; null when the opener is not instrumented. */
  readonly opener: string | null;
  readonly acceptors: readonly string[];
  readonly openedAt: number;
  readonly closedAt: number | null;
  /** Context id of the end that called `disconnect()`; null when none was seen to. */
  readonly closedBy: string | null;
  readonly error: string | null;
}

export interface TraceDelivery {
  readonly context: string;
  readonly at: number;
  readonly listeners: number;
}

export interface TraceMessage extends TracePayload {
  readonly kind: 'message';
  readonly connection: string;
  readonly seq: number;
  /** Context id; null when the sender is not instrumented (then `postedAt` is null too). */
  readonly from: string | null;
  readonly postedAt: number | null;
  readonly deliveries: readonly TraceDelivery[];
  /** What `postMessage` threw; the message never left. */
  readonly error?: string;
  /** Call site, the app's frames, innermost first. */
  readonly stack?: readonly string[];
}

export interface TraceLifecycle {
  readonly kind: 'lifecycle';
  readonly context: string;
  readonly event: 'frozen' | 'thawed' | 'unloaded';
  readonly at: number;
}

export interface TraceGap {
  readonly kind: 'gap';
  /** Null when it is a gap of a whole extension, or nobody knows whose. */
  readonly context: string | null;
  /** Whose events were `deleted`. */
  readonly extension?: string;
  readonly events: number;
  readonly reason: 'buffer-full' | 'porthole-absent' | 'deleted' | 'damaged';
  /** Null when nobody knows. */
  readonly at: number | null;
}

export type TraceLine =
  TraceHeader | TraceContext | TraceConnection | TraceMessage | TraceLifecycle | TraceGap;
