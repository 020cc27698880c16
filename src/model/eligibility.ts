/** Which open an accept may have come from, by what the messaging API says about who is reached. */

import type { ConnectTarget } from '../protocol/index.js';
import type { ContextFacts, Port } from './facts.js';

const NEVER_ACCEPTED = /receiving end does not exist|could not establish connection/i;

/** @returns whether the API delivers this connect() to that context */
export function mayAccept(open: Port, accept: Port): boolean {
  const { endpoint } = open;
  if (hasFailed(open)) return false;
  const from = open.context.stored;
  const to = accept.context.stored;
  if (from === null || to === null || from.key === to.key) return false;
  const target = endpoint.target ?? {};
  if (endpoint.api === 'tabs.connect') {
    return from.extensionId === to.extensionId && isInTarget(target, accept.context);
  }
  return (
    (to.kind === 'background' || to.kind === 'page') &&
    to.extensionId === (target.extensionId ?? from.extensionId)
  );
}

function isInTarget(target: ConnectTarget, { stored }: ContextFacts): boolean {
  return (
    stored !== null &&
    stored.tabId === (target.tabId ?? null) &&
    (target.frameId === undefined || stored.frameId === target.frameId) &&
    (target.documentId === undefined || stored.documentId === target.documentId)
  );
}

/** @returns whether the browser told the opener that nobody had accepted */
export function hasFailed({ endpoint }: Port): boolean {
  return endpoint.delivered === 0 && endpoint.error !== null && NEVER_ACCEPTED.test(endpoint.error);
}
