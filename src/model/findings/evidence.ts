/** Puts together what the rules read: indexes over contexts, connections and requests, which are few beside messages. */

import { text } from '../../texts/index.js';
import { endingOf, type Ending } from '../endings.js';
import { compareText } from '../facts.js';
import { contextLabel } from '../labels.js';
import type { Connection, ModelContext } from '../types.js';
import type { Traffic } from './traffic.js';
import type { FindingSource, Sighting } from './types.js';

/** Everything a rule may read. */
export interface Evidence extends Pick<
  FindingSource,
  'contexts' | 'connections' | 'requests' | 'lives'
> {
  endingOf(connection: Connection): Ending;
  /** Epoch milliseconds at which it is judged, for what has not happened yet. */
  readonly now: number;
  readonly traffic: Traffic;
  /** {@link Connection}s by key of the opener's context and name, in order of time. */
  readonly opened: ReadonlyMap<string, readonly Connection[]>;
  /** Contexts by extension id, in order of start. */
  readonly byExtension: ReadonlyMap<string, readonly ModelContext[]>;
  /** When each context first accepted or received something, by key of the context and {@link Ear}. */
  readonly firstHeard: ReadonlyMap<string, number>;
  /** Periods in the back/forward cache, by key of the context. */
  readonly frozen: ReadonlyMap<string, readonly Span[]>;
}

export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What can be listened on, without the difference between ports and one-off messages. */
export type Ear = 'own' | 'external' | 'user-script';

export type Rule = (evidence: Evidence) => Iterable<Sighting>;

/** Clocks of different processes agree to within this many milliseconds. */
export const SKEW_MS = 20;

/** @returns everything a rule may read, as it is now */
export function gather(source: FindingSource, traffic: Traffic, now: number): Evidence {
  const { contexts, connections, requests, lives } = source;
  const firstHeard = new Map<string, number>();
  const heard = (context: string, from: string | null, at: number): void => {
    const ear = earOf(contexts.get(context), from === null ? undefined : contexts.get(from));
    if (ear === null) return;
    const key = heardKey(context, ear);
    const before = firstHeard.get(key);
    if (before === undefined || at < before) firstHeard.set(key, at);
  };
  const opened = new Map<string, Connection[]>();
  for (const connection of connections.values()) {
    const { opener, acceptors, name } = connection;
    for (const end of acceptors) heard(end.context, opener?.context ?? null, end.at);
    if (opener === null) continue;
    const key = openedKey(opener.context, name);
    const others = opened.get(key);
    if (others === undefined) opened.set(key, [connection]);
    else others.push(connection);
  }
  for (const list of opened.values()) list.sort(byOpening);
  for (const { from, receipts } of requests.values()) {
    for (const { context, at } of receipts) heard(context, from, at);
  }
  const byExtension = new Map<string, ModelContext[]>();
  for (const context of contexts.values()) {
    const others = byExtension.get(context.extensionId);
    if (others === undefined) byExtension.set(context.extensionId, [context]);
    else others.push(context);
  }
  for (const list of byExtension.values()) list.sort(byStart);
  return {
    contexts,
    connections,
    requests,
    lives,
    endingOf: (connection) => endingOf(connection, lives),
    now,
    traffic,
    opened,
    byExtension,
    firstHeard,
    frozen: frozenSpans(traffic),
  };
}

/** @returns the key in {@link Evidence.firstHeard} */
export function heardKey(context: string, ear: Ear): string {
  return `${ear}\n${context}`;
}

/** @returns the key in {@link Evidence.opened} */
export function openedKey(context: string, name: string): string {
  return `${context}\n${name}`;
}

/** @returns on which kind of event a context hears another one; null when either is not known */
export function earOf(
  receiver: ModelContext | undefined,
  sender: ModelContext | undefined,
): Ear | null {
  if (receiver === undefined || sender === undefined) return null;
  if (receiver.extensionId !== sender.extensionId) return 'external';
  return sender.kind === 'user-script' ? 'user-script' : 'own';
}

/** @returns whether the context had begun by then and had not ended, as far as is known */
export function livedAt({ lives }: Evidence, context: ModelContext, at: number): boolean {
  const end = lives.get(context.key)?.end ?? null;
  return context.startedAt <= at + SKEW_MS && (end === null || end.at > at - SKEW_MS);
}

/** @returns whether the context was in the back/forward cache then */
export function wasFrozen({ frozen }: Evidence, context: string, at: number): boolean {
  return (frozen.get(context) ?? []).some(({ from, to }) => from <= at && at < to);
}

/** @returns when the context ended; Infinity while it lives, as far as is known */
export function endOf({ lives }: Evidence, context: string): number {
  return lives.get(context)?.end?.at ?? Infinity;
}

/** @returns the context's label, for texts */
export function labelOf({ contexts }: Evidence, key: string | null | undefined): string {
  const context = key === null || key === undefined ? undefined : contexts.get(key);
  return context === undefined ? text('finding_fact_unknown_context') : contextLabel(context);
}

/** @returns a message by its type, for texts; '' for none */
export function messageNamed(type: string): string {
  return type === '' ? text('finding_fact_message') : text('finding_fact_message_typed', { type });
}

/** @returns the kind of context, which two recordings of the same share */
export function kindOf({ contexts }: Evidence, key: string | null | undefined): string {
  const context = key === null || key === undefined ? undefined : contexts.get(key);
  return context === undefined ? '' : `${context.kind} ${context.worldId ?? ''}`.trimEnd();
}

function frozenSpans({ moments }: Traffic): Map<string, Span[]> {
  const spans = new Map<string, Span[]>();
  for (const { context, at, what } of moments) {
    const own = spans.get(context) ?? [];
    spans.set(context, own);
    const last = own.at(-1);
    if (what === 'frozen') own.push({ from: at, to: Infinity });
    else if (last?.to === Infinity) own[own.length - 1] = { from: last.from, to: at };
  }
  return spans;
}

function byOpening(a: Connection, b: Connection): number {
  return a.openedAt - b.openedAt || compareText(a.key, b.key);
}

function byStart(a: ModelContext, b: ModelContext): number {
  return a.startedAt - b.startedAt || compareText(a.key, b.key);
}
