/** Where a message came from and went, by context. */

import { applicationOf, contextLabel } from '../../../src/model/index.js';
import type { Model } from '../../../src/model/index.js';
import type { MapNode } from '../../view-protocol.js';
import type { Seen } from './visible.js';

/** A context key; or in its place a name for who reports nothing, with a character in front that no key begins with. */
export type Place = string;

const OUTSIDE = '\n';
const NOT_INSTRUMENTED = `${OUTSIDE}not instrumented`;
const NOBODY = `${OUTSIDE}nobody`;

export function labelOf(model: Model, place: Place): string {
  if (place.startsWith(OUTSIDE)) return place.slice(OUTSIDE.length);
  const context = model.contexts.get(place);
  return context === undefined ? 'unknown' : contextLabel(context);
}

export function kindOf(model: Model, place: Place): MapNode['kind'] {
  const kind = model.contexts.get(place)?.kind;
  if (kind === undefined) return 'outside';
  return kind === 'background' || kind === 'page' ? 'extension' : 'script';
}

export function senderOf(model: Model, seen: Seen): Place {
  if (seen.request !== null) return seen.request.from ?? NOT_INSTRUMENTED;
  const known = seen.sender < 0 ? undefined : model.contextKeyAt(seen.sender);
  if (known !== undefined) return known;
  const connection = model.connectionAt(seen.connection);
  return (connection && nativeOf(applicationOf(connection))) ?? NOT_INSTRUMENTED;
}

/** @returns where it arrived; where it did not, who was meant, if anybody */
export function receiversOf(model: Model, seen: Seen): readonly Place[] {
  const { request, message } = seen;
  if (request !== null) {
    if (request.receipts.length > 0) return request.receipts.map(({ context }) => context);
    const application = nativeOf(request.target?.application ?? null);
    return [application ?? (request.state === 'unheard' ? NOBODY : NOT_INSTRUMENTED)];
  }
  const { messages } = model;
  const count = messages.deliveries(message);
  if (count > 0) {
    return Array.from(
      { length: count },
      (_, n) => model.contextKeyAt(messages.receiver(message, n)) ?? NOT_INSTRUMENTED,
    );
  }
  const connection = model.connectionAt(seen.connection);
  if (connection === undefined) return [NOBODY];
  const application = nativeOf(applicationOf(connection));
  if (messages.toward(message) === 'opener') {
    return [connection.opener?.context ?? NOT_INSTRUMENTED];
  }
  if (application !== null) return [application];
  const ends = connection.acceptors.map(({ context }) => context);
  if (ends.length > 0) return ends;
  return [connection.state === 'failed' ? NOBODY : NOT_INSTRUMENTED];
}

function nativeOf(application: string | null): Place | null {
  return application === null ? null : `${OUTSIDE}native application ${application}`;
}
