/**
 * Contexts that are not instrumented, or have not reported yet, and are known only because an instrumented one
 * received something from them: what the browser said there about the sender is all that is known.
 */

import { applicationOf, type Model } from '../../src/model/index.js';
import type { Connection, Request } from '../../src/model/types.js';
import type { SenderFacts, StoredContext } from '../../src/protocol/index.js';

/** What is known of such a context; its key is none of the model's. */
export type Unseen = Pick<
  StoredContext,
  'key' | 'extensionId' | 'kind' | 'worldId' | 'url' | 'tabId' | 'frameId'
>;

/** @returns the extension's id, which stands first in each context's key */
export function extensionOf(contextKey: string): string {
  return contextKey.split('\n', 1)[0] as string;
}

const NOBODY = { sender: null, context: '' };

/** @returns the connection's opener, where it has not reported; else null */
export function unseenOpener(connection: Connection): Unseen | null {
  const { sender, context } = connection.acceptors[0] ?? NOBODY;
  return connection.opener !== null || sender === null || applicationOf(connection) !== null
    ? null
    : unseenOf(sender, context);
}

/** @returns the request's sender, where it has not reported; else null */
export function unseenSender({ from, sender, receipts }: Request): Unseen | null {
  const [receipt] = receipts;
  return from !== null || sender === null || receipt === undefined
    ? null
    : unseenOf(sender, receipt.context);
}

/** @returns null where the browser did not say enough to tell it from others */
function unseenOf(sender: SenderFacts, receiver: string): Unseen | null {
  const { contextId, url = '', tabId = null, frameId = null, userScriptWorldId } = sender;
  if (contextId === undefined || sender.peer !== undefined) return null;
  const kind = kindOf(sender);
  const worldId = kind === 'user-script' ? (userScriptWorldId ?? '') : null;
  const extensionId = sender.id ?? extensionOf(receiver);
  // No uid has a space in it.
  const key = `${extensionId}\nunseen ${contextId} ${worldId ?? ''}`;
  return { key, extensionId, kind, worldId, url, tabId, frameId };
}

function kindOf({ url = '', userScriptWorldId }: SenderFacts): StoredContext['kind'] {
  if (userScriptWorldId !== undefined) return 'user-script';
  if (!url.startsWith('moz-extension:')) return 'content-script';
  return url.endsWith('/_generated_background_page.html') ? 'background' : 'page';
}

/** @returns a test for what has reported after all: then something else than the instrumentation is missing */
export function reportedTest(model: Pick<Model, 'contexts'>): (unseen: Unseen) => boolean {
  const keys = new Set<string>();
  for (const { extensionId, contextId, worldId } of model.contexts.values()) {
    keys.add(`${extensionId}\nunseen ${String(contextId)} ${worldId ?? ''}`);
  }
  return ({ key }) => keys.has(key);
}
