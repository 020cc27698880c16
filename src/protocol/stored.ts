/** Records as they stand in IndexedDB: the collector writes them, the model reads them. */

import type { AdmissionVerdict } from './panel.js';
import type { RedactedSpan } from './redaction.js';
import type { ContextKind } from './report.js';
import type { StoredDropped } from './retention.js';

/**
 * What the browser said of the place a context lived in, asked when its line had closed: no context can say such things
 * of itself. Absent keys: not known.
 */
export interface EndFacts {
  /**
   * - `closed`: its tab was gone.
   * - `discarded`: Firefox had unloaded its tab.
   * - `replaced`: its tab was there and not loading anything; right after, it had another document. That is what a
   *   crash looks like.
   * - `open`: its tab was there.
   */
  readonly tab?: 'closed' | 'discarded' | 'replaced' | 'open';
  /** Of its extension, half a second later. */
  readonly extension?: 'enabled' | 'disabled' | 'uninstalled';
}

/** A port that is open in a context. */
export interface OpenPort {
  readonly number: number;
  readonly name: string;
  readonly role: 'opener' | 'acceptor';
  /** The native application at its other end. */
  readonly application?: string;
}

/** One JavaScript global of an extension. Facts about the sender are what the browser attested. */
export interface StoredContext {
  /** Extension id, a line feed, and the context's `uid`. */
  readonly key: string;
  readonly extensionId: string;
  /** As the extension's manifest says, not attested: for display. */
  readonly extensionName: string | null;
  readonly extensionVersion: string | null;
  readonly kind: ContextKind;
  /** User script world; '' is the default world. Null outside user scripts. */
  readonly worldId: string | null;
  readonly url: string;
  readonly tabId: number | null;
  readonly frameId: number | null;
  readonly documentId: string | null;
  /** Firefox's `sender.contextId`. */
  readonly contextId: number | null;
  readonly envType: string | null;
  /** Who vouches for these facts: the browser, or (user scripts) the extension that relayed them. */
  readonly attestedBy: 'browser' | 'relay';
  /** Epoch milliseconds. */
  readonly startedAt: number;
  /**
   * Counts contexts up as the collector first heard of them: of those that cannot live at the same time, the later one
   * has the greater number, whatever clocks said. Absent: not known.
   */
  readonly order?: number;
  /** Epoch milliseconds at which its report port closed last; null while it is open. */
  readonly disconnectedAt: number | null;
  /** Of when its line closed last; absent while it is open, and where the browser was not asked. */
  readonly endFacts?: EndFacts;
  /** Number of its last stored batch. */
  readonly taken: number;
  /** Id of the newest segment when this was stored: none newer has events from before. Absent: not known. */
  readonly lastSegment?: number;
  /** Its newest open ports, by which mute rules know what comes; absent: none. */
  readonly ports?: readonly OpenPort[];
}

/** A stretch of one context's events inside a segment. */
export interface SegmentRun {
  /** {@link StoredContext.key} */
  readonly context: string;
  readonly count: number;
  /** See `runs.ts`; the events' offsets point into the segment's payload string. */
  readonly events: string;
}

/** Some hundred events, written in one transaction. */
export interface StoredSegment {
  /** Auto-incremented key; order of commit. */
  readonly id: number;
  readonly recording: number;
  readonly count: number;
  readonly runs: readonly SegmentRun[];
  readonly payload: string;
}

/** One capture run. There is one at a time; clearing begins the next. */
export interface StoredRecording {
  readonly key: 'recording';
  readonly id: number;
  readonly startedAt: number;
  readonly on: boolean;
  readonly callSites: boolean;
  /** When values were kept from being stored, and under which keys; absent: never. */
  readonly redacted?: readonly RedactedSpan[];
  /** Id of its first segment; what is stored before that was cleared. Absent: all segments are its own. */
  readonly firstSegment?: number;
  /** The recording before, while it can be brought back. */
  readonly cleared?: ClearedRecording;
}

/** What a recording that was cleared had, besides its segments. */
export interface ClearedRecording extends Pick<
  StoredRecording,
  'startedAt' | 'redacted' | 'firstSegment'
> {
  readonly dropped: readonly StoredDropped[];
}

/** Whom the person has allowed to report, and whom not. Outlives recordings. */
export interface StoredAdmission {
  readonly key: 'admission';
  readonly decisions: readonly {
    readonly extensionId: string;
    /** As it was known then, for display. */
    readonly name: string | null;
    readonly verdict: AdmissionVerdict;
  }[];
}

/** Values under which keys are not to be stored. Outlives recordings. */
export interface StoredRedaction {
  readonly key: 'redaction';
  readonly on: boolean;
  readonly keys: readonly string[];
}

/** Something the person must know that is no event: refused reports, storage faults. */
export interface StoredNotice {
  readonly id: number;
  /** Epoch milliseconds; of the last time, when there were several. */
  readonly at: number;
  readonly severity: 'error' | 'warning';
  /** Of the last time. */
  readonly text: string;
  readonly extensionId: string | null;
  /** How many times it happened in a row; absent for once. */
  readonly count?: number;
}
