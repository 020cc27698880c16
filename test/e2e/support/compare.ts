/** Compares what Porthole captured with what the witness saw Firefox route. */
import { parse } from 'devalue';
import {
  RICH_REVIVERS,
  parseRun,
  type PayloadEvent,
  type StoredSegment,
} from '../../../src/protocol/index.js';
import type { Connection, Endpoint, Model } from '../../../src/model/index.js';
import { canonicalText } from './canonical.js';
import type { WitnessedPort } from './witness.js';

export interface Comparison {
  readonly ports: number;
  readonly messages: number;
  readonly deliveries: number;
  /** Posts known from their deliveries alone: the page that made them was gone before it could report them. */
  readonly inferred: number;
  /** Ports the witness saw whose messages Porthole has otherwise or not at all. */
  readonly missing: readonly string[];
  /** Connections of Porthole's the witness knows nothing of. */
  readonly extra: readonly string[];
  /** Deliveries that differ from what the other end posted, in content, order or number. */
  readonly misdelivered: readonly string[];
}

interface Captured {
  readonly posted: string[];
  readonly delivered: string[];
}

/**
 * @param witnessed the ports of the extensions that are instrumented
 */
export function compare(
  witnessed: readonly WitnessedPort[],
  model: Model,
  segments: readonly StoredSegment[],
): Comparison {
  const captured = capturedByEndpoint(segments);
  const at = (endpoint: Endpoint): Captured =>
    captured.get(endpoint.key) ?? { posted: [], delivered: [] };
  let inferred = 0;
  // Firefox may drop what a page says in its last milliseconds, its report among it. A post that was lost so
  // is known from its delivery, and shown. An endpoint that told of its own end has lost nothing.
  const posts = (
    endpoint: Endpoint | null | undefined,
    others: readonly (Endpoint | null)[],
  ): readonly string[] => {
    const posted = endpoint ? at(endpoint).posted : [];
    const [seen = []] = others
      .map((other) => (other ? at(other).delivered : []))
      .sort((a, b) => b.length - a.length);
    const toldOfItsEnd = endpoint !== null && endpoint !== undefined && endpoint.closedBy !== null;
    if (toldOfItsEnd || seen.length <= posted.length) return posted;
    inferred += seen.length - posted.length;
    return [...posted, ...seen.slice(posted.length)];
  };

  const unmatched = new Map<string, Connection[]>();
  let messages = 0;
  let deliveries = 0;
  const misdelivered: string[] = [];
  for (const connection of model.connections.values()) {
    const { opener, acceptors } = connection;
    const openerPosts = posts(opener, acceptors);
    // With several acceptors nobody says whose post a delivery was.
    const acceptorPosts =
      acceptors.length > 1
        ? acceptors.map((acceptor) => at(acceptor).posted)
        : [posts(acceptors[0], [opener])].filter((each) => each.length > 0 || acceptors.length > 0);
    const key = signature(
      extensionOf(connection, model),
      connection.name,
      openerPosts,
      acceptorPosts,
    );
    unmatched.set(key, [...(unmatched.get(key) ?? []), connection]);
    misdelivered.push(...deliveryFaults(connection, at, openerPosts, acceptorPosts));
    for (const endpoint of [...(opener ? [opener] : []), ...acceptors]) {
      messages += at(endpoint).posted.length;
      deliveries += at(endpoint).delivered.length;
    }
  }

  const missing: string[] = [];
  for (const { extension, name, opener, acceptors } of witnessed) {
    const key = signature(extension, name, opener, acceptors);
    if (unmatched.get(key)?.pop() === undefined) missing.push(key);
  }
  const extra = [...unmatched].flatMap(([key, left]) => left.map(() => key));
  describeNearest(missing, extra);
  return { ports: witnessed.length, messages, deliveries, inferred, missing, extra, misdelivered };
}

/** Long signatures differ somewhere in the middle: shows where, for ports of the same name. */
function describeNearest(missing: string[], extra: readonly string[]): void {
  for (const [index, key] of missing.entries()) {
    const head = key.slice(0, key.indexOf('⇒'));
    const near = extra.filter((each) => each.startsWith(head));
    const differences = near.map((each) => {
      let at = 0;
      while (at < key.length && key[at] === each[at]) at += 1;
      const around = (text: string): string => text.slice(Math.max(0, at - 60), at + 120);
      return `at ${String(at)} of ${String(key.length)}: witness …${around(key)}… Porthole (${String(each.length)}) …${around(each)}…`;
    });
    if (differences.length > 0) missing[index] = `${head} ${differences.join(' OR ')}`;
  }
}

function extensionOf(connection: Connection, model: Model): string {
  const endpoint = connection.opener ?? connection.acceptors[0];
  return model.contexts.get(endpoint?.context ?? '')?.extensionId ?? '?';
}

function signature(
  extension: string,
  name: string,
  opener: readonly string[],
  acceptors: readonly (readonly string[])[],
): string {
  const sides = acceptors.map((posts) => posts.join(' ')).sort();
  return `${extension} «${name}» ⇒ ${opener.join(' ')} ⇐ ${sides.join(' | ')}`;
}

/** Each delivery must be the next post of the other end; only a closing port may swallow the last ones. */
function deliveryFaults(
  { opener, acceptors, name, closedAt }: Connection,
  at: (endpoint: Endpoint) => Captured,
  openerPosts: readonly string[],
  acceptorPosts: readonly (readonly string[])[],
): string[] {
  if (opener === null) return [];
  const faults: string[] = [];
  const check = (what: string, posted: readonly string[], delivered: readonly string[]): void => {
    const expected = closedAt === null ? posted : posted.slice(0, delivered.length);
    if (expected.join(' ') !== delivered.join(' ')) {
      faults.push(`«${name}» ${what}: posted ${posted.join(' ')} delivered ${delivered.join(' ')}`);
    }
  };
  for (const acceptor of acceptors) check('to acceptor', openerPosts, at(acceptor).delivered);
  const [only, another] = acceptorPosts;
  if (only !== undefined && another === undefined) {
    check('to opener', only, at(opener).delivered);
  }
  return faults;
}

function capturedByEndpoint(segments: readonly StoredSegment[]): Map<string, Captured> {
  const endpoints = new Map<string, Captured>();
  for (const segment of segments) {
    for (const run of segment.runs) {
      for (const event of parseRun(run)) {
        if (event[0] !== 'posted' && event[0] !== 'delivered') continue;
        const key = `${run.context}#${String(event[1])}`;
        const captured = endpoints.get(key) ?? { posted: [], delivered: [] };
        endpoints.set(key, captured);
        captured[event[0]].push(payloadOf(event, segment));
      }
    }
  }
  return endpoints;
}

function payloadOf(event: PayloadEvent, segment: StoredSegment): string {
  const [offset, length] = event.slice(-2) as [number, number];
  const text = segment.payload.slice(offset, offset + length);
  const form = event[event.length - 4];
  if (form === 'json') return canonicalText(JSON.parse(text));
  if (form === 'rich') return canonicalText(parse(text, RICH_REVIVERS));
  return `${String(form)}:${text.slice(0, 100)}`;
}
