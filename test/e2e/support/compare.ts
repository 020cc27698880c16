/**
 * Compares what Porthole captured with what the witness saw: each endpoint's posts and deliveries one by one,
 * then what the model makes of them: whose post each delivery is, and which endpoints are one connection. One-off
 * messages are compared in `compare-requests.ts`.
 */
import type { Connection, Message, Model, ModelContext } from '../../../src/model/index.js';
import type { Captured, CapturedEvent } from './captured.js';
import { compareRequests, placeName } from './compare-requests.js';
import type { WitnessedRequest } from './message-witness.js';
import type { WitnessedEndpoint, WitnessedPort } from './witness.js';

export interface Comparison {
  readonly ports: number;
  readonly requests: number;
  /** Posts and deliveries, calls, arrivals and what came of calls, that the witness saw. */
  readonly events: number;
  readonly posts: number;
  readonly deliveries: number;
  /** What Porthole has not, and neither a gap nor {@link lastWords} accounts for. */
  readonly missing: readonly string[];
  /** What Porthole has and the witness has not seen. */
  readonly extra: readonly string[];
  /** What Porthole has in another order or with another content. */
  readonly disordered: readonly string[];
  /** Deliveries joined with a post that is not theirs, endpoints joined that are not of one port, or not joined. */
  readonly mispaired: readonly string[];
  /**
   * What contexts that have ended did last, and nobody could tell any more: a closed tab, a stopped
   * background, a killed process. Only what happened in their last {@link LAST_WORDS_MS} passes for this.
   */
  readonly lastWords: {
    readonly contexts: number;
    readonly posts: number;
    readonly deliveries: number;
    /** Calls, arrivals and outcomes of one-off messages. */
    readonly oneOff: number;
    /** Of the posts, those the model shows all the same, from their delivery. */
    readonly inferred: number;
  };
  /** Contexts that reported gaps: events counted in them, and posts and deliveries that are missing. */
  readonly gaps: readonly { readonly counted: number; readonly missing: number }[];
}

/** The longest an event waits in its context for the batch (50 ms), on a machine that has other things to do. */
const LAST_WORDS_MS = 250;

/**
 * What is wrong, the first of each kind; empty when Porthole and the witness agree.
 *
 * @param concerns which of all faults are meant
 */
export function faults(
  { missing, extra, disordered, mispaired }: Comparison,
  concerns: (fault: string) => boolean = () => true,
): string[] {
  const named = (what: string, all: readonly string[]): string[] =>
    all
      .filter(concerns)
      .slice(0, 10)
      .map((each) => `${what}: ${each}`);
  return [
    ...named('missing', missing),
    ...named('extra', extra),
    ...named('out of order', disordered),
    ...named('mispaired', mispaired),
  ];
}

/** What the witness saw, of all extensions. */
export interface Witnessed {
  readonly ports: readonly WitnessedPort[];
  readonly requests: readonly WitnessedRequest[];
}

/** @param instrumented whether the extension of this id is */
export function compare(
  { ports, requests }: Witnessed,
  model: Model,
  captured: Captured,
  instrumented: (extension: string) => boolean,
): Comparison {
  const witnessed = ports.filter(({ opener, acceptors }) =>
    instrumented(opener?.extension ?? acceptors[0]?.extension ?? ''),
  );
  const missing: string[] = [];
  const extra: string[] = [];
  const disordered: string[] = [];
  const lost = new Map<string, number>();
  const cutOff = new Set<string>();
  const unsaid = { posts: 0, deliveries: 0 };
  let posts = 0;
  let deliveries = 0;

  const contexts = contextsByPlace(model);
  const keys = new Map<WitnessedEndpoint, string>();
  const byKey = new Map<string, WitnessedEndpoint>();
  const ends = lastSightings(witnessed, requests);
  const hasEnded = (context: ModelContext): boolean =>
    context.disconnectedAt !== null || captured.unloaded.has(context.key);
  const lastWordsFrom = (place: string): number => (ends.get(place) ?? 0) - LAST_WORDS_MS;
  for (const port of witnessed) {
    for (const endpoint of endpointsOf(port)) {
      const context = contexts.get(placeOf(endpoint));
      posts += endpoint.posted.length;
      deliveries += endpoint.delivered.length;
      if (context === undefined) {
        missing.push(`the context of ${name(endpoint)}`);
        continue;
      }
      const key = `${context.key}#${String(endpoint.number)}`;
      keys.set(endpoint, key);
      byKey.set(key, endpoint);
      const { posted = [], delivered = [], muted } = captured.endpoints.get(key) ?? {};
      const check = (
        what: 'posts' | 'deliveries',
        seen: readonly string[],
        seenAt: readonly number[],
        recorded: readonly CapturedEvent[],
        numbers: readonly number[] = [],
      ): void => {
        const has = withMuted(recorded, numbers);
        const { holes, tail } = differences(`${name(endpoint)} ${what}`, seen, has, {
          extra,
          disordered,
        });
        let unexplained = holes;
        const tailAt = seenAt.at(-tail) ?? 0;
        if (tail > 0 && hasEnded(context) && tailAt >= lastWordsFrom(placeOf(endpoint))) {
          unsaid[what] += tail;
          cutOff.add(context.key);
        } else {
          unexplained += tail;
        }
        if (unexplained === 0) return;
        if (captured.gaps.has(context.key)) {
          lost.set(context.key, (lost.get(context.key) ?? 0) + unexplained);
        } else {
          missing.push(
            `${String(unexplained)} of ${String(seen.length)} ${what} of ${name(endpoint)}; has ${spans(has)}`,
          );
        }
      };
      check('posts', endpoint.posted, endpoint.postedAt, posted, muted?.posted);
      const texts = endpoint.delivered.map(({ from, seq }) => from.posted[seq - 1] ?? '?');
      check('deliveries', texts, endpoint.deliveredAt, delivered, muted?.delivered);
    }
  }
  for (const key of captured.endpoints.keys()) {
    if (!byKey.has(key)) extra.push(`endpoint ${key.replace('\n', ' ')}`);
  }

  const pairing = checkPairing(witnessed, model, keys, byKey);
  const oneOff = compareRequests(
    requests,
    captured.messages,
    model,
    {
      keys: new Map([...contexts].map(([place, { key }]) => [place, key])),
      mayBeUnsaid: (place, at) => {
        const context = contexts.get(place);
        return context !== undefined && hasEnded(context) && at >= lastWordsFrom(place);
      },
      hasGap: (key) => captured.gaps.has(key),
    },
    instrumented,
  );
  for (const key of oneOff.cutOff) cutOff.add(key);
  for (const [key, count] of oneOff.lost) lost.set(key, (lost.get(key) ?? 0) + count);
  return {
    ports: witnessed.length,
    requests: requests.filter(({ extension }) => instrumented(extension)).length,
    events: posts + deliveries + oneOff.events,
    posts,
    deliveries,
    missing: [...missing, ...oneOff.missing],
    extra: [...extra, ...oneOff.extra],
    disordered: [...disordered, ...oneOff.disordered],
    mispaired: [...pairing.mispaired, ...oneOff.mispaired],
    lastWords: {
      ...unsaid,
      oneOff: oneOff.unsaid,
      contexts: cutOff.size,
      inferred: pairing.inferred,
    },
    gaps: [...captured.gaps].map(([key, counted]) => ({ counted, missing: lost.get(key) ?? 0 })),
  };
}

/** @returns what is recorded, in its order, and between it what mute rules kept out, of which the numbers are */
function withMuted(
  recorded: readonly CapturedEvent[],
  muted: readonly number[],
): readonly CapturedEvent[] {
  const all: CapturedEvent[] = [];
  let next = 0;
  for (const event of recorded) {
    for (; (muted[next] ?? Infinity) < event.seq; next += 1) {
      all.push({ seq: muted[next] as number, text: null });
    }
    all.push(event);
  }
  return [...all, ...muted.slice(next).map((seq) => ({ seq, text: null }))];
}

/** @returns how many are missing between others, and how many after the last */
function differences(
  what: string,
  seen: readonly string[],
  has: readonly CapturedEvent[],
  { extra, disordered }: { readonly extra: string[]; readonly disordered: string[] },
): { holes: number; tail: number } {
  let last = 0;
  let found = 0;
  for (const { seq, text } of has) {
    if (seq > seen.length) {
      extra.push(`${what}: number ${String(seq)}, ${String(text)}`);
      continue;
    }
    if (seq <= last) disordered.push(`${what}: number ${String(seq)} after ${String(last)}`);
    else found += 1;
    if (text !== null && seen[seq - 1] !== text) {
      disordered.push(`${what}: number ${String(seq)} is ${text}, not ${String(seen[seq - 1])}`);
    }
    last = Math.max(last, seq);
  }
  return { holes: last - found, tail: seen.length - last };
}

function checkPairing(
  witnessed: readonly WitnessedPort[],
  model: Model,
  keys: ReadonlyMap<WitnessedEndpoint, string>,
  byKey: ReadonlyMap<string, WitnessedEndpoint>,
): { mispaired: string[]; inferred: number } {
  const mispaired: string[] = [];
  let inferred = 0;
  const connectionOf = new Map<string, Connection>();
  for (const connection of model.connections.values()) {
    for (const { key } of partsOf(connection)) connectionOf.set(key, connection);
  }
  for (const port of witnessed) {
    const known = endpointsOf(port)
      .map((endpoint) => keys.get(endpoint) ?? '')
      .filter((key) => connectionOf.has(key));
    const connections = new Set(known.map((key) => connectionOf.get(key)));
    if (connections.size > 1) {
      mispaired.push(`«${port.name}» is ${String(connections.size)} connections`);
    }
    for (const connection of connections) {
      for (const { key } of connection === undefined ? [] : partsOf(connection)) {
        if (!known.includes(key)) mispaired.push(`«${port.name}» has a foreign end, ${key}`);
      }
    }
  }
  for (const row of model.rows) {
    if (row.kind !== 'message' || row.message.error !== null) continue;
    const { message } = row;
    const connection = model.connections.get(message.connection);
    if (message.postedAt === null && message.from !== null) inferred += 1;
    for (const delivery of message.deliveries) {
      const truth = byKey.get(delivery.endpoint)?.delivered[delivery.seq - 1];
      if (truth === undefined) continue;
      const poster = posterOf(message, connection);
      const wanted = keys.get(truth.from);
      // Whose post it was is unknown where the poster reported nothing.
      if (poster === null && (wanted === undefined || !connectionOf.has(wanted))) continue;
      if (poster !== wanted || message.seq !== truth.seq) {
        mispaired.push(
          `«${truth.from.port.name}» delivery ${String(delivery.seq)}: post ${String(message.seq)} of ${String(poster)}, not ${String(truth.seq)} of ${String(wanted)}`,
        );
      }
    }
  }
  return { mispaired, inferred };
}

/** @returns key of the endpoint that posted the message, as the model has it */
function posterOf(message: Message, connection: Connection | undefined): string | null {
  const mine = /^(.*)>\d+$/s.exec(message.key);
  if (mine !== null) return mine[1] as string;
  if (message.toward === 'acceptor') return connection?.opener?.key ?? null;
  const [only, another] = connection?.acceptors ?? [];
  return another === undefined ? (only?.key ?? null) : null;
}

function contextsByPlace(model: Model): Map<string, ModelContext> {
  const contexts = new Map<string, ModelContext>();
  for (const context of model.contexts.values()) {
    const { extensionId, contextId, worldId } = context;
    contexts.set(placeName(extensionId, contextId, worldId), context);
  }
  return contexts;
}

function placeOf({ extension, contextId, world }: WitnessedEndpoint): string {
  return placeName(extension, contextId, world);
}

/** When each context was heard of last. */
function lastSightings(
  witnessed: readonly WitnessedPort[],
  requests: readonly WitnessedRequest[],
): Map<string, number> {
  const last = new Map<string, number>();
  const see = (place: string, at: number): void => {
    last.set(place, Math.max(at, last.get(place) ?? 0));
  };
  for (const endpoint of witnessed.flatMap(endpointsOf)) {
    const { postedAt, deliveredAt } = endpoint;
    see(placeOf(endpoint), Math.max(postedAt.at(-1) ?? 0, deliveredAt.at(-1) ?? 0));
  }
  for (const { extension, contextId, world, at, receipts } of requests) {
    see(placeName(extension, contextId, world), at);
    for (const receipt of receipts) {
      if (receipt.heard) see(placeName(receipt.extension, receipt.contextId, null), receipt.at);
    }
  }
  return last;
}

function endpointsOf({ opener, acceptors }: WitnessedPort): WitnessedEndpoint[] {
  return opener === null ? acceptors : [opener, ...acceptors];
}

function partsOf({ opener, acceptors }: Connection): readonly { readonly key: string }[] {
  return opener === null ? acceptors : [opener, ...acceptors];
}

function name({ extension, contextId, number, port, world }: WitnessedEndpoint): string {
  const where = world === null ? String(contextId) : `${String(contextId)}, world “${world}”`;
  return `${extension} «${port.name}» (context ${where}, port ${String(number)})`;
}

/** Numbers of what was captured, as `1–40, 43–50`. */
function spans(events: readonly CapturedEvent[]): string {
  const found: [number, number][] = [];
  for (const { seq } of events) {
    const last = found.at(-1);
    if (last !== undefined && seq === last[1] + 1) last[1] = seq;
    else found.push([seq, seq]);
  }
  return found.map(([from, to]) => `${String(from)}–${String(to)}`).join(', ') || 'none';
}
