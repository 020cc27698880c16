/** Where a message came from and went, by context. */

import {
  applicationLabel,
  applicationOf,
  contextLabel,
  missingContext,
  nobodyThere,
  unknownEnd,
} from '../../../src/model/index.js';
import type { Model } from '../../../src/model/index.js';
import type { MapNode } from '../../view-protocol.js';
import type { Seen } from './visible.js';

/** A context key; or in its place a name for who reports nothing, with a character in front that no key begins with. */
export type Place = string;

const OUTSIDE = '\n';

function outside(name: string): Place {
  return OUTSIDE + name;
}

export function labelOf(model: Model, place: Place): string {
  if (place.startsWith(OUTSIDE)) return place.slice(OUTSIDE.length);
  const context = model.contexts.get(place);
  return context === undefined ? missingContext() : contextLabel(context);
}

export function kindOf(model: Model, place: Place): MapNode['kind'] {
  const kind = model.contexts.get(place)?.kind;
  if (kind === undefined) return 'outside';
  return kind === 'background' || kind === 'page' ? 'extension' : 'script';
}

export function senderOf(model: Model, seen: Seen): Place {
  if (seen.request !== null) return seen.request.from ?? outside(unknownEnd());
  const known = seen.sender < 0 ? undefined : model.contextKeyAt(seen.sender);
  if (known !== undefined) return known;
  const connection = model.connectionAt(seen.connection);
  return (connection && nativeOf(applicationOf(connection))) ?? outside(unknownEnd());
}

/** @returns where it arrived; where it did not, who was meant, if anybody */
export function receiversOf(model: Model, seen: Seen): readonly Place[] {
  const { request, message } = seen;
  if (request !== null) {
    if (request.receipts.length > 0) return request.receipts.map(({ context }) => context);
    const application = nativeOf(request.target?.application ?? null);
    return [
      application ?? (request.state === 'unheard' ? outside(nobodyThere()) : outside(unknownEnd())),
    ];
  }
  const { messages } = model;
  const count = messages.deliveries(message);
  if (count > 0) {
    return Array.from(
      { length: count },
      (_, n) => model.contextKeyAt(messages.receiver(message, n)) ?? outside(unknownEnd()),
    );
  }
  const connection = model.connectionAt(seen.connection);
  if (connection === undefined) return [outside(nobodyThere())];
  const application = nativeOf(applicationOf(connection));
  if (messages.toward(message) === 'opener') {
    return [connection.opener?.context ?? outside(unknownEnd())];
  }
  if (application !== null) return [application];
  const ends = connection.acceptors.map(({ context }) => context);
  if (ends.length > 0) return ends;
  return [connection.state === 'failed' ? outside(nobodyThere()) : outside(unknownEnd())];
}

function nativeOf(application: string | null): Place | null {
  return application === null ? null : outside(applicationLabel(application));
}
