/**
 * When the inspected tab got another page, or an extension was started anew: what came before is of another life.
 * The contexts tell it to the millisecond, where any reports; else the toolbox does.
 */

import type { Model } from '../../src/model/index.js';
import type { Start } from '../../src/model/lives.js';
import type { ModelContext } from '../../src/model/types.js';
import type { Fresh } from '../worker-protocol.js';

type Readable = Pick<Model, 'contexts' | 'lives'>;

/** Starts of a background that are those of its extension. */
const ANEW: ReadonlySet<Start> = new Set(['reloaded', 'updated', 'enabled']);

/** The toolbox tells of a navigation within this many milliseconds of the start of the page's first script. */
const TOLD_MS = 5_000;

/** @returns since when rows are of the present life, epoch milliseconds; null: nothing ended, or it is to be shown */
export function freshSince(model: Readable, fresh: Fresh): number | null {
  const at = Math.max(pageStart(model, fresh), extensionStart(model));
  return at > (fresh.shownUpTo ?? 0) ? at : null;
}

/** @returns when the tab's page began that came after another; 0: none did */
function pageStart({ contexts }: Readable, { tabId, navigatedAt }: Fresh): number {
  /** When each document began, by its id. */
  const starts = new Map<string, number>();
  for (const { tabId: tab, frameId, documentId, startedAt } of contexts.values()) {
    if (tabId === null || tab !== tabId || frameId !== 0 || documentId === null) continue;
    starts.set(documentId, Math.min(startedAt, starts.get(documentId) ?? Infinity));
  }
  const newest = Math.max(0, ...starts.values());
  if (navigatedAt !== null && Math.abs(newest - navigatedAt) > TOLD_MS) {
    return Math.max(navigatedAt, starts.size > 1 ? newest : 0);
  }
  return starts.size > 1 || navigatedAt !== null ? newest : 0;
}

/** @returns when an extension last started anew, with the first of its contexts; 0: none did */
function extensionStart({ contexts, lives }: Readable): number {
  let newest: ModelContext | null = null;
  for (const context of contexts.values()) {
    if (context.kind !== 'background' || !ANEW.has(lives.get(context.key)?.start ?? 'started')) {
      continue;
    }
    if (newest === null || context.startedAt > newest.startedAt) newest = context;
  }
  if (newest === null) return 0;
  const { extensionId, startedAt } = newest;
  let ended = 0;
  let first = startedAt;
  const own = [...contexts.values()].filter((each) => each.extensionId === extensionId);
  for (const { key, kind } of own) {
    const end = lives.get(key)?.end?.at ?? Infinity;
    if (kind === 'background' && end <= startedAt) ended = Math.max(ended, end);
  }
  for (const each of own) if (each.startedAt > ended) first = Math.min(first, each.startedAt);
  return first;
}
