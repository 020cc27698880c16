/**
 * The model: a fold from stored contexts and segments to contexts, connections, messages and rows. Pure: the
 * panel's worker, the command line and the tests run the same one.
 *
 * The events of one context must come in their order. Between contexts any order gives the same result; a
 * message whose other end has not been reported yet stands alone until then.
 */

import {
  isSoundContext,
  readSoundly,
  type PortholeEvent,
  type StoredContext,
  type StoredDropped,
  type StoredSegment,
} from '../protocol/index.js';
import { compareText, deliveryOf, postOf, type ContextFacts, type Mutable } from './facts.js';
import { Holes } from './holes.js';
import { Intake } from './intake.js';
import { Links } from './links.js';
import { livesOf, silentSince, type Life, type LifeFacts } from './lives.js';
import { Matcher } from './matching.js';
import { RowList } from './rows.js';
import type { Connection, Message, ModelContext, PayloadRef, Row, Totals } from './types.js';

/** What {@link Model.settle} did. */
export interface Changes {
  /** Index of the first row that is, or whose message is, other than before; all earlier ones stand. */
  readonly rowsFrom: number;
}

/**
 * Everything it hands out is its own, live and changing in place: read it, do not keep it across a `settle`
 * that matters, never write to it. Reading settles first, so `settle` need only be called for its answer.
 */
export class Model {
  #contexts = new Map<string, ContextFacts>();
  #listed = new Map<string, ModelContext>();
  #payloads = new Map<number, string>();
  #totals = emptyTotals();
  #rows = new RowList();
  #holes = new Holes(this.#rows);
  #matcher = new Matcher();
  #links = this.#newLinks();
  #intake = this.#newIntake();
  #dirty = false;
  /** Null when something changed that they depend on. */
  #lives: ReadonlyMap<string, Life> | null = null;

  /** Enters contexts, or their newer records; damaged ones are left out. */
  addContexts(contexts: Iterable<StoredContext>): void {
    for (const stored of contexts) if (isSoundContext(stored)) this.#addContext(stored);
  }

  /** Folds a segment, as far as it can be read; one whose id was added before is ignored. */
  addSegment(segment: StoredSegment): void {
    if (this.#payloads.has(segment.id)) return;
    const { payload, runs, damaged } = readSoundly(segment);
    this.#payloads.set(segment.id, payload);
    this.#holes.addDamaged(damaged);
    this.#dirty = true;
    for (const run of runs) {
      const context = this.#context(run.context);
      for (const event of run.events) this.#fold(context, event, segment.id);
    }
  }

  /** Enters what was deleted to make room: one record for each extension, or its newer one. */
  setDeleted(records: Iterable<StoredDropped>): void {
    if (this.#holes.setDeleted(records)) this.#dirty = true;
  }

  /** Matches and joins what has become possible since the last time. */
  settle(): Changes {
    if (!this.#dirty) return { rowsFrom: this.#rows.rows.length };
    this.#dirty = false;
    this.#links.settle(this.#matcher.settle());
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
    return this.#links.connections;
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

  /** @param key {@link Message.key}, also one it had before its post or other deliveries were known */
  message(key: string): Message | undefined {
    this.settle();
    const parts = /^(.*)#(\d+)([><!])(\d+)$/s.exec(key);
    if (parts === null) return undefined;
    const [, context = '', port, mark, number] = parts;
    const found = this.#contexts.get(context)?.ports.get(Number(port));
    if (found === undefined) return undefined;
    const seq = Number(number);
    const fact =
      mark === '>'
        ? postOf(found, seq)
        : mark === '<'
          ? deliveryOf(found, seq)
          : found.refusals[seq - 1];
    return fact?.slot?.message ?? undefined;
  }

  /** In order of time; see {@link compareRows}. Always the same array. */
  get rows(): readonly Row[] {
    this.settle();
    return this.#rows.rows;
  }

  /** What the store no longer has, or has damaged. */
  get holes(): Pick<Holes, 'deleted' | 'damaged'> {
    return this.#holes;
  }

  get totals(): Totals {
    this.settle();
    return this.#totals;
  }

  /** @returns the payload's text, or undefined when its segment is not held */
  payloadText(ref: PayloadRef): string | undefined {
    return this.#payloads.get(ref.segment)?.slice(ref.offset, ref.offset + ref.length);
  }

  /** Forgets everything. */
  clear(): void {
    this.#lives = null;
    this.#contexts = new Map();
    this.#listed = new Map();
    this.#payloads = new Map();
    this.#totals = emptyTotals();
    this.#rows = new RowList();
    this.#holes = new Holes(this.#rows);
    this.#matcher = new Matcher();
    this.#links = this.#newLinks();
    this.#intake = this.#newIntake();
    this.#dirty = false;
  }

  #newLinks(): Links {
    return new Links(this.#rows, this.#totals, (ref) => this.payloadText(ref) ?? '');
  }

  #newIntake(): Intake {
    return new Intake(this.#matcher, this.#links);
  }

  #context(key: string): ContextFacts {
    let context = this.#contexts.get(key);
    if (context === undefined) {
      context = {
        key,
        stored: null,
        listed: null,
        moments: [],
        endedRow: null,
        ports: new Map(),
        sites: new Map(),
        links: new Set(),
        messages: 0,
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
    this.#lifeChanged(context);
    if (context.listed === null) {
      context.listed = { ...stored, connections: context.links.size, messages: context.messages };
      this.#listed.set(stored.key, context.listed);
      this.#totals.contexts += 1;
      const { key, startedAt } = stored;
      this.#rows.add({ kind: 'lifecycle', at: startedAt, context: key, what: 'started' });
    } else {
      Object.assign(context.listed, stored);
    }
    if (before === null || IDENTITY.some((name) => before[name] !== stored[name])) {
      this.#matcher.contextChanged(context, before);
      this.#intake.contextChanged(context);
    }
  }

  #lifeChanged(context: ContextFacts): void {
    this.#lives = null;
    const { key, stored, moments, endedRow } = context;
    const at = stored === null ? null : silentSince({ ...stored, moments });
    if (at === (endedRow?.at ?? null)) return;
    if (endedRow !== null) this.#rows.remove(endedRow);
    context.endedRow = at === null ? null : { kind: 'lifecycle', at, context: key, what: 'ended' };
    if (context.endedRow !== null) this.#rows.add(context.endedRow);
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
        if (event[2] === 'unloaded') this.#intake.contextUnloaded(context, event[1]);
        return;
      case 'gap': {
        const [, at, events, reason] = event;
        this.#rows.add({ kind: 'gap', at, context: context.key, events, reason });
        this.#totals.gaps += 1;
        this.#totals.lost += events;
        return;
      }
      default:
        this.#intake.take(context, event, segment);
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
  return { contexts: 0, connections: 0, messages: 0, deliveries: 0, gaps: 0, lost: 0, bytes: 0 };
}
