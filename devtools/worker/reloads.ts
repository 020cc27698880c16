/**
 * When the inspected tab got another page, or an extension was started anew: what came before is of another life, of
 * that tab or that extension. The contexts tell it to the millisecond, where any reports; else the toolbox does.
 */

import type { Model } from '../../src/model/index.js';
import type { Start } from '../../src/model/lives.js';
import { tabScope } from '../../src/model/scope.js';
import type { ModelContext } from '../../src/model/types.js';
import type { Fresh } from '../worker-protocol.js';
import { selectionMembership } from './membership.js';
import type { Membership } from './visible-rows.js';

type Readable = Pick<Model, 'contexts' | 'lives'>;

/** Since when rows are of the present life, epoch milliseconds, and which of them that is about. */
export type Reload =
  | { readonly kind: 'tab'; readonly tabId: number; readonly at: number }
  | { readonly kind: 'extension'; readonly key: string; readonly at: number };

/** Starts of a background that are those of its extension. */
const ANEW: ReadonlySet<Start> = new Set(['reloaded', 'updated', 'enabled']);

/** The toolbox tells of a navigation within this many milliseconds of the start of the page's first script. */
const TOLD_MS = 5_000;

/** @returns the last reload of the inspected tab and of each extension, but for those before which all is to be shown */
export function freshReloads(model: Readable, fresh: Fresh): readonly Reload[] {
  const { tabId } = fresh;
  const page = tabId === null ? 0 : pageStart(model, tabId, fresh.navigatedAt);
  const reloads: Reload[] = tabId === null ? [] : [{ kind: 'tab', tabId, at: page }];
  for (const [key, at] of extensionStarts(model)) reloads.push({ kind: 'extension', key, at });
  return reloads.filter(({ at }) => at > (fresh.shownUpTo ?? 0));
}

/** @returns what the reload is about: whatever touches the tab, or the extension */
export function reloadedMembership(
  reload: Reload,
  model: Pick<Model, 'contexts' | 'connectionsOf' | 'requestsOf'>,
): Membership {
  // What is deleted of an extension is not the tab's.
  return reload.kind === 'tab'
    ? { ...tabScope(reload.tabId, model), extension: () => false }
    : selectionMembership(reload, model);
}

/** @returns when the tab's page began that came after another; 0: none did */
function pageStart({ contexts }: Readable, tabId: number, navigatedAt: number | null): number {
  /** When each document began, by its id. */
  const starts = new Map<string, number>();
  for (const { tabId: tab, frameId, documentId, startedAt } of contexts.values()) {
    if (tab !== tabId || frameId !== 0 || documentId === null) continue;
    starts.set(documentId, Math.min(startedAt, starts.get(documentId) ?? Infinity));
  }
  const newest = Math.max(0, ...starts.values());
  if (navigatedAt !== null && Math.abs(newest - navigatedAt) > TOLD_MS) {
    return Math.max(navigatedAt, starts.size > 1 ? newest : 0);
  }
  return starts.size > 1 || navigatedAt !== null ? newest : 0;
}

/** @returns by their ids, when extensions last started anew, each with the first of its contexts */
function extensionStarts({ contexts, lives }: Readable): ReadonlyMap<string, number> {
  const newest = new Map<string, ModelContext>();
  for (const context of contexts.values()) {
    const { key, kind, extensionId, startedAt } = context;
    if (kind !== 'background' || !ANEW.has(lives.get(key)?.start ?? 'started')) continue;
    if (startedAt > (newest.get(extensionId)?.startedAt ?? 0)) newest.set(extensionId, context);
  }
  const starts = new Map<string, number>();
  for (const [extensionId, { startedAt }] of newest) {
    const own = [...contexts.values()].filter((each) => each.extensionId === extensionId);
    let ended = 0;
    for (const { key, kind } of own) {
      const end = lives.get(key)?.end?.at ?? Infinity;
      if (kind === 'background' && end <= startedAt) ended = Math.max(ended, end);
    }
    let first = startedAt;
    for (const each of own) if (each.startedAt > ended) first = Math.min(first, each.startedAt);
    starts.set(extensionId, first);
  }
  return starts;
}
