/** Posts that threw: on a port that was closed, or of what cannot be cloned. */

import { text } from '../../../texts/index.js';
import type { ClosedHow } from '../../../protocol/index.js';
import type { Connection } from '../../types.js';
import { kindOf, labelOf, type Evidence } from '../evidence.js';
import { innermostPlace } from '../places.js';
import type { Mark, Stream } from '../traffic.js';
import type { Facts, Sighting } from '../types.js';

const DISCONNECTED = /disconnected port/i;
const NOT_CLONEABLE = /could not be cloned|DataCloneError/i;

/** @returns whether the error is that of a post on a closed port */
export function saysDisconnected(error: string): boolean {
  return DISCONNECTED.test(error);
}

/** @returns one sighting a stream */
export function* refusedPosts(evidence: Evidence): Generator<Sighting> {
  for (const stream of evidence.traffic.streams) {
    const refused = stream.marks.get('refused') ?? [];
    const connection = evidence.connections.get(stream.connection ?? '');
    if (refused.length === 0 || connection === undefined) continue;
    yield* closed(stream, connection, refused, evidence);
    yield* uncloneable(stream, connection, refused, evidence);
  }
}

function* closed(
  stream: Stream,
  connection: Connection,
  refused: readonly Mark[],
  evidence: Evidence,
): Generator<Sighting> {
  const marks = refused.filter(({ text }) => DISCONNECTED.test(text));
  const [first] = marks;
  if (first === undefined || connection.state === 'failed') return;
  const { closedHow, closedIn } = evidence.endingOf(connection);
  // That the background was stopped is a finding by itself, and names these posts.
  if (closedHow === 'suspended') return;
  const poster = posterOf(stream, connection);
  const self = closedHow === 'disconnect' && closedIn === poster;
  yield {
    rule: 'post-after-close',
    severity: 'error',
    cause: self ? 'self' : causeOf(closedHow),
    at: first.at,
    extension: stream.extension,
    connection: connection.key,
    what: `${connection.name} from ${kindOf(evidence, poster)}`,
    about: marks.map(({ subject }) => subject),
    count: marks.length,
    facts: {
      name: connection.name,
      from: labelOf(evidence, poster),
      by: labelOf(evidence, closedIn),
      ...closingFacts(connection, first.at),
    },
  };
}

function* uncloneable(
  stream: Stream,
  connection: Connection,
  refused: readonly Mark[],
  evidence: Evidence,
): Generator<Sighting> {
  const marks = refused.filter(({ text }) => NOT_CLONEABLE.test(text));
  const [first] = marks;
  if (first === undefined) return;
  const poster = posterOf(stream, connection);
  yield {
    rule: 'not-cloneable',
    severity: 'error',
    cause: 'post',
    at: first.at,
    extension: stream.extension,
    connection: connection.key,
    what: `${connection.name} from ${kindOf(evidence, poster)} ${stream.type ?? ''}`,
    about: marks.map(({ subject }) => subject),
    count: marks.length,
    facts: { name: connection.name, from: labelOf(evidence, poster), error: first.text },
  };
}

function posterOf({ toward }: Stream, { opener, acceptors }: Connection): string | null {
  return (toward === 'acceptor' ? opener : acceptors[0])?.context ?? null;
}

function causeOf(how: ClosedHow | null): string {
  switch (how) {
    case 'disconnect':
      return 'other';
    case 'reloaded':
    case 'updated':
    case 'disabled':
    case 'uninstalled':
    case 'removed':
      return 'extension';
    case null:
    case 'no-receiver':
      return 'unknown';
    default:
      return 'gone';
  }
}

function closingFacts({ closedAt, opener, acceptors }: Connection, at: number): Facts {
  const ends = opener === null ? acceptors : [opener, ...acceptors];
  const place = innermostPlace(
    ends.find(({ closedBy }) => closedBy === 'self')?.closeStack ?? null,
  );
  return {
    place: place === null ? '' : ` ${text('finding_fact_place', { place })}`,
    after:
      closedAt === null
        ? ''
        : ` ${text('finding_fact_before', { milliseconds: Math.max(0, Math.round(at - closedAt)) })}`,
  };
}
