/** Contexts for drawings, and what they are called. */

import type { SenderFacts, StoredContext } from '../../../src/protocol/index.js';

export const EXTENSION = 'demo@example';

/** @returns a context with the given facts and defaults for the rest; its key ends in its name */
export function context(name: string, facts: Partial<StoredContext> = {}): StoredContext {
  const extensionId = facts.extensionId ?? EXTENSION;
  return {
    key: `${extensionId}\n${name}`,
    extensionId,
    extensionName: 'Demo',
    extensionVersion: '1.0',
    kind: 'background',
    worldId: null,
    url: `moz-extension://demo/${name}.html`,
    tabId: null,
    frameId: null,
    documentId: null,
    contextId: null,
    envType: null,
    attestedBy: 'browser',
    startedAt: 0,
    disconnectedAt: null,
    taken: 0,
    ...facts,
  };
}

/** What the browser tells an acceptor of this context. */
export function senderOf(from: StoredContext): SenderFacts {
  return {
    id: from.extensionId,
    url: from.url,
    ...(from.tabId === null ? {} : { tabId: from.tabId }),
    ...(from.frameId === null ? {} : { frameId: from.frameId }),
    ...(from.documentId === null ? {} : { documentId: from.documentId }),
    ...(from.contextId === null ? {} : { contextId: from.contextId }),
    ...(from.kind === 'user-script' ? { userScriptWorldId: from.worldId ?? '' } : {}),
  };
}

/** @returns the last part of an endpoint, context or message key: the name used in the drawing */
export function short(key: string | null): string {
  return key === null ? '?' : key.slice(key.indexOf('\n') + 1);
}
