/** What the rule engine says, and what it reads. */

import type { Model } from '../model.js';

export type Severity = 'error' | 'warning' | 'info';

export type RuleId =
  | 'nobody-listens'
  | 'unheard-messages'
  | 'receiver-frozen'
  | 'post-after-close'
  | 'not-cloneable'
  | 'background-stopped'
  | 'reconnect-storm'
  | 'port-leak'
  | 'reply-forgotten'
  | 'reply-pending'
  | 'reply-too-late'
  | 'reply-race'
  | 'reply-cut-off'
  | 'slow-delivery'
  | 'slow-reply'
  | 'large-payload'
  | 'growing-payload'
  | 'chrome-json'
  | 'chrome-limit'
  | 'duplicate-messages'
  | 'listeners-pile-up';

/** A row that a finding is about. */
export interface Subject {
  readonly kind: 'message' | 'request' | 'opened' | 'closed';
  /** Key of the message, request or connection. */
  readonly key: string;
}

/** A diagnosis: what went wrong, why, and what to change. Things that went wrong in the same way are one finding. */
export interface Finding {
  /** Rule, extension and what was concerned, without anything that differs between two recordings of the same. */
  readonly key: string;
  readonly rule: RuleId;
  readonly severity: Severity;
  /** The first time, epoch milliseconds. */
  readonly at: number;
  /** How often it was seen. */
  readonly count: number;
  /** Extension id. */
  readonly extension: string;
  /** Key of the connection it is about; null when it is about none, or several. */
  readonly connection: string | null;
  /** In order of time; at most {@link MOST_SUBJECTS}. */
  readonly about: readonly Subject[];
  /** One sentence that names what it is about. */
  readonly message: string;
  readonly cause: string;
  readonly fix: string;
  /** A short example of the fix. */
  readonly code: string;
  /** MDN page. */
  readonly link: string;
}

/** Rows that a finding names. */
export const MOST_SUBJECTS = 100;

/** Fills the places of a text. */
export type Facts = Readonly<Record<string, string | number>>;

/** One thing that a rule has seen. */
export interface Sighting {
  readonly rule: RuleId;
  readonly severity: Severity;
  /** Which of the rule's causes; see texts.ts. */
  readonly cause: string;
  readonly at: number;
  readonly extension: string;
  readonly connection: string | null;
  /** Sightings of one rule, cause and extension with the same `what` are one finding. */
  readonly what: string;
  /** In order of time, not empty. */
  readonly about: readonly Subject[];
  /** 1 unless said. */
  readonly count?: number;
  readonly facts: Facts;
}

/** What of the model is looked into. */
export type FindingSource = Pick<
  Model,
  | 'contexts'
  | 'connections'
  | 'requests'
  | 'lives'
  | 'connectionAt'
  | 'contextKeyAt'
  | 'messages'
  | 'payloadText'
>;
