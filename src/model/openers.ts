/**
 * Finds the context that a `sender` speaks of. The browser names contexts by `contextId`, but a
 * relayed context may lack it, and all user script worlds of a document share one with its content script.
 */

import type { AcceptApi, ReceiveApi, SenderFacts, StoredContext } from '../protocol/index.js';
import { compareText } from './facts.js';

/** Clocks of different processes agree to within this many milliseconds. */
export const CLOCK_SKEW_MS = 5;

type ArriveApi = AcceptApi | ReceiveApi;

/** Only user scripts are heard there. */
const USER_SCRIPT_APIS = new Set<ArriveApi>([
  'runtime.onUserScriptConnect',
  'runtime.onUserScriptMessage',
]);

interface Place {
  readonly extensionId: string;
  /** `user-script` and its world, or anything else. */
  readonly world: string;
  readonly contextId: number | null;
  readonly documentId: string | null;
  readonly spot: string;
}

function placeOfContext(context: StoredContext): Place {
  return {
    extensionId: context.extensionId,
    world: context.kind === 'user-script' ? `user-script ${context.worldId ?? ''}` : '',
    contextId: context.contextId,
    documentId: context.documentId,
    spot: `${context.tabId ?? ''} ${context.frameId ?? ''} ${context.url}`,
  };
}

function placeOfSender(api: ArriveApi, sender: SenderFacts, acceptorExtension: string): Place {
  return {
    extensionId: sender.id ?? acceptorExtension,
    world: USER_SCRIPT_APIS.has(api) ? `user-script ${sender.userScriptWorldId ?? ''}` : '',
    contextId: sender.contextId ?? null,
    documentId: sender.documentId ?? null,
    spot: `${sender.tabId ?? ''} ${sender.frameId ?? ''} ${sender.url ?? ''}`,
  };
}

/** The names a place goes by, surest first. */
function names(place: Place): string[] {
  const prefix = `${place.extensionId}\n${place.world}\n`;
  const all: string[] = [];
  if (place.contextId !== null) all.push(`${prefix}context ${place.contextId}`);
  if (place.documentId !== null) all.push(`${prefix}document ${place.documentId}`);
  all.push(`${prefix}spot ${place.spot}`);
  return all;
}

/** The surest fact that both have decides. */
function samePlace(a: Place, b: Place): boolean {
  if (a.contextId !== null && b.contextId !== null) return a.contextId === b.contextId;
  if (a.documentId !== null && b.documentId !== null) return a.documentId === b.documentId;
  return a.spot === b.spot;
}

/** Names of a sender's place; what finds no context is grouped under the first. */
export function senderNames(
  api: ArriveApi,
  sender: SenderFacts,
  acceptorExtension: string,
): string[] {
  return names(placeOfSender(api, sender, acceptorExtension));
}

export class OpenerIndex {
  readonly #byName = new Map<string, Map<string, StoredContext>>();

  /** Enters a context, or its newer record. @returns the names of its place, now and before */
  put(context: StoredContext, before: StoredContext | null): string[] {
    const old = before === null ? [] : names(placeOfContext(before));
    for (const name of old) this.#byName.get(name)?.delete(context.key);
    const all = names(placeOfContext(context));
    for (const name of all) {
      let entry = this.#byName.get(name);
      if (entry === undefined) this.#byName.set(name, (entry = new Map()));
      entry.set(context.key, context);
    }
    return [...all, ...old];
  }

  /**
   * @param at when the port was accepted or the message received, epoch milliseconds
   * @returns the context it came from: of several in one place (a page loaded again) the latest that had
   *   started by then, or, where all clocks there are ahead, the first; null when none is known
   */
  find(
    api: ArriveApi,
    sender: SenderFacts,
    acceptorExtension: string,
    at: number,
  ): StoredContext | null {
    const place = placeOfSender(api, sender, acceptorExtension);
    for (const name of names(place)) {
      let best: StoredContext | null = null;
      let ahead: StoredContext | null = null;
      for (const context of this.#byName.get(name)?.values() ?? []) {
        if (!samePlace(place, placeOfContext(context))) continue;
        if (context.startedAt > at + CLOCK_SKEW_MS) {
          if (ahead === null || isLater(ahead, context)) ahead = context;
        } else if (best === null || isLater(context, best)) best = context;
      }
      if (best !== null || ahead !== null) return best ?? ahead;
    }
    return null;
  }
}

function isLater(a: StoredContext, b: StoredContext): boolean {
  return (a.startedAt - b.startedAt || compareText(a.key, b.key)) > 0;
}
