/**
 * Keeps the connections: builds them as matching composes them, lets their messages be joined, and writes
 * both out with their rows and counts. A connection whose endpoints change is taken apart and built anew
 * from the facts, so that nothing of an earlier opinion stays behind.
 */

import type { Assembly } from './assembly.js';
import { NONE } from './columns.js';
import { hasFailed } from './eligibility.js';
import type { Link, Match, Mutable, OtherRow, Port } from './facts.js';
import { Joiner } from './joining.js';
import type { RowList } from './rows.js';
import type { Connection, Totals } from './types.js';

export class Links {
  readonly connections = new Map<string, Connection>();
  /** By {@link Link.index}; undefined where a connection was taken apart. */
  readonly numbered: (Connection | undefined)[] = [];
  /** By {@link Connection.key}. */
  readonly #links = new Map<string, Link>();
  readonly #joiners = new Map<Link, Joiner>();
  /** Ports with {@link Port.hasNews}. */
  #news: Port[] = [];
  /** Ports that matching does not know: no `opened` or `accepted` was seen. */
  readonly #strays = new Set<Port>();
  readonly #changedLinks = new Set<Link>();
  #mutedArrivals: { readonly port: Port; readonly spans: readonly number[] }[] = [];

  constructor(
    private readonly rows: RowList,
    private readonly totals: Mutable<Totals>,
    private readonly assembly: Assembly,
  ) {}

  /** The port has posts, refusals or deliveries to join. */
  hasNews(port: Port): void {
    if (port.hasNews) return;
    port.hasNews = true;
    this.#news.push(port);
  }

  /** The port needs a connection of its own, unless matching finds it one. */
  stray(port: Port): void {
    this.#strays.add(port);
  }

  /** Of these deliveries at the port nothing but the numbers is known, see {@link Port.mutedDeliveries}. */
  arrivalsMuted(port: Port, spans: readonly number[]): void {
    this.#mutedArrivals.push({ port, spans });
  }

  /** Facts of the endpoint itself changed, such as its end. */
  endpointChanged(port: Port): void {
    if (port.link !== null) this.#changedLinks.add(port.link);
  }

  /** @param key {@link Connection.key} */
  link(key: string): Link | undefined {
    return this.#links.get(key);
  }

  settle(found: readonly Match<Port, Port>[]): void {
    const fresh = found.filter((match) => !stands(match));
    for (const port of this.#strays) {
      if (!port.known) fresh.push(solo(port));
    }
    this.#strays.clear();
    for (const { from: opener, to: acceptors } of fresh) {
      if (opener?.link) this.#dissolve(opener.link);
      for (const port of acceptors) if (port.link) this.#dissolve(port.link);
    }
    for (const match of fresh) this.#build(match);
    this.#join();
    for (const { port, spans } of this.#mutedArrivals) this.#touchPosts(port, spans);
    this.#mutedArrivals = [];
    for (const link of this.#changedLinks) this.#refresh(link);
    this.#changedLinks.clear();
  }

  #build({ from: opener, to: acceptors }: Match<Port, Port>): void {
    const first = (opener ?? acceptors[0]) as Port;
    const { endpoint } = first;
    const link: Link = {
      index: this.numbered.length,
      connection: {
        key: endpoint.key,
        name: endpoint.name,
        api: endpoint.api,
        target: endpoint.target,
        opener: opener?.endpoint ?? null,
        acceptors: acceptors.map((port) => port.endpoint),
        openedAt: endpoint.at,
        closedAt: null,
        closedBy: null,
        error: null,
        state: 'open',
        messages: 0,
        bytes: 0,
        muted: 0,
      },
      opener,
      acceptors,
      openedRow: NONE,
      closedRow: NONE,
    };
    for (const port of portsOf(link)) {
      port.link = link;
      this.#enlist(port, link, true);
      this.hasNews(port);
    }
    this.connections.set(link.connection.key, link.connection);
    this.numbered.push(link.connection);
    this.#links.set(link.connection.key, link);
    this.#joiners.set(link, new Joiner(link, this.assembly));
    this.#changedLinks.add(link);
    this.totals.connections += 1;
  }

  #dissolve(link: Link): void {
    for (const port of portsOf(link)) {
      for (const facts of [port.posts, port.refusals, port.deliveries]) {
        this.assembly.takeApart(facts);
      }
    }
    for (const port of portsOf(link)) {
      port.joinedPosts = port.joinedRefusals = port.joinedDeliveries = 0;
      port.link = null;
      this.#enlist(port, link, false);
    }
    if (link.openedRow !== NONE) this.rows.remove(link.openedRow);
    if (link.closedRow !== NONE) this.rows.remove(link.closedRow);
    this.connections.delete(link.connection.key);
    this.numbered[link.index] = undefined;
    this.#links.delete(link.connection.key);
    this.#joiners.delete(link);
    this.#changedLinks.delete(link);
    this.totals.connections -= 1;
  }

  #enlist({ context }: Port, link: Link, isIn: boolean): void {
    if (isIn) context.links.add(link);
    else context.links.delete(link);
    if (context.listed !== null) context.listed.connections = context.links.size;
  }

  #join(): void {
    const joiners = new Map<Port, Joiner>();
    for (const port of this.#news) {
      port.hasNews = false;
      const joiner = port.link && this.#joiners.get(port.link);
      if (joiner) joiners.set(port, joiner);
    }
    this.#news = [];
    // Posts first: a message that is made by its post only takes its deliveries in.
    for (const [port, joiner] of joiners) joiner.absorbPosts(port);
    for (const [port, joiner] of joiners) joiner.absorbDeliveries(port);
    for (const joiner of new Set(joiners.values())) joiner.finish();
  }

  /** The rows of posts that were recorded say something else when their arrival is known to be muted. */
  #touchPosts(port: Port, spans: readonly number[]): void {
    const { link } = port;
    if (link === null) return;
    const senders = port === link.opener ? link.acceptors : [link.opener];
    for (const sender of senders) {
      if (sender === null) continue;
      for (let n = 0; n < spans.length; n += 2) {
        this.assembly.touchPosts(sender.posts, spans[n] as number, spans[n + 1] as number);
      }
    }
  }

  /** Writes out what the connection's endpoints say of it as a whole. */
  #refresh(link: Link): void {
    const { connection, opener } = link;
    const ports = portsOf(link);
    const ended = ports
      .filter((port) => port.endpoint.closedAt !== null)
      .sort((a, b) => (a.endpoint.closedAt ?? 0) - (b.endpoint.closedAt ?? 0));
    const first = (opener ?? link.acceptors[0]) as Port;
    const endedBySelf = ended.find((port) => port.endpoint.closedBy === 'self');
    connection.openedAt = first.endpoint.at;
    connection.closedAt = ended[0]?.endpoint.closedAt ?? null;
    connection.closedBy = endedBySelf?.context.key ?? null;
    connection.error = ports.find((port) => port.endpoint.error !== null)?.endpoint.error ?? null;
    connection.state = stateOf(link);
    connection.muted = ports.reduce((sum, port) => sum + port.endpoint.muted, 0);

    const { key, openedAt, closedAt } = connection;
    if (this.rows.timeOf(link.openedRow) !== openedAt) {
      link.openedRow = this.#replace(link.openedRow, {
        kind: 'opened',
        at: openedAt,
        connection: key,
      });
    }
    if (closedAt !== null && this.rows.timeOf(link.closedRow) !== closedAt) {
      link.closedRow = this.#replace(link.closedRow, {
        kind: 'closed',
        at: closedAt,
        connection: key,
      });
    }
  }

  #replace(old: number, row: OtherRow): number {
    if (old !== NONE) this.rows.remove(old);
    return this.rows.add(row);
  }
}

function portsOf(link: Link): readonly Port[] {
  return link.opener === null ? link.acceptors : [link.opener, ...link.acceptors];
}

function solo(port: Port): Match<Port, Port> {
  return port.endpoint.role === 'opener' ? { from: port, to: [] } : { from: null, to: [port] };
}

/** @returns whether a connection with exactly these endpoints, by their present names, is there already */
function stands({ from: opener, to: acceptors }: Match<Port, Port>): boolean {
  const first = (opener ?? acceptors[0]) as Port;
  const { link, endpoint } = first;
  return (
    link !== null &&
    link.connection.name === endpoint.name &&
    link.connection.api === endpoint.api &&
    link.connection.target === endpoint.target &&
    link.opener === opener &&
    link.acceptors.length === acceptors.length &&
    acceptors.every((port, index) => link.acceptors[index] === port)
  );
}

function stateOf({ opener, acceptors, connection }: Link): Connection['state'] {
  if (connection.closedAt === null) return 'open';
  // A native application accepts nothing that we could see; that it ran, its messages tell.
  const accepted =
    acceptors.length > 0 ||
    (connection.api === 'runtime.connectNative' && (opener?.endpoint.delivered ?? 0) > 0);
  const unheard = opener !== null && !accepted && connection.error !== null;
  return unheard || (opener !== null && hasFailed(opener)) ? 'failed' : 'closed';
}
