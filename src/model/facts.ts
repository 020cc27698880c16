/**
 * The model's own records: what is known of each context and port, kept so that joining can be done again
 * when a later report changes who talks to whom. Nothing here leaves the model; what does is in `types.ts`.
 */

import type {
  LifecycleEvent,
  ReceiveApi,
  SendApi,
  SenderFacts,
  SendTarget,
  StoredContext,
} from '../protocol/index.js';
import { partition, type IdList } from './columns.js';
import type {
  Connection,
  Endpoint,
  ListenerAccount,
  ListenerAnswer,
  ModelContext,
  PayloadRef,
  Request,
  Row,
} from './types.js';

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A row that is about something else than a message. */
export type OtherRow = Exclude<Row, { kind: 'message' }>;

/** An endpoint and everything that was reported about it. */
export interface Port {
  /** Its number in {@link PortFacts}. */
  readonly index: number;
  readonly endpoint: Mutable<Endpoint>;
  /** The endpoint as matching sees it. */
  readonly end: End;
  readonly context: ContextFacts;
  /** Whether `opened` or `accepted` was seen; if not, role, name and api are guesses. */
  known: boolean;
  /** Facts of each kind, in order of seq. */
  readonly posts: IdList;
  readonly refusals: IdList;
  readonly deliveries: IdList;
  /** Lengths of {@link deliveries} each time its page came out of the back/forward cache. */
  readonly pauses: number[];
  /** First and last seq of each stretch of deliveries that a mute rule kept out, in order. */
  readonly mutedDeliveries: number[];
  /** Whether there are facts that are not joined yet. */
  hasNews: boolean;
  /** How many of the facts above are joined into messages of {@link link}. */
  joinedPosts: number;
  joinedRefusals: number;
  joinedDeliveries: number;
  link: Link | null;
}

/** A connection and its messages. */
export interface Link {
  /** Number of the connection, in the order in which connections came to be known. */
  readonly index: number;
  readonly connection: Mutable<Connection>;
  readonly opener: Port | null;
  /** Ordered by time, then key. */
  readonly acceptors: readonly Port[];
  /** Rows, or {@link NONE}. */
  openedRow: number;
  closedRow: number;
}

/** What a context said of its own life. */
export interface Moment {
  readonly at: number;
  readonly what: LifecycleEvent[2];
}

export interface ContextFacts {
  readonly key: string;
  /** Number of the context, in the order in which contexts came to be known. */
  readonly index: number;
  /** Null while events of the context are known but its record is not. */
  stored: StoredContext | null;
  listed: Mutable<ModelContext> | null;
  /** What it said of its own life. */
  readonly moments: Moment[];
  /** The row that says it ended without a word, or {@link NONE}. */
  endedRow: number;
  readonly ports: Map<number, Port>;
  /** Numbers of stacks by the id of the call site. */
  readonly sites: Map<number, number>;
  readonly links: Set<Link>;
  /** Posts, refused posts and deliveries that happened here. */
  messages: number;
  /** Events that are missing here, in gaps. */
  lost: number;
  /** Events of one-off messages here that mute rules kept out. */
  mutedRequests: number;
  /** One-off messages sent from here, by their number. */
  readonly sent: Map<number, SentFact>;
  /** One-off messages received here, by their number. */
  readonly receipts: Map<number, ReceiptFact>;
  /** Requests with an end here. */
  readonly requests: Set<RequestEntry>;
}

/** What departs or arrives, as far as matching looks at it. */
export interface End {
  readonly key: string;
  readonly context: ContextFacts;
  /** Counted up in its context. */
  readonly number: number;
  /** Epoch milliseconds. */
  readonly at: number;
  /** What both sides know it by. */
  readonly name: string;
}

/** A `sendMessage()` call and what the caller heard of it. */
export interface SentFact extends End {
  readonly side: 'sent';
  /** Whether `sent` was seen; if not, the API is a guess, and matching does not know of it. */
  readonly known: boolean;
  readonly api: SendApi;
  readonly target: SendTarget | null;
  readonly stack: string | null;
  readonly payload: NamedRef | null;
  /** What settled it: a reply, or an error. */
  outcome: SentOutcome | null;
  entry: RequestEntry | null;
}

/** A reply (`payload`), or an error: `error` is null where nobody read it. */
export type SentOutcome =
  | { readonly at: number; readonly payload: NamedRef; readonly error: null }
  | { readonly at: number; readonly payload: null; readonly error: string | null };

/** A payload with what stays of it when its text is not held any more. */
export interface NamedRef extends PayloadRef {
  /** See {@link payloadName}. */
  readonly name: string;
  /** Number of the message type; 0: none. */
  readonly type: number;
}

/** A one-off message in a context that listens, and what its listeners did with it. */
export interface ReceiptFact extends End {
  readonly side: 'received';
  /** Whether `received` was seen. */
  readonly known: boolean;
  readonly api: ReceiveApi;
  readonly sender: SenderFacts;
  readonly listeners: number;
  readonly payload: NamedRef | null;
  /** In order of listener. */
  readonly accounts: AccountFact[];
  entry: RequestEntry | null;
}

/** What is known of what one listener did. */
export interface AccountFact extends Mutable<ListenerAccount> {
  answers: readonly AnswerFact[];
}

export interface AnswerFact extends ListenerAnswer {
  readonly payload: NamedRef;
}

/** One request being put together, and where it stands. */
export interface RequestEntry {
  readonly sent: SentFact | null;
  /** Ordered by time, then key. */
  readonly receipts: readonly ReceiptFact[];
  /** Null until it was first written out. */
  request: Mutable<Request> | null;
  /** Its row, or {@link NONE}. */
  row: number;
  /** Bytes as counted in the totals. */
  bytes: number;
  dropped: boolean;
}

/** What was found to belong together: a departure and its arrivals. */
export interface Match<From, To> {
  /** Null when it is not known. */
  readonly from: From | null;
  /** Ordered by time, then key. */
  readonly to: readonly To[];
}

/** @returns the contexts with a part in it, each once */
export function contextsOf({ sent, receipts }: RequestEntry): Set<ContextFacts> {
  const contexts = new Set(receipts.map(({ context }) => context));
  if (sent !== null) contexts.add(sent.context);
  return contexts;
}

/** The browser-attested extension id, which stands first in a context's key. */
export function extensionOf(context: ContextFacts): string {
  return context.stored?.extensionId ?? (context.key.split('\n', 1)[0] as string);
}

/** Code unit order, the same on every machine. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** @returns the first index whose rank is at least `limit`, in an array ordered by rank */
export function lowerBound<T>(
  items: readonly T[],
  limit: number,
  rank: (item: T) => number,
): number {
  return partition(items.length, (index) => rank(items[index] as T) < limit);
}

/** @returns the first index whose rank is greater than `limit`, in an array ordered by rank */
export function upperBound<T>(
  items: readonly T[],
  limit: number,
  rank: (item: T) => number,
): number {
  return partition(items.length, (index) => rank(items[index] as T) <= limit);
}
