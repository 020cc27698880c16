/**
 * When contexts began and ended, and how: what no context can say of itself, told from its neighbours. A pure
 * rule over everything known, because each later report may change what the earlier ones meant.
 *
 * What Firefox does, measured in 153: a background that is stopped says that it unloads, and the extension's
 * other contexts stay. When an extension is disabled, reloaded or updated the background says so too, and the
 * lines of all its content scripts close in the same moment, without a word. A page that goes says that it
 * unloads, unless its whole tab goes or its process crashes. A page dropped from the back/forward cache says
 * nothing. A user script's line leads through the background, so its end tells nothing of the script.
 *
 * Where the collector could ask, the browser says the rest ({@link EndFacts}). What nobody said is not guessed: such a
 * context is `lost`.
 */

import type { EndHow, StoredContext } from '../protocol/index.js';
import { compareText, lowerBound, type Moment } from './facts.js';

/**
 * - `started`: nothing else is known.
 * - `woken`: the background ran before, was stopped, and runs again.
 * - `reloaded`, `updated`, `enabled`: so was the extension, the last one after it had been disabled.
 */
export type Start = 'started' | 'woken' | 'reloaded' | 'updated' | 'enabled';

export interface ContextEnd {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly how: EndHow;
}

export interface Life {
  readonly start: Start;
  /** Null while it lives, as far as is known. */
  readonly end: ContextEnd | null;
}

export interface LifeFacts extends Pick<
  StoredContext,
  | 'key'
  | 'extensionId'
  | 'extensionVersion'
  | 'kind'
  | 'tabId'
  | 'frameId'
  | 'documentId'
  | 'startedAt'
  | 'disconnectedAt'
  | 'endFacts'
> {
  /** In the order in which they were said. */
  readonly moments: readonly Moment[];
}

/** What ends within this many milliseconds ended together. */
const TOGETHER_MS = 1_000;

interface Lived {
  readonly facts: LifeFacts;
  /** Its own word, or else when its line closed. */
  readonly end: { readonly at: number; readonly silent: boolean; readonly frozen: boolean } | null;
}

/** @returns each context's life, by its key */
export function livesOf(contexts: Iterable<LifeFacts>): ReadonlyMap<string, Life> {
  const all = [...contexts].map((facts): Lived => ({ facts, end: endOf(facts) })).sort(byStart);
  const lives = new Map<string, Life>();
  for (const extension of grouped(all, ({ facts }) => facts.extensionId).values()) {
    tellBackgrounds(extension, lives);
  }
  const places = grouped(all, ({ facts }) => placeOf(facts.tabId, facts.frameId));
  for (const lived of all) {
    const { key } = lived.facts;
    const end = lived.end && { at: lived.end.at, how: howEnded(lived, places) };
    if (!lives.has(key)) lives.set(key, { start: 'started', end });
  }
  return lives;
}

/**
 * @returns when a context was last heard of, if it said nothing of its end itself; null while its line is
 *   open, and for user scripts
 */
export function silentSince(
  facts: Pick<LifeFacts, 'kind' | 'disconnectedAt' | 'moments'>,
): number | null {
  const end = endOf(facts);
  return end?.silent === true ? end.at : null;
}

function endOf({
  kind,
  disconnectedAt,
  moments,
}: Pick<LifeFacts, 'kind' | 'disconnectedAt' | 'moments'>): Lived['end'] {
  const last = moments.at(-1);
  if (last?.what === 'unloaded') return { at: last.at, silent: false, frozen: false };
  if (disconnectedAt === null || kind === 'user-script') return null;
  return { at: disconnectedAt, silent: true, frozen: last?.what === 'frozen' };
}

/** Tells the lives of an extension's backgrounds, and of all that ended with the extension. */
function tellBackgrounds(extension: readonly Lived[], lives: Map<string, Life>): void {
  const backgrounds = extension.filter(({ facts }) => facts.kind === 'background');
  let start: Start = 'started';
  for (const [index, background] of backgrounds.entries()) {
    const { key, extensionVersion } = background.facts;
    const { end } = background;
    const next = backgrounds[index + 1]?.facts;
    if (end === null) {
      lives.set(key, { start, end });
      start = 'started';
      continue;
    }
    const others = extension.filter(
      ({ facts }) =>
        facts.kind !== 'background' && facts.kind !== 'user-script' && facts.startedAt < end.at,
    );
    const along = others.filter((other) => endedTogether(other.end, end) && !hasOwnEnd(other));
    const isOutlived = others.some(
      (other) => other.end === null || other.end.at > end.at + TOGETHER_MS,
    );
    const updated = next !== undefined && next.extensionVersion !== extensionVersion;
    const off = [background, ...along].map(({ facts }) => switchedOff(facts)).find(Boolean);
    const went =
      updated ||
      off !== undefined ||
      (!isOutlived && along.some((other) => other.end?.silent === true));
    const isBack = next !== undefined || background.facts.endFacts?.extension === 'enabled';
    const how = updated
      ? 'updated'
      : (off ?? (!went ? stopped(end) : isBack ? 'reloaded' : 'removed'));
    lives.set(key, { start, end: { at: end.at, how } });
    if (went) {
      for (const { facts, end: own } of along) {
        lives.set(facts.key, { start: 'started', end: { at: own?.at ?? end.at, how } });
      }
    }
    start = STARTS_AFTER[how] ?? 'started';
  }
}

const STARTS_AFTER: { readonly [how in EndHow]?: Start } = {
  suspended: 'woken',
  reloaded: 'reloaded',
  updated: 'updated',
  disabled: 'enabled',
};

function stopped(end: { readonly silent: boolean }): EndHow {
  return end.silent ? 'lost' : 'suspended';
}

/** Whether the browser said that it ended with its tab or process: so not for its extension's sake. */
function hasOwnEnd({ facts: { endFacts } }: Lived): boolean {
  return endFacts?.tab !== undefined && endFacts.tab !== 'open';
}

/** @returns what became of the extension, where the browser said that it was gone soon after; else undefined */
function switchedOff({ endFacts }: LifeFacts): 'disabled' | 'uninstalled' | undefined {
  const extension = endFacts?.extension;
  return extension === 'enabled' ? undefined : extension;
}

function howEnded(lived: Lived, places: ReadonlyMap<string, readonly Lived[]>): EndHow {
  const { facts, end } = lived;
  if (end === null || end.frozen) return 'evicted';
  if (end.silent) return howLost(lived, places);
  const { tabId, frameId } = facts;
  if (tabId === null) return 'closed';
  const next = hasSuccessor(facts, end.at, places.get(placeOf(tabId, frameId)) ?? []);
  if (isTop(facts)) return next ? 'navigated' : withTab(facts, end.at);
  const tops = contemporaries(facts, end.at, places.get(placeOf(tabId, 0)) ?? []);
  const gone = tops.find((top) => endedTogether(top.end, end) && !outlived(facts, top.facts));
  if (gone !== undefined) return howEnded(gone, places);
  if (next) return 'navigated';
  return tops.length > 0 ? 'frame-removed' : withTab(facts, end.at);
}

/** Whether a tab that soon went was still there when the line of a frame in it had closed. */
function outlived(frame: LifeFacts, top: LifeFacts): boolean {
  const tab = top.endFacts?.tab;
  return frame.endFacts?.tab === 'open' && (tab === 'closed' || tab === 'discarded');
}

/** How a document ended that said so, and after which no other is known. */
function withTab(facts: LifeFacts, at: number): EndHow {
  const { disconnectedAt, endFacts } = facts;
  // Of a line that closed later than the document went, the browser was asked too late.
  if (disconnectedAt !== null && disconnectedAt > at + TOGETHER_MS) return 'closed';
  switch (endFacts?.tab) {
    case 'closed':
      return 'tab-closed';
    case 'discarded':
      return 'discarded';
    case 'open':
    case 'replaced':
      return isTop(facts) ? 'navigated' : 'closed';
    default:
      return 'closed';
  }
}

/** How a context ended that said nothing of it. */
function howLost({ facts, end }: Lived, places: ReadonlyMap<string, readonly Lived[]>): EndHow {
  const { endFacts, tabId, frameId } = facts;
  if (endFacts?.tab === 'closed') return 'tab-closed';
  if (endFacts?.tab === 'discarded') return 'discarded';
  const off = switchedOff(facts);
  if (off !== undefined) return off;
  if (end === null || tabId === null) return 'lost';
  const heir = heirOf(facts, end.at, places.get(placeOf(tabId, frameId)) ?? []);
  if (heir !== null) {
    return heir.extensionVersion === facts.extensionVersion ? 'reloaded' : 'updated';
  }
  if (endFacts?.tab !== 'replaced') return 'lost';
  if (isTop(facts)) return 'crashed';
  // Frames come and go in a tab that stays; only with its page is it known that the process went.
  const tops = contemporaries(facts, end.at, places.get(placeOf(tabId, 0)) ?? []);
  return tops.some((top) => endedTogether(top.end, end) && howEnded(top, places) === 'crashed')
    ? 'crashed'
    : 'lost';
}

/**
 * @returns the content script that the same extension has put into the same document again, as it does only when it
 *   starts; else null
 */
function heirOf(facts: LifeFacts, at: number, here: readonly Lived[]): LifeFacts | null {
  const { kind, documentId, extensionId, startedAt } = facts;
  if (kind !== 'content-script' || documentId === null) return null;
  for (let i = here.length - 1; i >= 0; i -= 1) {
    const other = (here[i] as Lived).facts;
    if (other.startedAt <= startedAt || other.startedAt < at - TOGETHER_MS) return null;
    const isSame = other.documentId === documentId && other.extensionId === extensionId;
    if (isSame && other.kind === kind) return other;
  }
  return null;
}

function isTop({ frameId }: LifeFacts): boolean {
  return frameId === null || frameId === 0;
}

/** @param here ordered by start: a tab may have seen thousands of documents, and the last ones matter */
function hasSuccessor({ documentId }: LifeFacts, at: number, here: readonly Lived[]): boolean {
  for (let i = here.length - 1; i >= 0; i -= 1) {
    const { facts } = here[i] as Lived;
    if (facts.startedAt < at) return false;
    if (facts.documentId !== documentId) return true;
  }
  return false;
}

/** @returns those of `here` that lived before `at`, together with the context; the last ones first */
function contemporaries({ startedAt }: LifeFacts, at: number, here: readonly Lived[]): Lived[] {
  const found: Lived[] = [];
  for (let i = lowerBound(here, at, (lived) => lived.facts.startedAt) - 1; i >= 0; i -= 1) {
    const lived = here[i] as Lived;
    if (lived.end !== null && lived.end.at <= startedAt) break;
    found.push(lived);
  }
  return found;
}

function endedTogether(a: Lived['end'], b: Lived['end']): boolean {
  return a !== null && b !== null && Math.abs(a.at - b.at) <= TOGETHER_MS;
}

function placeOf(tabId: number | null, frameId: number | null): string {
  return `${String(tabId)}/${String(frameId ?? 0)}`;
}

function byStart(a: Lived, b: Lived): number {
  return a.facts.startedAt - b.facts.startedAt || compareText(a.facts.key, b.facts.key);
}

function grouped(all: readonly Lived[], by: (lived: Lived) => string): Map<string, Lived[]> {
  const groups = new Map<string, Lived[]>();
  for (const lived of all) {
    const name = by(lived);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [lived]);
    else group.push(lived);
  }
  return groups;
}
