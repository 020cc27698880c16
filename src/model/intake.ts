/** Takes the events of ports in and keeps each endpoint's facts; says to matching and joining what is new. */

import type { PayloadForm, PortholeEvent, StoredSegment } from '../protocol/index.js';
import { IdList } from './columns.js';
import type { ContextFacts, Port } from './facts.js';
import type { Links } from './links.js';
import type { Matcher } from './matching.js';
import type { PayloadPrints } from './payload-prints.js';
import type { PortFacts } from './port-facts.js';
import type { Words } from './words.js';
import type { Endpoint } from './types.js';

type MutedEvent = Extract<PortholeEvent, readonly ['muted', ...unknown[]]>;

type PortEvent = Extract<
  PortholeEvent,
  readonly ['opened' | 'accepted' | 'refused' | 'disconnected', ...unknown[]]
>;

/** A segment that is being folded. */
export type OpenSegment = Pick<StoredSegment, 'id' | 'payload'>;

export class Intake {
  constructor(
    private readonly matcher: Matcher<Port, Port>,
    private readonly links: Links,
    private readonly facts: PortFacts,
    private readonly prints: PayloadPrints,
    private readonly stacks: Words,
  ) {}

  /** @param segment the one whose payload string the event's offsets point into */
  take(context: ContextFacts, event: PortEvent, segment: OpenSegment): void {
    const port = context.ports.get(event[1]) ?? this.#placeholder(context, event[1], event[2]);
    const { endpoint } = port;
    switch (event[0]) {
      case 'opened': {
        const [, , at, api, name, target, site, posted, delivered] = event;
        const stack = this.#stack(context, site);
        count(endpoint, posted, delivered);
        this.#introduce(port, { role: 'opener', at, api, name, target, sender: null, stack });
        return;
      }
      case 'accepted': {
        const [, , at, api, name, sender, posted, delivered] = event;
        count(endpoint, posted, delivered);
        this.#introduce(port, {
          role: 'acceptor',
          at,
          api,
          name,
          target: null,
          sender,
          stack: null,
        });
        return;
      }
      case 'disconnected': {
        const [, , at, by, error, site, posted, delivered] = event;
        count(endpoint, posted, delivered);
        if (endpoint.closedAt !== null) return;
        endpoint.closedAt = at;
        endpoint.closedBy = by;
        endpoint.error = error;
        endpoint.closeStack = this.#stack(context, site);
        if (error !== null) this.matcher.reconsider(port);
        this.links.endpointChanged(port);
        return;
      }
      case 'refused': {
        const [, , at, error, site, form, bytes, offset, length] = event;
        const seq = port.refusals.length + 1;
        const stack = context.sites.get(site) ?? 0;
        const fact = this.#add(port, at, seq, stack, form, bytes, offset, length, segment);
        this.facts.setError(fact, error);
        port.refusals.push(fact);
        this.#happened(port);
      }
    }
  }

  /**
   * A `posted` or `delivered` event, whose elements these are: there are millions, so no object is made for one.
   *
   * @param more `site` of a post, `listeners` of a delivery
   */
  takeMessage(
    context: ContextFacts,
    type: 'posted' | 'delivered',
    number: number,
    at: number,
    seq: number,
    more: number,
    form: PayloadForm,
    bytes: number,
    offset: number,
    length: number,
    segment: OpenSegment,
  ): void {
    const port = context.ports.get(number) ?? this.#placeholder(context, number, at);
    const isPost = type === 'posted';
    const list = isPost ? port.posts : port.deliveries;
    if (list.length > 0 && seq <= this.facts.seq(list.last)) return;
    if (isPost) count(port.endpoint, seq, 0);
    else count(port.endpoint, 0, seq);
    const detail = isPost ? (context.sites.get(more) ?? 0) : more;
    list.push(this.#add(port, at, seq, detail, form, bytes, offset, length, segment));
    this.#happened(port);
  }

  /** Of which posts and deliveries there is nothing but the numbers. */
  takeMuted(context: ContextFacts, [, number, at, way, spans, events]: MutedEvent): void {
    const port = context.ports.get(number) ?? this.#placeholder(context, number, at);
    const last = spans.at(-1) ?? 0;
    count(port.endpoint, way === 'posted' ? last : 0, way === 'delivered' ? last : 0);
    port.endpoint.muted += events;
    if (way === 'delivered') {
      port.mutedDeliveries.push(...spans);
      this.links.arrivalsMuted(port, spans);
    }
    this.links.endpointChanged(port);
  }

  #happened(port: Port): void {
    const { context } = port;
    port.endpoint.messages += 1;
    context.messages += 1;
    if (context.listed !== null) context.listed.messages = context.messages;
    this.links.hasNews(port);
  }

  /** The context's page is gone for good, and its ports with it: nothing can tell of their end any more. */
  contextUnloaded(context: ContextFacts, at: number): void {
    for (const port of context.ports.values()) {
      if (port.endpoint.closedAt !== null) continue;
      port.endpoint.closedAt = at;
      this.links.endpointChanged(port);
    }
  }

  /** The context's page came out of the back/forward cache, where messages do not reach it. */
  contextThawed(context: ContextFacts): void {
    for (const { endpoint, deliveries, pauses } of context.ports.values()) {
      if (endpoint.closedAt === null && pauses.at(-1) !== deliveries.length) {
        pauses.push(deliveries.length);
      }
    }
  }

  /** The record of a context with events came or changed: guesses made without it are made again. */
  contextChanged(context: ContextFacts): void {
    for (const port of context.ports.values()) {
      if (port.known) continue;
      const guess = guessRole(context);
      if (guess.role === port.endpoint.role && guess.api === port.endpoint.api) continue;
      Object.assign(port.endpoint, guess);
      this.links.stray(port);
    }
  }

  #add(
    { index }: Port,
    at: number,
    seq: number,
    detail: number,
    form: PayloadForm,
    bytes: number,
    offset: number,
    length: number,
    { id, payload }: OpenSegment,
  ): number {
    const print = this.prints.of(payload, id, form, offset, length);
    return this.facts.add(index, at, seq, detail, form, bytes, id, offset, length, print);
  }

  #stack({ sites }: ContextFacts, site: number): string | null {
    return this.stacks.word(sites.get(site) ?? 0);
  }

  #introduce(
    port: Port,
    facts: Pick<Endpoint, 'role' | 'at' | 'api' | 'name' | 'target' | 'sender' | 'stack'>,
  ): void {
    const { endpoint } = port;
    if (port.known) {
      endpoint.stack ??= facts.stack;
      if (facts.at < endpoint.at) {
        endpoint.at = facts.at;
        this.matcher.reconsider(port);
      }
      this.links.endpointChanged(port);
      return;
    }
    Object.assign(endpoint, facts);
    port.known = true;
    this.matcher.add(port);
  }

  #placeholder(context: ContextFacts, number: number, at: number): Port {
    const endpoint: Port['endpoint'] = {
      key: `${context.key}#${number}`,
      context: context.key,
      port: number,
      ...guessRole(context),
      name: '',
      at,
      target: null,
      sender: null,
      stack: null,
      closedAt: null,
      closedBy: null,
      closeStack: null,
      error: null,
      posted: 0,
      delivered: 0,
      messages: 0,
      muted: 0,
    };
    const port: Port = {
      index: this.facts.nextPort,
      endpoint,
      end: {
        key: endpoint.key,
        context,
        number,
        get at() {
          return endpoint.at;
        },
        get name() {
          return endpoint.name;
        },
      },
      context,
      known: false,
      posts: new IdList(),
      refusals: new IdList(),
      deliveries: new IdList(),
      pauses: [],
      mutedDeliveries: [],
      hasNews: false,
      joinedPosts: 0,
      joinedRefusals: 0,
      joinedDeliveries: 0,
      link: null,
    };
    this.facts.addPort(port);
    context.ports.set(number, port);
    this.links.stray(port);
    this.matcher.numbered(context);
    return port;
  }
}

function count(endpoint: Port['endpoint'], posted: number, delivered: number): void {
  if (posted > endpoint.posted) endpoint.posted = posted;
  if (delivered > endpoint.delivered) endpoint.delivered = delivered;
}

/** Scripts in web pages mostly connect, backgrounds and pages mostly accept. */
function guessRole(context: ContextFacts): Pick<Endpoint, 'role' | 'api'> {
  const kind = context.stored?.kind;
  return kind === 'background' || kind === 'page'
    ? { role: 'acceptor', api: 'runtime.onConnect' }
    : { role: 'opener', api: 'runtime.connect' };
}
