/** What the model says about a recording: contexts, connections, messages and the rows of the table. */

import type {
  AcceptApi,
  ConnectTarget,
  DropReason,
  OpenApi,
  PayloadForm,
  ReceiveApi,
  SendApi,
  SenderFacts,
  SendTarget,
  StoredContext,
} from '../protocol/index.js';

/** One `runtime.Port` object in one context. */
export interface Endpoint {
  /** Context key, `#`, port number. */
  readonly key: string;
  /** {@link StoredContext.key} */
  readonly context: string;
  readonly port: number;
  readonly role: 'opener' | 'acceptor';
  readonly api: OpenApi | AcceptApi;
  readonly name: string;
  /** Epoch milliseconds. */
  readonly at: number;
  /** Whom the opener named; null at an acceptor. */
  readonly target: ConnectTarget | null;
  /** What the acceptor was told about the opener; null at an opener. */
  readonly sender: SenderFacts | null;
  /** Where `connect()` was called: `Error.stack` text, innermost frame first; null when not captured. */
  readonly stack: string | null;
  readonly closedAt: number | null;
  readonly closedBy: 'self' | 'other' | null;
  /** Where `disconnect()` was called. */
  readonly closeStack: string | null;
  readonly error: string | null;
  /** Posts and deliveries that happened here, captured or not. */
  readonly posted: number;
  readonly delivered: number;
  /** Posts, refused posts and deliveries recorded here. */
  readonly messages: number;
  /** Those that a mute rule kept out. */
  readonly muted: number;
}

/** One opener and the endpoints that accepted it. */
export interface Connection {
  /** Key of the opener's endpoint, else of the first acceptor's. */
  readonly key: string;
  readonly name: string;
  readonly api: OpenApi | AcceptApi;
  readonly target: ConnectTarget | null;
  /** Null when the opener's context is not instrumented or its report has not come yet. */
  readonly opener: Endpoint | null;
  readonly acceptors: readonly Endpoint[];
  readonly openedAt: number;
  readonly closedAt: number | null;
  /** Key of the context whose `disconnect()` ended it; null when none was seen to. */
  readonly closedBy: string | null;
  readonly error: string | null;
  /** `failed`: closed with an error and never accepted ("Receiving end does not exist"). */
  readonly state: 'open' | 'closed' | 'failed';
  readonly messages: number;
  readonly bytes: number;
  /** Posts, refused posts and deliveries at all ends that a mute rule kept out. */
  readonly muted: number;
}

/** Where a payload's text is: `length` characters from `offset` of a stored segment's payload string. */
export interface PayloadRef {
  readonly form: PayloadForm;
  /** UTF-8 size of the whole text, also where only a preview was kept. */
  readonly bytes: number;
  readonly segment: number;
  readonly offset: number;
  readonly length: number;
}

export interface Delivery {
  /** {@link Endpoint.key} */
  readonly endpoint: string;
  readonly context: string;
  readonly at: number;
  readonly seq: number;
  /** `onMessage` listeners the app had on that port; 0: nobody heard it. */
  readonly listeners: number;
}

/** One `posted` event joined with its `delivered` events; or a refused post; or deliveries nobody is known to have posted. */
export interface Message {
  /** Endpoint key of the poster (else of the first delivery), its role in this message, and its seq. */
  readonly key: string;
  /** {@link Connection.key} */
  readonly connection: string;
  readonly toward: 'acceptor' | 'opener';
  /** The post's number on its endpoint; for a refused post, 0. */
  readonly seq: number;
  /** Key of the sender's context; null when it is not instrumented. */
  readonly from: string | null;
  readonly postedAt: number | null;
  readonly deliveries: readonly Delivery[];
  /** It was seen to arrive, or may have been, when a mute rule had begun to keep that out. */
  readonly arrivalMuted: boolean;
  readonly payload: PayloadRef;
  /** The app's own word for the kind of message (`type`, `action`, `cmd`, `method`, …), if it has one. */
  readonly messageType: string | null;
  /** First characters of the payload text, one line; null where the text is not at hand. */
  readonly preview: string | null;
  readonly stack: string | null;
  /** What `postMessage` threw, for a refused post. */
  readonly error: string | null;
}

/** One `sendMessage()` joined with its arrival in every context that listened; either may be unknown. */
export interface Request {
  /** Context key of the sender, `?`, number of the call; else {@link Receipt.key} of the first receipt. */
  readonly key: string;
  /** What was called; where that is not known, where it was received. */
  readonly api: SendApi | ReceiveApi;
  /** Whom the sender named; null where that is not known. */
  readonly target: SendTarget | null;
  /** Key of the sender's context; null when it is not known. */
  readonly from: string | null;
  /** What the browser told the receivers about the sender; null without receipts. */
  readonly sender: SenderFacts | null;
  /** Epoch milliseconds. */
  readonly sentAt: number | null;
  /** Null when only what came after was recorded. */
  readonly payload: PayloadRef | null;
  /** As {@link Message.messageType}, of the question. */
  readonly messageType: string | null;
  /** As {@link Message.preview}, of the question. */
  readonly preview: string | null;
  readonly stack: string | null;
  /** Ordered by time, then key. */
  readonly receipts: readonly Receipt[];
  /** The reply, as the sender got it, or where it is not known, as the winner gave it; null: none. */
  readonly reply: RequestReply | null;
  /** The error that the sender got; null: none, or (`failed`) one that the app did not read. */
  readonly error: string | null;
  /** When the sender had its reply or error. */
  readonly settledAt: number | null;
  /** Which listener's answer or rejection decided; null when none did, or it is not known. */
  readonly winner: RequestWinner | null;
  /**
   * - `waiting`: neither reply nor error yet.
   * - `replied`: somebody answered.
   * - `unanswered`: listeners were called, and all renounced.
   * - `failed`: the sender got an error.
   * - `unheard`: nobody listened.
   */
  readonly state: 'waiting' | 'replied' | 'unanswered' | 'failed' | 'unheard';
}

export interface RequestReply {
  readonly at: number;
  readonly payload: PayloadRef;
  /** As {@link Message.preview}. */
  readonly preview: string | null;
}

export interface RequestWinner {
  /** {@link Receipt.key} */
  readonly receipt: string;
  readonly listener: number;
}

/** A request in one context that listened. */
export interface Receipt {
  /** Context key, `@`, number. */
  readonly key: string;
  readonly context: string;
  readonly api: ReceiveApi;
  readonly at: number;
  /** Listeners the app had there then. */
  readonly listeners: number;
  /** What is known of each listener, in the order in which they are called. */
  readonly accounts: readonly ListenerAccount[];
}

/** What one listener did with a request. */
export interface ListenerAccount {
  /** Counted from 1. */
  readonly listener: number;
  /** Null: not seen to return. */
  readonly returned: ListenerReturn | null;
  readonly answers: readonly ListenerAnswer[];
  /** Its promise was rejected. */
  readonly rejected: { readonly at: number; readonly error: string } | null;
}

export interface ListenerReturn {
  readonly at: number;
  readonly what: 'nothing' | 'true' | 'promise' | 'threw';
  readonly error: string | null;
}

export interface ListenerAnswer {
  readonly at: number;
  readonly how: 'sendResponse' | 'promise';
  readonly payload: PayloadRef;
  /** Firefox did not listen any more: the listener had answered or renounced before, or given a promise. */
  readonly ignored: boolean;
}

/** What a row of the table is about. Rows are ordered by `at`. */
export type Row =
  | { readonly kind: 'message'; readonly at: number; readonly message: Message }
  | { readonly kind: 'request'; readonly at: number; readonly request: Request }
  | { readonly kind: 'opened'; readonly at: number; readonly connection: string }
  | { readonly kind: 'closed'; readonly at: number; readonly connection: string }
  | {
      readonly kind: 'lifecycle';
      readonly at: number;
      readonly context: string;
      /** `ended`: its line closed, and it had not said that it unloads. */
      readonly what: 'started' | 'frozen' | 'thawed' | 'unloaded' | 'ended';
    }
  | {
      readonly kind: 'gap';
      readonly at: number;
      readonly context: string;
      readonly events: number;
      readonly reason: 'buffer-full' | 'porthole-absent';
    }
  /** The oldest events of an extension were deleted to make room; `at`: all of them were stored by then. */
  | {
      readonly kind: 'deleted';
      readonly at: number;
      readonly extension: string;
      readonly events: number;
      readonly bytes: number;
      readonly reason: DropReason;
    };

/**
 * The rows of the table, in order of time. Rows are made when asked for, and not kept: read single values by the
 * methods named after them where there are many rows to go through.
 */
export interface Rows extends Iterable<Row> {
  readonly length: number;
  /** @returns the row, made for the caller; undefined beyond the last one. Negative indexes count from the end. */
  at(index: number): Row | undefined;
  /** @returns epoch milliseconds */
  timeAt(index: number): number;
  kindAt(index: number): Row['kind'];
  /** @returns the id of the message that the row is about, see `Model.messages`; -1: it is about something else */
  messageAt(index: number): number;
  /** @returns for `Model.connectionAt`: the connection that the row is about or whose message it is; -1: none */
  connectionAt(index: number): number;
  /** @returns the first index whose row is not earlier than `at`, epoch milliseconds */
  indexAt(at: number): number;
}

/** Counts over everything folded. */
export interface Totals {
  readonly contexts: number;
  readonly connections: number;
  readonly messages: number;
  readonly deliveries: number;
  readonly requests: number;
  readonly gaps: number;
  /** Events lost in those gaps. */
  readonly lost: number;
  /** Events that mute rules kept out. */
  readonly muted: number;
  /**
   * What contexts that ended without a word did not report: posts, and messages to them of which nobody knows
   * whether they arrived.
   */
  readonly unreported: number;
  /** Of messages, of requests' questions and of their replies. */
  readonly bytes: number;
}

/** A context as the model lists it, with its counts. */
export interface ModelContext extends StoredContext {
  readonly connections: number;
  /** Posts, refused posts and deliveries recorded here. */
  readonly messages: number;
  /** Requests with an end here. */
  readonly requests: number;
  /** Events that are missing here, in gaps. */
  readonly lost: number;
  /** Events of one-off messages here that mute rules kept out. */
  readonly mutedRequests: number;
  /** In the back/forward cache, as far as it said. */
  readonly frozen: boolean;
}
