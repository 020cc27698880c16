/** What the worker says of one row, for the table and the other views. */

import type { Severity } from '../src/model/findings/index.js';
import type { ColourName } from './arithmetic/colouring.js';

/** What sets a row apart from a message that was delivered and heard. */
export type RowFlag =
  /** Posted; no delivery is known yet. */
  | 'undelivered'
  /** Delivered to ports without an `onMessage` listener only; a request that nobody listened to. */
  | 'unheard'
  /** `postMessage` threw. */
  | 'refused'
  /** A connection that nobody accepted, or that ended with an error; a request that got an error. */
  | 'failed'
  /** A request without reply or error so far. */
  | 'waiting'
  /** A request whose listeners all renounced. */
  | 'unanswered';

/** Who is at one end, in two parts; where there is little room the second gives way. */
export interface EndName {
  /** `background`, `content-script`, …; '' when unknown. */
  readonly kind: string;
  /** What tells it from others of its kind. */
  readonly rest: string;
  /** All of it, with the host, for the tooltip. */
  readonly label: string;
}

/** What colours a row, and how that is called where colour does not tell. */
export interface RowColour {
  readonly by: 'rule' | 'connection';
  readonly colour: ColourName;
  /** The rule's name, else its query, or which of the recording's connections it is. */
  readonly label: string;
  /** The rule has a name. */
  readonly named: boolean;
}

/** A row of the table, ready to be drawn. */
export interface RowView {
  readonly key: string;
  readonly kind: 'message' | 'request' | 'opened' | 'closed' | 'lifecycle' | 'gap';
  /** Epoch milliseconds. */
  readonly at: number;
  /** Milliseconds since the recording began. */
  readonly since: number;
  /** `out`: from the opener; `in`: to the opener; `request`: there and back; null: no message. */
  readonly direction: 'out' | 'in' | 'request' | null;
  readonly from: EndName | null;
  readonly to: EndName | null;
  /** Name of the connection as it is shown; of a request, the API. */
  readonly connection: string;
  /** The name that the extension gave the port, '' when it gave none; null: it is about no port that is known. */
  readonly port: string | null;
  /** Which opened the connection, or was called; '' when it is about neither. */
  readonly api: string;
  /** Of the contexts at both ends, by name; '' when unknown. */
  readonly extension: string;
  /** Of the contexts at both ends, by number: `3`, or `3 · 12` with the frame; '' for none. */
  readonly tab: string;
  readonly messageType: string;
  /** Of an answer over a port: what it answers, '' when that is not known; null: it is no answer. */
  readonly answerTo: string | null;
  readonly bytes: number | null;
  /** Milliseconds to the first delivery; of a request, to its reply or error. */
  readonly latency: number | null;
  /** How many listeners heard it, wherever it arrived; null: it is not known to have arrived. */
  readonly listeners: number | null;
  /** Milliseconds since the row before it in time among those that pass the query; null: it is the first. */
  readonly previous: number | null;
  /** Payload preview, or what a row that is no message has to say. */
  readonly preview: string;
  /** Of a request, also of a call over a port: the reply's preview, or the error; '' while there is none. */
  readonly outcome: string;
  readonly flag: RowFlag | null;
  /** Severity of the gravest finding about it. */
  readonly finding?: Severity | undefined;
  readonly colour?: RowColour | undefined;
}
