/**
 * The model: a fold from stored contexts and segments to contexts, connections, messages, requests and rows. Pure: the
 * panel's worker, the command line and the tests run the same one.
 *
 * The events of one context must come in their order. Between contexts any order gives the same result; a
 * message whose other end has not been reported yet stands alone until then.
 */

import {
  isSoundContext,
  readSoundly,
  tuplesOf,
  type PortholeEvent,
  type StoredContext,
  type StoredDropped,
  type StoredSegment,
} from '../protocol/index.js';
import {
  compareText,
  deliveryOf,
  postOf,
  type ContextFacts,
  type Mutable,
  type Port,
  type ReceiptFact,
  type RequestEntry,
  type RowFact,
  type SentFact,
  type Slot,
} from './facts.js';
import { Holes } from './holes.js';
import { Intake } from './intake.js';
import { Links } from './links.js';
import { livesOf, silentSince, type Life, type LifeFacts } from './lives.js';
import { Matcher } from './matching.js';
import { Messages } from './messages.js';
import { PayloadWords } from './payload-words.js';
import { PORTS } from './port-pairing.js';
import { RequestIntake } from './request-intake.js';
import { REQUESTS } from './request-pairing.js';
import { Requests } from './requests.js';
import { partsOf, rowKey } from './row-key.js';
import { RowList } from './rows.js';
import type {
  Connection,
  Message,
  ModelContext,
  PayloadRef,
  Request,
  Row,
  Rows,
  Totals,
} from './types.js';
import { HeldTexts, textIn, type Texts } from './texts.js';
import { unreportedBy, type Unreported } from './unreported.js';

/** What {@link Model.settle} did. */
export interface Changes {
  /** Index of the first row that is, or whose message is, other than before; all earlier ones stand. */
  readonly rowsFrom: number;
}

interface PortPart {
  readonly matcher: Matcher<Port, Port>;
  readonly links: Links;
  readonly intake: Intake;
}

interface OneShotPart {
  readonly matcher: Matcher<SentFact, ReceiptFact>;
  readonly requests: Requests;
  readonly intake: RequestIntake;
}

/**
 * Everything it hands out is its own, live and changing in place: read it, do not keep it across a `settle`
 * that matters, never write to it. Reading settles first, so `settle` need only be called for its answer.
 */
export class Model {
  #contexts = new Map<string, ContextFacts>();
  /** By {@link ContextFacts.index}. */
  readonly #contextKeys: string[] = [];
  #listed = new Map<string, ModelContext>();
  /** Ids of the segments that were folded. */
  readonly #segments = new Set<number>();
  readonly #texts: Texts;
  #totals = emptyTotals();
  readonly #textOf = (ref: PayloadRef): string => this.payloadText(ref) ?? '';
  #words = this.#newWords();
  #messages = new Messages(this.#words);
  #rows = this.#newRows();
  #holes = new Holes(this.#rows);
  #ports = this.#newPorts();
  #oneShot = this.#newOneShot();
  #dirty = false;
  /** Contexts that ended without a word. */
  readonly #silent = new Set<ContextFacts>();
  #unreportedIsKnown = true;
  /** Null when something changed that they depend on. */
  #lives: ReadonlyMap<string, Life> | null = null;

  /** @param texts where payload texts are to be found; without it the model holds them all */
  constructor(texts: Texts = new HeldTexts()) {
    this.#texts = texts;
  }

  /** Enters contexts, or their newer records; damaged ones are left out. */
  addContexts(contexts: Iterable<StoredContext>): void {
    for (const stored of contexts) if (isSoundContext(stored)) this.#addContext(stored);
  }

  /** Folds a segment, as far as it can be read; one whose id was added before is ignored. */
  addSegment(segment: StoredSegment): void {
    if (this.#segments.has(segment.id)) return;
    const { payload, runs, damaged } = readSoundly(segment);
    this.#segments.add(segment.id);
    this.#texts.put(segment.id, payload);
    this.#holes.addDamaged(damaged);
    this.#dirty = true;
    for (const run of runs) {
      const context = this.#context(run.context);
      for (const event of tuplesOf(run.events)) this.#fold(context, event, segment.id);
    }
  }

  /** Enters what was deleted to make room: one record for each extension, or its newer one. */
  setDeleted(records: Iterable<StoredDropped>): void {
    if (this.#holes.setDeleted(records)) this.#dirty = true;
  }

  /** Matches and joins what has become possible since the last time. */
  settle(): Changes {
    if (!this.#dirty) return { rowsFrom: this.#rows.length };
    this.#dirty = false;
    this.#unreportedIsKnown = false;
    this.#ports.links.settle(this.#ports.matcher.settle());
    this.#oneShot.requests.settle(this.#oneShot.matcher.settle());
    return { rowsFrom: this.#rows.commit() };
  }

  /** By {@link StoredContext.key}. */
  get contexts(): ReadonlyMap<string, ModelContext> {
    this.settle();
    return this.#listed;
  }

  /** By {@link Connection.key}; the map's order says nothing. */
  get connections(): ReadonlyMap<string, Connection> {
    this.settle();
    return this.#ports.links.connections;
  }

  /**
   * The connection of that number, see {@link Rows.connectionAt}; undefined when it was taken apart. Numbers count
   * up from 0 and stay for as long as the connection stands.
   */
  connectionAt(index: number): Connection | undefined {
    this.settle();
    return this.#ports.links.numbered[index];
  }

  /** @returns {@link ModelContext.key} of the context of that number, see {@link Messages.sender} */
  contextKeyAt(index: number): string | undefined {
    return this.#contextKeys[index];
  }

  /** How contexts began and ended, by their key. */
  get lives(): ReadonlyMap<string, Life> {
    this.#lives ??= livesOf(this.#lived());
    return this.#lives;
  }

  *#lived(): Generator<LifeFacts> {
    for (const { stored, moments } of this.#contexts.values()) {
      if (stored !== null) yield { ...stored, moments };
    }
  }

  /** Connections with an endpoint in this context, oldest first. */
  connectionsOf(contextKey: string): Connection[] {
    this.settle();
    const links = [...(this.#contexts.get(contextKey)?.links ?? [])];
    return links
      .map((link): Connection => link.connection)
      .sort((a, b) => a.openedAt - b.openedAt || compareText(a.key, b.key));
  }

  /** By {@link Request.key}; the map's order says nothing. */
  get requests(): ReadonlyMap<string, Request> {
    this.settle();
    return this.#oneShot.requests.requests;
  }

  /** Requests with an end in this context, in no particular order. */
  *requestsOf(contextKey: string): Generator<Request> {
    this.settle();
    for (const { request } of this.#contexts.get(contextKey)?.requests ?? []) {
      if (request !== null) yield request;
    }
  }

  /** The messages column by column, by the ids that {@link Rows.messageAt} gives. */
  get messages(): Messages {
    this.settle();
    return this.#messages;
  }

  /** @param key {@link Message.key}, also one it had before its post or other deliveries were known */
  message(key: string): Message | undefined {
    this.settle();
    const id = this.#slot(key)?.id ?? -1;
    return id < 0 ? undefined : this.#messages.read(id);
  }

  /** @returns the row of what bears that name; null for kinds whose rows go by their time */
  #rowNamed(kind: string, name: string): RowFact | null {
    switch (kind) {
      case 'message':
        return this.#slot(name)?.row ?? null;
      case 'request':
        return this.#requestEntry(name)?.row ?? null;
      case 'opened':
        return this.#ports.links.link(name)?.openedRow ?? null;
      case 'closed':
        return this.#ports.links.link(name)?.closedRow ?? null;
      case 'deleted':
        return this.#holes.rowOf(name);
      default:
        return null;
    }
  }

  #requestEntry(key: string): RequestEntry | null {
    const parts = /^(.*)([?@])(\d+)$/s.exec(key);
    if (parts === null) return null;
    const [, context = '', mark, number] = parts;
    const { sent, receipts } = this.#contexts.get(context) ?? {};
    const end = mark === '?' ? sent?.get(Number(number)) : receipts?.get(Number(number));
    return end?.entry ?? null;
  }

  #slot(key: string): Slot | null {
    const parts = /^(.*)#(\d+)([><!])(\d+)$/s.exec(key);
    if (parts === null) return null;
    const [, context = '', port, mark, number] = parts;
    const found = this.#contexts.get(context)?.ports.get(Number(port));
    if (found === undefined) return null;
    const seq = Number(number);
    const fact =
      mark === '>'
        ? postOf(found, seq)
        : mark === '<'
          ? deliveryOf(found, seq)
          : found.refusals[seq - 1];
    return fact?.slot ?? null;
  }

  /** In order of time; see {@link compareRows}. Always the same object. */
  get rows(): Rows {
    this.settle();
    return this.#rows;
  }

  /**
   * @param key see {@link rowKey}; also the key of a message's or request's row from before its post or call was known
   * @returns the index of the row; -1: there is none
   */
  rowIndex(key: string): number {
    this.settle();
    const { kind, name, at } = partsOf(key);
    const row = this.#rowNamed(kind, name);
    if (row !== null) return this.#rows.indexOf(row);
    for (let index = this.#rows.indexAt(at); this.#rows.timeAt(index) === at; index += 1) {
      if (rowKey(this.#rows.at(index) as Row) === key) return index;
    }
    return -1;
  }

  /** What the store no longer has, or has damaged. */
  get holes(): Pick<Holes, 'deleted' | 'damaged'> {
    return this.#holes;
  }

  get totals(): Totals {
    this.settle();
    if (!this.#unreportedIsKnown) {
      this.#totals.unreported = 0;
      for (const context of this.#silent) {
        const { posts, arrivals } = unreportedBy(context);
        this.#totals.unreported += posts + arrivals;
      }
      this.#unreportedIsKnown = true;
    }
    return this.#totals;
  }

  /** What the context did not report of its last moment; nothing, unless it ended without a word. */
  unreportedBy(contextKey: string): Unreported {
    this.settle();
    const context = this.#contexts.get(contextKey);
    return context === undefined || !this.#silent.has(context)
      ? { posts: 0, arrivals: 0 }
      : unreportedBy(context);
  }

  /** @returns the payload's text, or undefined when its segment is not held */
  payloadText(ref: Pick<PayloadRef, 'segment' | 'offset' | 'length'>): string | undefined {
    return textIn(this.#texts, ref);
  }

  /** Forgets everything. */
  clear(): void {
    this.#lives = null;
    this.#silent.clear();
    this.#contexts = new Map();
    this.#listed = new Map();
    this.#segments.clear();
    this.#texts.clear();
    this.#contextKeys.length = 0;
    this.#totals = emptyTotals();
    this.#words = this.#newWords();
    this.#messages = new Messages(this.#words);
    this.#rows = this.#newRows();
    this.#holes = new Holes(this.#rows);
    this.#ports = this.#newPorts();
    this.#oneShot = this.#newOneShot();
    this.#dirty = false;
  }

  #newWords(): PayloadWords {
    return new PayloadWords((ref) => this.payloadText(ref));
  }

  #newRows(): RowList {
    return new RowList(this.#messages, (key) => this.#ports.links.link(key)?.index ?? -1);
  }

  #newPorts(): PortPart {
    const matcher = new Matcher(PORTS);
    const links = new Links(this.#rows, this.#totals, this.#messages, this.#words, this.#textOf);
    return { matcher, links, intake: new Intake(matcher, links) };
  }

  #newOneShot(): OneShotPart {
    const matcher = new Matcher(REQUESTS);
    const requests = new Requests(this.#rows, this.#totals, this.#words, this.#textOf);
    return { matcher, requests, intake: new RequestIntake(matcher, requests, this.#textOf) };
  }

  #context(key: string): ContextFacts {
    let context = this.#contexts.get(key);
    if (context === undefined) {
      context = {
        key,
        index: this.#contextKeys.push(key) - 1,
        stored: null,
        listed: null,
        moments: [],
        endedRow: null,
        ports: new Map(),
        sites: new Map(),
        links: new Set(),
        messages: 0,
        sent: new Map(),
        receipts: new Map(),
        requests: new Set(),
      };
      this.#contexts.set(key, context);
    }
    return context;
  }

  #addContext(stored: StoredContext): void {
    this.#dirty = true;
    const context = this.#context(stored.key);
    const before = context.stored;
    context.stored = stored;
    const moved = before === null || IDENTITY.some((name) => before[name] !== stored[name]);
    if (moved || before.disconnectedAt !== stored.disconnectedAt) this.#lifeChanged(context);
    if (context.listed === null) {
      context.listed = {
        ...stored,
        connections: context.links.size,
        messages: context.messages,
        requests: context.requests.size,
      };
      this.#listed.set(stored.key, context.listed);
      this.#totals.contexts += 1;
      const { key, startedAt } = stored;
      this.#rows.add({ kind: 'lifecycle', at: startedAt, context: key, what: 'started' });
    } else {
      Object.assign(context.listed, stored);
    }
    if (moved) {
      this.#ports.matcher.contextChanged(context, before);
      this.#ports.intake.contextChanged(context);
      this.#oneShot.matcher.contextChanged(context, before);
    }
  }

  #lifeChanged(context: ContextFacts): void {
    this.#lives = null;
    const { key, stored, moments, endedRow } = context;
    const at = stored === null ? null : silentSince({ ...stored, moments });
    if (at === (endedRow?.at ?? null)) return;
    if (endedRow !== null) this.#rows.remove(endedRow);
    context.endedRow = at === null ? null : { kind: 'lifecycle', at, context: key, what: 'ended' };
    this.#silent.delete(context);
    if (context.endedRow === null) return;
    this.#silent.add(context);
    this.#rows.add(context.endedRow);
  }

  #fold(context: ContextFacts, event: PortholeEvent, segment: number): void {
    switch (event[0]) {
      case 'site':
        context.sites.set(event[1], event[2]);
        return;
      case 'lifecycle':
        this.#rows.add({ kind: 'lifecycle', at: event[1], context: context.key, what: event[2] });
        context.moments.push({ at: event[1], what: event[2] });
        this.#lifeChanged(context);
        if (event[2] === 'unloaded') this.#ports.intake.contextUnloaded(context, event[1]);
        if (event[2] === 'thawed') this.#ports.intake.contextThawed(context);
        return;
      case 'gap': {
        const [, at, events, reason] = event;
        this.#rows.add({ kind: 'gap', at, context: context.key, events, reason });
        this.#totals.gaps += 1;
        this.#totals.lost += events;
        return;
      }
      case 'sent':
      case 'replied':
      case 'failed':
      case 'received':
      case 'returned':
      case 'answered':
      case 'rejected':
        this.#oneShot.intake.take(context, event, segment);
        return;
      default:
        this.#ports.intake.take(context, event, segment);
    }
  }
}

/** The facts that say where a context is; matching is done again when one changes. */
const IDENTITY = [
  'extensionId',
  'kind',
  'worldId',
  'url',
  'tabId',
  'frameId',
  'documentId',
  'contextId',
  'startedAt',
] as const satisfies readonly (keyof StoredContext)[];

function emptyTotals(): Mutable<Totals> {
  return {
    contexts: 0,
    connections: 0,
    messages: 0,
    deliveries: 0,
    requests: 0,
    gaps: 0,
    lost: 0,
    unreported: 0,
    bytes: 0,
  };
}
