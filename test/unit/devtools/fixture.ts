/** Summaries, contexts and segments for the panel's tests. */

import type { Summary } from '../../../devtools/worker-protocol.js';
import {
  writeRun,
  type PortholeEvent,
  type StoredContext,
  type StoredSegment,
} from '../../../src/protocol/index.js';

export function summary(changes: Partial<Summary>): Summary {
  return {
    loaded: true,
    progress: 1,
    recording: null,
    query: { tabId: null, text: '', selection: null },
    visible: 0,
    visibleMessages: 0,
    rows: 0,
    searched: changes.rows ?? 0,
    hiddenByScope: 0,
    hiddenBySelection: 0,
    hiddenByFilter: 0,
    hiddenByReload: 0,
    messages: 0,
    contexts: 0,
    connections: 0,
    gaps: 0,
    lost: 0,
    unreported: 0,
    muted: 0,
    deleted: [],
    damaged: 0,
    bytes: 0,
    findings: null,
    ...changes,
  };
}

const BASE = {
  extensionId: 'demo@example',
  extensionName: 'Demo',
  extensionVersion: '1.0',
  worldId: null,
  frameId: null,
  documentId: null,
  envType: null,
  attestedBy: 'browser',
  disconnectedAt: null,
  taken: 1,
} as const;

export const BACKGROUND: StoredContext = {
  ...BASE,
  key: 'demo@example\nbg',
  kind: 'background',
  url: 'moz-extension://demo/background.html',
  tabId: null,
  contextId: 1,
  startedAt: 1000,
};

/** A content script in tab `tabId`. */
export function contentScript(tabId: number): StoredContext {
  return {
    ...BASE,
    key: `demo@example\ncs${tabId}`,
    kind: 'content-script',
    url: `https://tab${tabId}.example/`,
    tabId,
    frameId: 0,
    contextId: 10 + tabId,
    startedAt: 1000 + tabId,
  };
}

/**
 * One segment: a content script connects to the background and posts, and each post is delivered.
 *
 * @param texts JSON texts of the payloads
 */
export function conversation(
  id: number,
  tabId: number,
  texts: readonly string[],
  { firstSeq = 1, listeners = 1, open = true, at = 2000 } = {},
): StoredSegment {
  const script = contentScript(tabId);
  const posts: PortholeEvent[] = [];
  const deliveries: PortholeEvent[] = [];
  if (open) {
    posts.push(['opened', 1, at, 'runtime.connect', `port-${tabId}`, {}, 0, 0, 0]);
    const sender = { id: 'demo@example', url: script.url, tabId, contextId: 10 + tabId };
    deliveries.push([
      'accepted',
      tabId,
      at + 1,
      'runtime.onConnect',
      `port-${tabId}`,
      sender,
      0,
      0,
    ]);
  }
  let offset = 0;
  texts.forEach((text, index) => {
    const { length } = text;
    const seq = firstSeq + index;
    const when = at + 10 * seq;
    posts.push(['posted', 1, when, seq, 0, 'json', length, offset, length]);
    deliveries.push(['delivered', tabId, when + 2, seq, listeners, 'json', length, offset, length]);
    offset += length;
  });
  return {
    id,
    recording: 1,
    count: posts.length + deliveries.length,
    payload: texts.join(''),
    runs: [
      { context: script.key, count: posts.length, events: writeRun(posts) },
      { context: BACKGROUND.key, count: deliveries.length, events: writeRun(deliveries) },
    ],
  };
}
