/** Who is reached by a `connect()` or `sendMessage()`, by what the messaging API says. */

import type { ConnectTarget, SendApi, SendTarget } from '../protocol/index.js';
import type { ContextFacts, Port } from './facts.js';
import type { Endpoint } from './types.js';

const NOBODY_THERE = /receiving end does not exist|could not establish connection/i;

/** @returns whether the browser's error says that nobody listened */
export function saysNobodyThere(error: string): boolean {
  return NOBODY_THERE.test(error);
}

/** @returns whether the API delivers this connect() to that context */
export function mayAccept(open: Port, accept: Port): boolean {
  const { api, target, key } = open.endpoint;
  const peer = accept.endpoint.sender?.peer;
  if (peer !== undefined) return peer === key;
  if (hasFailed(open)) return false;
  return isReached(open.context, accept.context, api, target ?? {});
}

/** @returns whether the API reaches `receiver` when `sender` calls it so */
export function isReached(
  sender: ContextFacts,
  receiver: ContextFacts,
  api: Endpoint['api'] | SendApi,
  target: SendTarget,
): boolean {
  const from = sender.stored;
  const to = receiver.stored;
  if (from === null || to === null || from.key === to.key) return false;
  switch (api) {
    case 'tabs.connect':
    case 'tabs.sendMessage':
      return from.extensionId === to.extensionId && isInTarget(target, receiver);
    case 'runtime.connectNative':
    case 'runtime.sendNativeMessage':
      return false;
    default:
      return (
        (to.kind === 'background' || to.kind === 'page') &&
        to.extensionId === (target.extensionId ?? from.extensionId)
      );
  }
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
  return endpoint.delivered === 0 && endpoint.error !== null && saysNobodyThere(endpoint.error);
}
