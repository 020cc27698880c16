/**
 * The trace file: NDJSON, one object a line, `kind` first. Times are milliseconds since `recordedAt`.
 * A payload that JSON says exactly stands as it is under `payload`; see {@link TracePayload} for the others.
 */

import type {
  AcceptApi,
  ConnectTarget,
  OpenApi,
  ReceiveApi,
  SendApi,
  SendTarget,
} from './events.js';
import type { ContextKind } from './report.js';
import type { EndFacts } from './stored.js';

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
  /** Keys whose values were left out when the trace was written; absent when none were. */
  readonly redacted?: readonly string[];
  /**
   * When the values under which keys were not stored, in order of time; absent: never. `until` is null where it
   * went on.
   */
  readonly redactedAtCapture?: readonly {
    readonly keys: readonly string[];
    readonly from: number;
    readonly until: number | null;
  }[];
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
  readonly extensionVersion?: string;
  readonly endFacts?: EndFacts;
  /** Events of one-off messages here that mute rules kept out; absent: none. */
  readonly mutedRequests?: number;
}

/**
 * How a context ended.
 *
 * - `suspended`: the background was stopped while the extension stayed.
 * - `navigated`: another document came in its place.
 * - `frame-removed`: its frame went, its page stayed.
 * - `closed`: it was closed, or left for a document in which nothing reports.
 * - `tab-closed`, `discarded`: so was its tab, the latter by Firefox, to free memory.
 * - `crashed`: its process did.
 * - `evicted`: it was in the back/forward cache and did not come back.
 * - `lost`: it ended without a word, and nobody could be asked; its tab was closed, say, or its process crashed.
 * - `reloaded`, `updated`: so was the extension; `reloaded` may also be disabled and enabled again.
 * - `disabled`, `uninstalled`: so was the extension.
 * - `removed`: the extension was disabled or uninstalled.
 */
export type EndHow =
  | 'suspended'
  | 'navigated'
  | 'frame-removed'
  | 'closed'
  | 'tab-closed'
  | 'discarded'
  | 'crashed'
  | 'evicted'
  | 'lost'
  | 'reloaded'
  | 'updated'
  | 'disabled'
  | 'uninstalled'
  | 'removed';

/**
 * How a connection ended.
 *
 * - `disconnect`: one end called `disconnect()`.
 * - `no-receiver`: nobody listened.
 * - otherwise what became of the context at one end, see {@link EndHow}.
 */
export type ClosedHow = 'disconnect' | 'no-receiver' | EndHow;

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
  /** Null while open, and when nothing that was reported tells. */
  readonly closedHow: ClosedHow | null;
  /** Id of the context that ended it, by `disconnect()` or by its own end. */
  readonly closedIn: string | null;
  readonly error: string | null;
  /** Posts, refused posts and deliveries that a mute rule kept out of the recording; absent: none. */
  readonly muted?: number;
}

export interface TraceDelivery {
  readonly context: string;
  readonly at: number;
  /** The number of the delivery on its endpoint; absent where it is the message's `seq`. */
  readonly seq?: number;
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
  /** There is no delivery because a mute rule kept that out of the recording. */
  readonly arrivalMuted?: boolean;
  /** What `postMessage` threw; the message never left. */
  readonly error?: string;
  /** Call site, the app's frames, innermost first. */
  readonly stack?: readonly string[];
}

/** A one-off message, with what became of it in every context that listened. */
export interface TraceRequest extends TracePayload {
  readonly kind: 'request';
  readonly id: string;
  /** What was called; where that is not known, where it was received. */
  readonly api: SendApi | ReceiveApi;
  readonly target: SendTarget | null;
  /** Context id; null when the sender is not known (then `sentAt` is null too). */
  readonly from: string | null;
  readonly sentAt: number | null;
  readonly deliveries: readonly TraceReceipt[];
  readonly state: 'waiting' | 'replied' | 'unanswered' | 'failed' | 'unheard';
  /** When the sender had its reply or error. */
  readonly settledAt: number | null;
  readonly reply: TraceReply | null;
  /** The sender's error; null also where it failed with an error that the app did not read. */
  readonly error: string | null;
  /** Context id and listener whose answer or rejection decided; null when none did, or it is not known. */
  readonly winner: { readonly context: string; readonly listener: number } | null;
  /** Call site, the app's frames, innermost first. */
  readonly stack?: readonly string[];
}

export interface TraceReply extends TracePayload {
  readonly at: number;
  /** Context id of the winner. */
  readonly from: string | null;
}

/** A request in one context that listened. */
export interface TraceReceipt {
  readonly context: string;
  readonly api: ReceiveApi;
  readonly at: number;
  /** How many listeners the app had there; `accounts` has those of which something is known. */
  readonly listeners: number;
  readonly accounts: readonly TraceAccount[];
}

/** What one listener, counted from 1, did with a request. */
export interface TraceAccount {
  readonly listener: number;
  readonly returned: {
    readonly at: number;
    readonly what: 'nothing' | 'true' | 'promise' | 'threw';
    /** What it threw. */
    readonly error?: string;
  } | null;
  readonly answers: readonly TraceAnswer[];
  readonly rejected: { readonly at: number; readonly error: string } | null;
}

export interface TraceAnswer extends TracePayload {
  readonly at: number;
  readonly how: 'sendResponse' | 'promise';
  /** The listener had answered or renounced before, or given a promise: nobody listened to this any more. */
  readonly ignored?: true;
}

export interface TraceLifecycle {
  readonly kind: 'lifecycle';
  readonly context: string;
  /** `ended`: nothing was heard from it any more, and it had not said that it unloads. */
  readonly event: 'frozen' | 'thawed' | 'unloaded' | 'ended';
  /** With `unloaded` and `ended`. */
  readonly how?: EndHow;
  /**
   * With `ended`, where the other ends of its connections tell so: posts that it did not report, and messages posted
   * to it of which nobody knows whether they arrived.
   */
  readonly unreported?: { readonly posts: number; readonly arrivals: number };
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

/**
 * What Porthole made of it when the trace was written, for readers without rules of their own. Porthole itself judges
 * anew.
 */
export interface TraceFinding {
  readonly kind: 'finding';
  readonly rule: string;
  readonly severity: 'error' | 'warning' | 'info';
  /** The first time. */
  readonly at: number;
  readonly count: number;
  readonly extension: string;
  /** Connection id; null when it is about none, or several. */
  readonly connection: string | null;
  /** Some of what it is about, in order of time. */
  readonly about: readonly TraceSubject[];
  readonly message: string;
  readonly cause: string;
  readonly fix: string;
  /** A short example. */
  readonly code: string;
  /** A page on MDN. */
  readonly link: string;
}

/** A connection, a message of it, or a request. */
export type TraceSubject =
  | { readonly connection: string; readonly from?: string | null; readonly seq?: number }
  | { readonly request: string };

export type TraceLine =
  | TraceHeader
  | TraceContext
  | TraceConnection
  | TraceMessage
  | TraceRequest
  | TraceLifecycle
  | TraceGap
  | TraceFinding;
