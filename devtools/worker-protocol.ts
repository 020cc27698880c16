/**
 * What the panel and its model worker say to each other. The worker holds the recording; the panel holds the
 * summary, the rows it shows and the one row it looks into.
 */

import type {
  ConnectTarget,
  KeptRecording,
  PayloadForm,
  RedactedSpan,
  StorageFault,
  StoredDropped,
} from '../src/protocol/index.js';
import type { Severity } from '../src/model/findings/index.js';
import type { Key, ValueCount } from '../src/model/query/index.js';
import type { Colouring } from './arithmetic/colouring.js';
import type { RowView } from './row-protocol.js';
import type { ViewAnswer, ViewAsk } from './view-protocol.js';

export type * from './row-protocol.js';
export type { Severity };

/** What of the recording is to be shown. */
export interface Query {
  /** Only what touches this tab; null for everything. */
  readonly tabId: number | null;
  /** In the query language; '' for none. */
  readonly text: string;
  readonly selection: Selection | null;
  /** Only what came since the last reload; absent: what came before, too. */
  readonly fresh?: Fresh;
}

/** What counts as a reload: another page in the inspected tab, or an extension that was started anew. */
export interface Fresh {
  /** The inspected tab; null: there is none. */
  readonly tabId: number | null;
  /** When the toolbox last told that the tab was navigated, epoch milliseconds; null: it has not. */
  readonly navigatedAt: number | null;
  /** What came before reloads until then the person wants to see, epoch milliseconds; null: nothing of it. */
  readonly shownUpTo: number | null;
}

/** What the tree narrows the table to. */
export type Selection =
  | { readonly kind: 'extension'; readonly key: string }
  | { readonly kind: 'context'; readonly key: string }
  | { readonly kind: 'connection'; readonly key: string }
  /** The one-off messages of the context with this key. */
  | { readonly kind: 'requests'; readonly key: string };

/** What the rows can be in order of. */
export type SortColumn =
  | 'time'
  | 'ends'
  | 'connection'
  | 'api'
  | 'extension'
  | 'tab'
  | 'type'
  | 'size'
  | 'latency'
  | 'listeners';

/** The order of the rows; rows that are equal in it, and those without a value, are in order of time. */
export interface Sort {
  readonly column: SortColumn;
  readonly descending: boolean;
}

export const BY_TIME: Sort = { column: 'time', descending: false };

export type ToWorker = ToSession | ToDesk;

export type ToSession =
  /** First message: open the store and read it all. */
  | { readonly type: 'start'; readonly query: Query }
  | { readonly type: 'query'; readonly query: Query }
  /** A summary has come: the next one may. */
  | { readonly type: 'taken' }
  /** The store has something new, or (`cleared`) has been emptied. */
  | { readonly type: 'changed'; readonly what: 'segments' | 'contexts' | 'notices' | 'cleared' }
  /** Look into the store by itself now and then: nobody will tell while the background sleeps. */
  | { readonly type: 'watch'; readonly on: boolean }
  | { readonly type: 'sort'; readonly sort: Sort }
  /** What the table shows from now on. Answered by `rows`, unless all of it was told before. */
  | {
      readonly type: 'rows';
      /** Position among the visible rows. */
      readonly from: number;
      /** Exclusive. */
      readonly to: number;
      /** The table sticks to where new rows come. */
      readonly follows: boolean;
      /** The person has moved there; else rows were added, or taken away. */
      readonly byHand: boolean;
    }
  /** Answered by `located`: the visible row closest to this time, epoch milliseconds. */
  | { readonly type: 'locate'; readonly at: number }
  /** The row whose position every listing tells, with `locate` at once; null for none. */
  | { readonly type: 'select'; readonly key: string | null; readonly locate: boolean }
  /** Answered by `detail`; without the payload's text when the panel has it already. */
  | { readonly type: 'detail'; readonly key: string; readonly withPayload: boolean }
  /** Answered by `compared`: what the row is best compared with, or the row with the key `base`. */
  | { readonly type: 'compare'; readonly key: string; readonly base: string }
  /** Answered by `values`, for completion; asking for another key ends it. */
  | { readonly type: 'values'; readonly key: Key }
  /** Answered by `view`, about the rows that the table shows. */
  | { readonly type: 'view'; readonly ask: ViewAsk }
  /** Keys of findings, and rules, that nobody wants to hear of. */
  | { readonly type: 'silence'; readonly silenced: readonly string[] }
  /** How rows in view are coloured from now on. */
  | { readonly type: 'colours'; readonly colouring: Colouring }
  /** Answered by `findings`, now and whenever there are others; or no longer. */
  | { readonly type: 'findings'; readonly wanted: boolean }
  /** After a fault: begin again. */
  | { readonly type: 'retry' };

/** About traces and kept recordings. */
export type ToDesk =
  /** Shows a trace, from a file or from what is kept, in the place of the recording; answered by `trace`. */
  | {
      readonly type: 'open-trace';
      readonly name: string;
      readonly file: Blob | { readonly kept: number };
    }
  /** Shows the recording again; answered by `trace`. */
  | { readonly type: 'close-trace' }
  /** Answered by `exported`. */
  | {
      readonly type: 'export';
      readonly what: ExportWhat;
      readonly redact: readonly string[];
      readonly gzip: boolean;
    }
  /** Puts what is shown aside under a name; answered by `kept`. */
  | { readonly type: 'keep'; readonly name: string }
  /** Answered by `kept`, as are the others. */
  | { readonly type: 'list-kept' }
  | { readonly type: 'rename-kept'; readonly id: number; readonly name: string }
  | { readonly type: 'remove-kept'; readonly id: number }
  /** Puts back what was removed last. */
  | { readonly type: 'restore-kept' }
  /** Answered by `exported`. */
  | { readonly type: 'export-kept'; readonly id: number; readonly name: string };

/** Everything, the rows that the table shows, or the selected one. */
export type ExportWhat = 'all' | 'shown' | 'selected';

/** What the panel tells of a trace that it shows in the place of the recording. */
export interface TraceFacts {
  readonly name: string;
  /** Epoch milliseconds. */
  readonly recordedAt: number;
  /** Name and version, as `firefox/153.7`. */
  readonly browser: string;
  /** Version of the Porthole that wrote it. */
  readonly porthole: string;
  /** Keys whose values were left out when it was written. */
  readonly redacted: readonly string[];
  /** The format's version, where it is not the one that this Porthole knows. */
  readonly newer: number | null;
  /** Lines that could not be read. */
  readonly broken: number;
  /** What is wrong with the first of them. */
  readonly faults: readonly string[];
}

export type FromWorker = FromSession | FromDesk;

export type FromSession =
  | { readonly type: 'summary'; readonly summary: Summary; readonly listing: Listing }
  | { readonly type: 'rows'; readonly listing: Listing }
  /** `at`: of that row, epoch milliseconds; null: there is no row at all. */
  | { readonly type: 'located'; readonly position: number; readonly at: number | null }
  | { readonly type: 'tree'; readonly tree: readonly ExtensionNode[] }
  | { readonly type: 'detail'; readonly key: string; readonly detail: Detail | null }
  | ({ readonly type: 'compared' } & Compared)
  | { readonly type: 'notices'; readonly notices: readonly NoticeView[] }
  /** The most frequent values that the recording has under the key. */
  | { readonly type: 'values'; readonly key: Key; readonly values: readonly ValueCount[] }
  | { readonly type: 'view'; readonly answer: ViewAnswer }
  /** The list of findings. */
  | { readonly type: 'findings'; readonly findings: readonly FindingView[] }
  /** The watch found something: the background is awake again. */
  | { readonly type: 'woken' }
  /** The store cannot be read. */
  | { readonly type: 'fault'; readonly fault: StorageFault };

/** About traces and kept recordings. */
export type FromDesk =
  /** What is shown from now on: a trace, or (null) the recording. */
  | { readonly type: 'trace'; readonly trace: TraceFacts | null }
  /** How much of what takes a while is done, 0 to 1; null: nothing is going on any more. */
  | { readonly type: 'progress'; readonly what: string; readonly done: number | null }
  | {
      readonly type: 'exported';
      readonly file: Blob;
      readonly name: string;
      readonly messages: number;
    }
  /** Newest first. */
  | { readonly type: 'kept'; readonly list: readonly KeptRecording[]; readonly said: string | null }
  /** A trace or kept recording could not be opened, written or changed; a sentence for a person. */
  | { readonly type: 'sorry'; readonly message: string };

/** What a message is compared with. */
export interface Compared {
  readonly key: string;
  /** `previous`, or the key of another row. */
  readonly base: string;
  /** Null when there is none. */
  readonly found: { readonly row: RowView; readonly payload: PayloadDetail | null } | null;
}

/** The table as it stands now. */
export interface Listing {
  /** Changes when positions mean other rows than before: another query, another order. */
  readonly arrangement: number;
  readonly sort: Sort;
  /** Rows that pass the query. */
  readonly visible: number;
  /** How many positions what the person looks at has moved up, counted on; it stays where it is in view. */
  readonly gone: number;
  /** Rows at positions below are as they were told before. */
  readonly standing: number;
  /** The selected row and its position; `index` is null when it is not among the visible ones. */
  readonly selected: { readonly key: string; readonly index: number | null } | null;
  /** Position of the first of `rows`. */
  readonly from: number;
  /** Rows in view that are new or other than told before. */
  readonly rows: readonly RowView[];
}

/** Everything outside the table, small enough to send ten times a second. */
export interface Summary {
  /** False until everything stored at the start has been read. */
  readonly loaded: boolean;
  /** How much of that has been read, 0 … 1. */
  readonly progress: number;
  /** Recording as stored, for the time before the background answers; null when there is none. */
  readonly recording: {
    readonly startedAt: number;
    readonly on: boolean;
    readonly callSites: boolean;
    readonly redacted?: readonly RedactedSpan[];
  } | null;
  readonly query: Query;
  /** Rows that pass the query. */
  readonly visible: number;
  readonly visibleMessages: number;
  /** Rows in all. */
  readonly rows: number;
  /** Rows that have been looked at with this query; the others' turn comes. */
  readonly searched: number;
  /** Rows outside this tab. */
  readonly hiddenByScope: number;
  /** Rows of this tab outside the tree's selection. */
  readonly hiddenBySelection: number;
  /** Rows of the selection that the filter does not pass. */
  readonly hiddenByFilter: number;
  /** Rows that pass all that, from before the last reload. */
  readonly hiddenByReload: number;
  readonly messages: number;
  readonly contexts: number;
  readonly connections: number;
  readonly gaps: number;
  /** Events lost in gaps. */
  readonly lost: number;
  /** Not reported by contexts that ended without a word. */
  readonly unreported: number;
  /** Events that mute rules kept out. */
  readonly muted: number;
  /** What was deleted to make room, by extension. */
  readonly deleted: readonly StoredDropped[];
  /** Events in records that cannot be read. */
  readonly damaged: number;
  readonly bytes: number;
  /** Null until all that was stored has been judged. */
  readonly findings: FindingCounts | null;
}

export type FindingCounts = Readonly<Record<Severity | 'silenced', number>>;

/** A finding, ready to be shown. */
export interface FindingView {
  readonly key: string;
  readonly rule: string;
  /** Name of the rule. */
  readonly title: string;
  readonly severity: Severity;
  /** The first time, epoch milliseconds. */
  readonly at: number;
  /** How often it was seen. */
  readonly count: number;
  /** Name of the extension. */
  readonly extension: string;
  /** Name of the port; '' when it is about none, or several. */
  readonly connection: string;
  /** {@link RowView.key} of rows that it is about. */
  readonly about: readonly string[];
  readonly message: string;
  readonly cause: string;
  readonly fix: string;
  readonly code: string;
  readonly link: string;
  /** Whether it is silenced, alone or with its rule. */
  readonly silenced: 'finding' | 'rule' | null;
}

export interface ExtensionNode {
  readonly key: string;
  readonly name: string;
  /** One-off ones included. */
  readonly messages: number;
  /** Events missing in its listed contexts. */
  readonly lost: number;
  /** What was deleted of it to make room, in words; '' for nothing. */
  readonly deleted: string;
  readonly contexts: readonly ContextNode[];
}

export interface ContextNode {
  readonly key: string;
  readonly label: string;
  /** Url and tab, for the tooltip. */
  readonly title: string;
  readonly kind: string;
  readonly status: ContextStatus;
  /** Events that are missing here, and what it did not report of its end. */
  readonly lost: number;
  /** Of which kind these are, in words; '' for none. */
  readonly lostText: string;
  /** One-off ones included. */
  readonly messages: number;
  /** One-off messages sent or received here. */
  readonly requests: number;
  /** The newest ones; `older` more are not listed. */
  readonly connections: readonly ConnectionNode[];
  readonly older: number;
}

/**
 * - `recording`: it reports, and what it reports is taken.
 * - `waiting`: it may go on, and reports nothing now.
 * - `gone`: it has ended, or what is known of it has.
 * - `unseen`: it is not instrumented, and known only from the other end of its messages.
 */
export interface ContextStatus {
  readonly state: 'recording' | 'waiting' | 'gone' | 'unseen';
  /** For a person, with the reason. */
  readonly text: string;
}

export interface ConnectionNode {
  readonly key: string;
  /** Of the port, as it is shown. */
  readonly name: string;
  /** The name that the extension gave the port, '' when it gave none. */
  readonly port: string;
  /** Whom the other end belongs to. */
  readonly peer: string;
  readonly state: 'open' | 'closed' | 'failed';
  readonly messages: number;
  /** Events that mute rules kept out. */
  readonly muted: number;
}

export interface Detail {
  readonly row: RowView;
  /** What happened, in a sentence, where the row is no plain message. */
  readonly note: string | null;
  /** Null where there is none, and when it was not asked for. */
  readonly payload: PayloadDetail | null;
  readonly deliveries: readonly DeliveryDetail[];
  /** Whether it arrived is not known because a mute rule kept that out. */
  readonly arrivalMuted?: boolean;
  /** Sites, each a stack; empty when none was captured. */
  readonly sites: readonly SiteDetail[];
  readonly connection: ConnectionDetail | null;
  readonly request: RequestDetail | null;
  /** Null when no decoder knows the payload. */
  readonly rpc: RpcDetail | null;
  readonly context: ContextDetail | null;
  /** What was found about it, the gravest first. */
  readonly findings?: readonly FindingView[];
}

/** What a decoder knows of the message: a call or an answer in the envelope of some library. */
export interface RpcDetail {
  readonly protocol: string;
  readonly role: 'request' | 'response' | 'notice';
  readonly method: string | null;
  /** Of a response, or of the response to a request. */
  readonly failed: boolean;
  /** The other half, with the milliseconds between both; null: there is none, or none near. */
  readonly other: { readonly key: string; readonly after: number | null } | null;
}

export interface PayloadDetail {
  readonly form: PayloadForm;
  readonly bytes: number;
  /** Null when its segment is no longer stored. */
  readonly text: string | null;
}

export interface DeliveryDetail {
  readonly context: string;
  /** Null: accepted the port, but this message has not been seen to arrive. */
  readonly at: number | null;
  readonly latency: number | null;
  readonly listeners: number;
}

export interface SiteDetail {
  readonly title: string;
  /** Of the extension whose code it is, as the browser attests it. */
  readonly extensionId: string;
  /** Frames, innermost first. */
  readonly frames: readonly string[];
}

export interface EndDetail {
  readonly context: string;
  readonly url: string;
  readonly api: string;
  readonly at: number;
  readonly posted: number;
  readonly delivered: number;
}

export interface ConnectionDetail {
  readonly key: string;
  readonly name: string;
  readonly api: string;
  readonly target: ConnectTarget | null;
  readonly state: 'open' | 'closed' | 'failed';
  readonly openedAt: number;
  readonly closedAt: number | null;
  /** Who ended it and with what error, in words; null while open. */
  readonly closedBy: string | null;
  readonly opener: EndDetail | null;
  readonly acceptors: readonly EndDetail[];
  readonly messages: number;
  readonly bytes: number;
}

/** What became of a request. */
export interface RequestDetail {
  readonly api: string;
  readonly target: ConnectTarget | null;
  readonly from: string;
  /** Null when the call was not recorded. */
  readonly sentAt: number | null;
  readonly settledAt: number | null;
  readonly state: 'waiting' | 'replied' | 'unanswered' | 'failed' | 'unheard';
  readonly error: string | null;
  /** The reply; null when there is none, and when it was not asked for. */
  readonly reply: PayloadDetail | null;
  /** When the reply was given; null: there is none. */
  readonly replyAt: number | null;
  readonly receipts: readonly ReceiptDetail[];
}

/** A request in one context that listened. */
export interface ReceiptDetail {
  readonly context: string;
  readonly url: string;
  readonly api: string;
  readonly at: number;
  /** Milliseconds from the call; null when that was not recorded. */
  readonly latency: number | null;
  readonly listeners: readonly ListenerDetail[];
  /** Listeners of which nothing was reported. */
  readonly silent: number;
}

export interface ListenerDetail {
  readonly listener: number;
  readonly won: boolean;
  /** In order of time. */
  readonly steps: readonly ListenerStep[];
}

/** One thing a listener did. */
export interface ListenerStep {
  readonly at: number;
  /** Milliseconds from the call, else from the arrival. */
  readonly since: number;
  readonly text: string;
  /** Preview of an answer, or an error; null: none. */
  readonly said: string | null;
  /** An answer or error that decided, that came after the decision, or to which nobody listened any more. */
  readonly race: 'won' | 'late' | 'ignored' | null;
  readonly isError: boolean;
}

export interface ContextDetail {
  readonly label: string;
  readonly extension: string;
  readonly kind: string;
  readonly worldId: string | null;
  readonly url: string;
  readonly tabId: number | null;
  readonly frameId: number | null;
  readonly attestedBy: 'browser' | 'relay';
  readonly startedAt: number;
  readonly disconnectedAt: number | null;
  readonly status: ContextStatus;
}

export interface NoticeView {
  readonly id: number;
  readonly at: number;
  readonly severity: 'error' | 'warning';
  readonly text: string;
  readonly extension: string | null;
  /** How many times it happened; what is said is about the last. */
  readonly count: number;
}
