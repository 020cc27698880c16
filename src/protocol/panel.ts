/** Messages on a panel port: a panel on one side, Porthole's background on the other. */

import type { FileNews } from './files.js';
import type { CountedMuteRule, MuteRule } from './mutes.js';
import type { RetentionLimits } from './retention.js';

/** Which Playground example, or the person's own user script. */
export type PlaygroundRun =
  | { readonly example: 'content-script' }
  | { readonly example: 'user-script' }
  | { readonly example: 'code'; readonly code: string };

/** What the Playground needs, and only a page of Porthole's own in a tab can ask for. */
export type PlaygroundPermission = 'pages' | 'userScripts';

export interface PlaygroundResult {
  readonly ok: boolean;
  /** For the person. */
  readonly message: string;
  /** Why it could not run, when a permission was not granted. */
  readonly missing?: PlaygroundPermission;
}

/** An extension whose reports wait until the person allows or blocks it. */
export interface WaitingExtension {
  /** As the browser attests it. */
  readonly extensionId: string;
  readonly name: string | null;
  /** Who says the name: the browser, or (where it may not be asked) the extension itself. */
  readonly nameFrom: 'browser' | 'extension';
  /** Firefox's `management.ExtensionInfo.installType`; null when it may not be asked. */
  readonly installType: string | null;
  /** Contexts that wait. */
  readonly contexts: number;
  /** Events that could not be kept while it waited. */
  readonly lost: number;
  /** Ports closed again because too many waited. */
  readonly turnedAway: number;
}

/** An extension that Firefox has installed and enabled. */
export interface InstalledExtension {
  readonly extensionId: string;
  readonly name: string;
  /** By its name: the copy that Porthole makes of an extension is called so. */
  readonly isInstrumented: boolean;
  /** Whether it may run on any page at all now. */
  readonly hasHosts: boolean;
}

/** An extension the person has decided about. */
export interface DecidedExtension {
  readonly extensionId: string;
  readonly name: string | null;
  readonly verdict: AdmissionVerdict;
  /** Ports rejected since Porthole's background started. */
  readonly refused: number;
}

export type AdmissionVerdict = 'allowed' | 'blocked';

/**
 * Why the store cannot be used.
 * - `newer`: a newer Porthole wrote the database.
 * - `blocked`: it has to be upgraded, and another page holds it open.
 * - `failed`: anything else.
 */
export interface StorageFault {
  readonly kind: 'newer' | 'blocked' | 'failed';
  readonly message: string;
}

export type FromPanel =
  /**
   * Pause (`false`) or resume recording.
   *
   * `at`: when the person asked for it, in epoch milliseconds; when it arrives, unless said.
   */
  | { readonly type: 'record'; readonly on: boolean; readonly at?: number }
  /** Forget everything recorded and begin a new recording. */
  | { readonly type: 'clear' }
  /** The same, but for a while it can be brought back. */
  | { readonly type: 'set-aside' }
  /** Bring back what was set aside last, with what was recorded since. */
  | { readonly type: 'bring-back' }
  | { readonly type: 'call-sites'; readonly on: boolean }
  /** How much is to be kept. */
  | { readonly type: 'limits'; readonly limits: RetentionLimits }
  /** After `stopped`: try once more. */
  | { readonly type: 'retry' }
  /** Delete the whole database, whatever is in it, and begin with an empty one. */
  | { readonly type: 'start-again' }
  /** What the person decided about an extension; null takes an earlier decision back. */
  | {
      readonly type: 'admit';
      readonly extensionId: string;
      readonly verdict: AdmissionVerdict | null;
    }
  /** Answered by `installed`. */
  | { readonly type: 'list-installed' }
  /** Values under which keys are not to be stored from now on. */
  | { readonly type: 'redaction'; readonly on: boolean; readonly keys: readonly string[] }
  /**
   * Read a file of the extension, as a call site or a source map of it names it; answered by `file`, piece by piece, or
   * `no-file`. Only for a person who wants to see it.
   */
  | {
      readonly type: 'read-file';
      /** Chosen by the panel. */
      readonly ask: number;
      readonly extensionId: string;
      readonly url: string;
    }
  /** What is not recorded from now on. */
  | { readonly type: 'mutes'; readonly rules: readonly MuteRule[] }
  /** Run in a tab; answered by `playground`. */
  | { readonly type: 'playground-run'; readonly tabId: number; readonly run: PlaygroundRun }
  /** Let the Playground's background side post to every port it has open; answered by `playground`. */
  | { readonly type: 'playground-post'; readonly text: string };

export type ToPanel =
  /** First message, and after each change. */
  | {
      readonly type: 'state';
      readonly recording: number;
      readonly startedAt: number;
      readonly on: boolean;
      readonly callSites: boolean;
      /** The recording before was cleared and can be brought back. */
      readonly undoable: boolean;
      /** Contexts whose report port is open now. */
      readonly reporting: number;
    }
  /** Follows the first `state`, and each change. */
  | {
      readonly type: 'storage';
      readonly limits: RetentionLimits;
      readonly holds: { readonly events: number; readonly bytes: number };
      /** Why nothing can be stored now, though it is tried again and again; null when it can. */
      readonly fault: string | null;
    }
  /** In place of the first `state`: the collector cannot start. */
  | ({ readonly type: 'stopped' } & StorageFault)
  /** A segment was committed: read it by its id. */
  | { readonly type: 'segment'; readonly id: number; readonly count: number }
  /** Stored contexts changed (a new one, or one that ended) without a segment. */
  | { readonly type: 'contexts' }
  /** A notice was stored. */
  | { readonly type: 'notice' }
  /** What belongs to the recording has changed, all of it: it was cleared, or what was cleared is back. */
  | { readonly type: 'cleared'; readonly recording: number }
  /** Follows the first `state`, and each change: whether values are redacted, and under which keys. */
  | { readonly type: 'redaction'; readonly on: boolean; readonly keys: readonly string[] }
  /** Follows the first `state`, and each change: what is not recorded, and how many events that was. */
  | { readonly type: 'mutes'; readonly rules: readonly CountedMuteRule[] }
  /** Follows the first `state`, and each change: who waits to be admitted, and what was decided. */
  | {
      readonly type: 'admission';
      readonly waiting: readonly WaitingExtension[];
      readonly decided: readonly DecidedExtension[];
    }
  /** Null: Firefox may not be asked, for want of the `management` permission. Told again when that is granted. */
  | { readonly type: 'installed'; readonly extensions: readonly InstalledExtension[] | null }
  /** Of the file that the panel asked for under this number. */
  | ({ readonly ask: number } & FileNews)
  /** How a Playground request ended. */
  | ({ readonly type: 'playground' } & PlaygroundResult);
