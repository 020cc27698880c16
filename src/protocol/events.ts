/**
 * Events: the facts one instrumented context records, as labelled tuples whose first element is the tag.
 * Tuples, because a recording holds hundreds of thousands of them and a key name per value would be most
 * of the bytes.
 *
 * Common elements:
 * - `port`: number of a `runtime.Port` object in its context, counted from 1. Context and port name an endpoint.
 * - `at`: milliseconds since the Unix epoch, never going back within a context; see `epochNow`.
 * - `seq`: 1 for the first post (or delivery) on that endpoint. Counted even while nothing is captured, so
 *   the n-th post on one end is the n-th delivery on the other whatever was skipped.
 * - `site`: id of a {@link SiteEvent} of the same context that came before, or 0 when not captured.
 * - `form, bytes, offset, length`: a payload, see {@link PayloadForm}. `bytes` is the size of the whole
 *   text in UTF-8; `offset, length` are where its text (or preview) stands, in UTF-16 units, in the payload
 *   string of the batch or segment the event came in. In a batch a `rich` payload of
 *   `length` 0 is no text yet: `offset` is its index among the batch's values, and `bytes` about its size.
 * - `request`: number of a `sendMessage()` call in its context, counted from 1; `receipt`: number of a
 *   one-off message a context received, counted from 1; `listener`: which of the app's listeners, counted
 *   from 1 in the order in which they are called with that message.
 */

export type OpenApi = 'runtime.connect' | 'tabs.connect' | 'runtime.connectNative';
export type AcceptApi =
  'runtime.onConnect' | 'runtime.onConnectExternal' | 'runtime.onUserScriptConnect';
export type SendApi = 'runtime.sendMessage' | 'tabs.sendMessage' | 'runtime.sendNativeMessage';
export type ReceiveApi =
  'runtime.onMessage' | 'runtime.onMessageExternal' | 'runtime.onUserScriptMessage';

/**
 * How a payload's text says it.
 * - `json`: JSON text, and JSON says it exactly.
 * - `rich`: devalue text, for what JSON cannot say (Map, Set, Date, BigInt, typed arrays, undefined, NaN, cycles…).
 * - `json-preview`, `rich-preview`: the first characters of such a text; not parseable.
 * - `unreadable`: no snapshot could be taken; the text is the reason.
 */
export type PayloadForm = 'json' | 'rich' | 'json-preview' | 'rich-preview' | 'unreadable';

/** Whom a `connect()` call named. All fields absent: the own extension's pages. */
export interface ConnectTarget {
  readonly extensionId?: string;
  readonly tabId?: number;
  readonly frameId?: number;
  readonly documentId?: string;
  /** Name of a native application, for `runtime.connectNative` and `runtime.sendNativeMessage`. */
  readonly application?: string;
}

/** Whom a `sendMessage()` call named. */
export type SendTarget = ConnectTarget;

/** The parts of a `runtime.MessageSender` that say which context is at the other end. */
export interface SenderFacts {
  readonly id?: string;
  readonly url?: string;
  readonly tabId?: number;
  readonly frameId?: number;
  readonly documentId?: string;
  /** Firefox only: the same number for every port of one context, whoever receives it. */
  readonly contextId?: number;
  /** Firefox only: `content_child`, `addon_child` or `devtools_child`. */
  readonly envType?: string;
  readonly userScriptWorldId?: string;
  /**
   * Never from the browser: in a recording that was read back from a trace, the key of the endpoint or call at the other
   * end, which the trace knows for certain.
   */
  readonly peer?: string;
}

/** One way of a context's port: the port's number for posts, less than zero for deliveries. */
export type Way = number;

/** `connect()` returned a port. Stated again, with its counters, when a recording begins after that. */
export type OpenedEvent = readonly [
  type: 'opened',
  port: number,
  at: number,
  api: OpenApi,
  name: string,
  target: ConnectTarget,
  site: number,
  posted: number,
  delivered: number,
];

/** The first listener of an `onConnect` kind received a port. Stated again like {@link OpenedEvent}. */
export type AcceptedEvent = readonly [
  type: 'accepted',
  port: number,
  at: number,
  api: AcceptApi,
  name: string,
  sender: SenderFacts,
  posted: number,
  delivered: number,
];

/** `port.postMessage()` returned. */
export type PostedEvent = readonly [
  type: 'posted',
  port: number,
  at: number,
  seq: number,
  site: number,
  form: PayloadForm,
  bytes: number,
  offset: number,
  length: number,
];

/** `port.postMessage()` threw; the app got the error. Not counted in `seq`. */
export type RefusedEvent = readonly [
  type: 'refused',
  port: number,
  at: number,
  error: string,
  site: number,
  form: PayloadForm,
  bytes: number,
  offset: number,
  length: number,
];

/** A message reached a port; `listeners` is how many `onMessage` listeners the app had there then. */
export type DeliveredEvent = readonly [
  type: 'delivered',
  port: number,
  at: number,
  seq: number,
  listeners: number,
  form: PayloadForm,
  bytes: number,
  offset: number,
  length: number,
];

/**
 * The endpoint closed: `self` called `disconnect()`, or `onDisconnect` told that the `other` side did (or
 * went away, or was never there: then `error` is `port.error.message`).
 */
export type DisconnectedEvent = readonly [
  type: 'disconnected',
  port: number,
  at: number,
  by: 'self' | 'other',
  error: string | null,
  site: number,
  posted: number,
  delivered: number,
];

/** `sendMessage()` was called, whatever came of it. */
export type SentEvent = readonly [
  type: 'sent',
  request: number,
  at: number,
  api: SendApi,
  target: SendTarget,
  site: number,
  form: PayloadForm,
  bytes: number,
  offset: number,
  length: number,
];

/** The sender got its reply; `undefined`, when nobody had anything to say. */
export type RepliedEvent = readonly [
  type: 'replied',
  request: number,
  at: number,
  form: PayloadForm,
  bytes: number,
  offset: number,
  length: number,
];

/**
 * The sender got an error instead: `sendMessage()` threw, its promise rejected, or `runtime.lastError` was
 * set. `error` is null when that was not read: reading it in the app's place would hide from the app that it
 * forgot to.
 */
export type FailedEvent = readonly [
  type: 'failed',
  request: number,
  at: number,
  error: string | null,
];

/** A one-off message reached a context that listens; `listeners` is how many the app has there. */
export type ReceivedEvent = readonly [
  type: 'received',
  receipt: number,
  at: number,
  api: ReceiveApi,
  sender: SenderFacts,
  listeners: number,
  form: PayloadForm,
  bytes: number,
  offset: number,
  length: number,
];

/**
 * A listener returned: `true` or a promise announce an answer, `nothing` (any other value) renounces it
 * unless `sendResponse` was called already. `error` is what it threw, else null.
 */
export type ReturnedEvent = readonly [
  type: 'returned',
  receipt: number,
  at: number,
  listener: number,
  what: 'nothing' | 'true' | 'promise' | 'threw',
  error: string | null,
];

/** A listener gave an answer. The first one of all listeners in all contexts wins; the others came late. */
export type AnsweredEvent = readonly [
  type: 'answered',
  receipt: number,
  at: number,
  listener: number,
  how: 'sendResponse' | 'promise',
  form: PayloadForm,
  bytes: number,
  offset: number,
  length: number,
];

/** The promise a listener returned was rejected. */
export type RejectedEvent = readonly [
  type: 'rejected',
  receipt: number,
  at: number,
  listener: number,
  error: string,
];

/** Defines a call site: `stack` is `Error.stack` text, trimmed to the app's frames, one per line. */
export type SiteEvent = readonly [type: 'site', id: number, stack: string];

/** `pagehide` into, `pageshow` out of the back/forward cache, or `pagehide` for good. */
export type LifecycleEvent = readonly [
  type: 'lifecycle',
  at: number,
  what: 'frozen' | 'thawed' | 'unloaded',
];

/**
 * `events` could not be kept, up to `at`.
 * - `buffer-full`: more was unacknowledged than the context may hold.
 * - `porthole-absent`: Porthole was not installed, disabled, or restarting.
 */
export type GapEvent = readonly [
  type: 'gap',
  at: number,
  events: number,
  reason: 'buffer-full' | 'porthole-absent',
];

/**
 * Posts (`way` is the port's number) or deliveries (less than zero) of which the context was told that they are only
 * counted: `events` of them, the last of which has the number `last`. Posts that were refused are among them, with the number
 * that would have been theirs. Never stored: the collector makes a {@link MutedEvent} of it.
 */
export type CountedEvent = readonly [
  type: 'counted',
  way: Way,
  at: number,
  last: number,
  events: number,
];

/**
 * Written by the collector in the place of events that a mute rule kept out; no context may say it. `port` is 0 for
 * one-off messages. Of posts and of deliveries, `spans` has the first and the last `seq` of each stretch of them, one
 * after the other; of `other` events (refused posts, all that is said of one-off messages) it is empty.
 */
export type MutedEvent = readonly [
  type: 'muted',
  port: number,
  at: number,
  way: 'posted' | 'delivered' | 'other',
  spans: readonly number[],
  events: number,
];

export type PortholeEvent =
  | OpenedEvent
  | AcceptedEvent
  | PostedEvent
  | RefusedEvent
  | DeliveredEvent
  | DisconnectedEvent
  | SentEvent
  | RepliedEvent
  | FailedEvent
  | ReceivedEvent
  | ReturnedEvent
  | AnsweredEvent
  | RejectedEvent
  | SiteEvent
  | LifecycleEvent
  | GapEvent
  | MutedEvent;

/** What may stand in a batch; that a context may not say {@link MutedEvent}, the guards see to. */
export type ReportedEvent = PortholeEvent | CountedEvent;

/** The events that carry a payload; `form, bytes, offset, length` are the last elements of each. */
export type PayloadEvent =
  | PostedEvent
  | RefusedEvent
  | DeliveredEvent
  | SentEvent
  | RepliedEvent
  | ReceivedEvent
  | AnsweredEvent;

/** @returns whether the event carries a payload */
export function hasPayload(event: ReportedEvent): event is PayloadEvent {
  switch (event[0]) {
    case 'posted':
    case 'delivered':
    case 'refused':
    case 'sent':
    case 'replied':
    case 'received':
    case 'answered':
      return true;
    default:
      return false;
  }
}
