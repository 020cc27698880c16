/** Messages on a report port: an instrumented context on one side, the collector on the other. */

import type { REPORT_PORT } from './constants.js';
import type { SenderFacts, Way } from './events.js';
import type { FilePiece, FileUnread, ReadFile } from './files.js';

export type ContextKind = 'content-script' | 'user-script' | 'background' | 'page';

/** First message of a report port (on a relay port: the second, after {@link RelayHeader}). */
export interface Hello {
  readonly type: 'hello';
  readonly protocol: number;
  /** Random, made once per context; names the context together with the attested extension id. */
  readonly uid: string;
  readonly kind: ContextKind;
  /** `location.href` of the context, at its start; the first 4,000 characters. */
  readonly url: string;
  /** Epoch milliseconds at which the instrumentation ran. */
  readonly startedAt: number;
  /** What the manifest says; absent in user script worlds, which cannot read it. */
  readonly extensionName?: string;
  readonly extensionVersion?: string;
  /**
   * Stack taken in the script the instrumentation runs from, when it holds nothing else: the collector leaves
   * that script's frames out of call sites.
   */
  readonly ownStack?: string;
  /** It can be told to {@link Mute}. */
  readonly mutes?: boolean;
  /** It is an extension page that can be asked to {@link ReadFile}. */
  readonly readsFiles?: boolean;
}

/** Sent again, unchanged, after a reconnect until it is acknowledged. */
export interface Batch {
  readonly type: 'batch';
  /** 1 for the context's first batch, then without holes. */
  readonly batch: number;
  /** Epoch milliseconds from which the times of its events are counted. */
  readonly start: number;
  /** JSON text of an array of events in their {@link EventBody wire form}. Text, because one string crosses faster than a tree. */
  readonly events: string;
  /** The payload texts of those events, joined. */
  readonly payload: string;
  /** The payloads whose form is `rich`, as they are; absent when there is none. */
  readonly values?: readonly unknown[];
}

export type FromContext = Hello | Batch | FilePiece | FileUnread;

/**
 * How a user script world reports where the host has no listener for its ports: as one-off messages to its own
 * extension, among the host's. The reply is an array of {@link ToContext}, what has come for this context since
 * the last one; anything else means that nobody holds a line for it (any more).
 */
export interface Letter {
  /** Nobody else's messages look like this. */
  readonly porthole: typeof REPORT_PORT;
  /** Of the {@link Hello} with which the line began. */
  readonly uid: string;
  readonly message: FromContext;
}

/** First message of a relay port: whose port it is, as the browser attested it to the relaying context. */
export interface RelayHeader {
  readonly type: 'relayed';
  readonly sender: SenderFacts;
}

/** What is to be captured. */
export interface Capture {
  /** Id of the running recording; null while paused. A new id asks each context to state its open ports. */
  readonly recording: number | null;
  readonly callSites: boolean;
}

/** Answer to {@link Hello}. */
export interface Welcome extends Capture {
  readonly type: 'welcome';
  /** Number of the last batch of this context that is stored; 0 for none. */
  readonly taken: number;
}

/** All batches up to this number are stored. Sent after their transaction committed. */
export interface Ack {
  readonly type: 'ack';
  readonly batch: number;
}

/** What is to be captured has changed. */
export interface CaptureChanged extends Capture {
  readonly type: 'capture';
}

/** The collector does not take this port's messages; it closes the port after this. */
export interface Rejected {
  readonly type: 'rejected';
  readonly reason: string;
}

/**
 * What a context only counts from now on, as long as it has this line: no payload and no call site is taken, nothing sent. Only
 * for a context whose {@link Hello} says that it mutes.
 */
export interface Mute {
  readonly type: 'mute';
  /** All of them; of the others everything is told. */
  readonly ways: readonly Way[];
}

/** What concerns the reporting itself. */
export type ToReporter = Welcome | Ack | CaptureChanged | Mute | Rejected;

export type ToContext = ToReporter | ReadFile;
