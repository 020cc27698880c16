/**
 * One recording as far as it is folded: its parts, and how what is read reaches them. What the parts then say,
 * `model.ts` hands out.
 */

import {
  readSoundly,
  visitRun,
  type EndFacts,
  type OtherEvent,
  type RunVisitor,
  type StoredContext,
  type StoredDropped,
  type StoredSegment,
} from '../protocol/index.js';
import { Assembly } from './assembly.js';
import { NONE } from './columns.js';
import type { ContextFacts, Mutable, Port, ReceiptFact, SentFact } from './facts.js';
import { ExtensionNames } from './extension-names.js';
import { Holes } from './holes.js';
import { Intake, type OpenSegment } from './intake.js';
import { Links } from './links.js';
import { silentSince } from './lives.js';
import { Matcher } from './matching.js';
import { Messages } from './messages.js';
import { PayloadPrints } from './payload-prints.js';
import { PortFacts } from './port-facts.js';
import { PORTS } from './port-pairing.js';
import { RequestIntake } from './request-intake.js';
import { REQUESTS } from './request-pairing.js';
import { Requests } from './requests.js';
import { RowList } from './rows.js';
import { Slots } from './slots.js';
import type { ModelContext, PayloadRef, Totals } from './types.js';
import { Words } from './words.js';

export class Fold {
  readonly contexts = new Map<string, ContextFacts>();
  /** By {@link ContextFacts.index}. */
  readonly contextKeys: string[] = [];
  readonly listed = new Map<string, ModelContext>();
  /** Contexts that ended without a word. */
  readonly silent = new Set<ContextFacts>();
  readonly totals = emptyTotals();
  readonly facts = new PortFacts();
  readonly slots = new Slots(this.facts);
  readonly messages: Messages;
  readonly rows: RowList;
  readonly holes: Holes;
  readonly links: Links;
  readonly requests: Requests;
  readonly #stacks = new Words();
  readonly #types = new Words();
  /** Ids of the segments that were folded. */
  readonly #segments = new Set<number>();
  readonly #portMatcher = new Matcher<Port, Port>(PORTS);
  readonly #portIntake: Intake;
  readonly #requestMatcher = new Matcher<SentFact, ReceiptFact>(REQUESTS);
  readonly #requestIntake: RequestIntake;
  #dirty = false;
  readonly #names = new ExtensionNames();
  /** Where events come from now. */
  #segment: OpenSegment = { id: 0, payload: '' };
  #context: ContextFacts | null = null;
  readonly #visitor: RunVisitor = {
    message: (type, port, at, seq, more, form, bytes, offset, length) => {
      this.#portIntake.takeMessage(
        this.#context as ContextFacts,
        type,
        port,
        at,
        seq,
        more,
        form,
        bytes,
        offset,
        length,
        this.#segment,
      );
    },
    other: (event) => this.#take(this.#context as ContextFacts, event, this.#segment),
  };

  /**
   * @param textOf gives payload texts as far as they are at hand
   * @param onLives is told that something changed on which contexts' beginnings and ends depend
   */
  constructor(
    textOf: (ref: PayloadRef) => string | undefined,
    private readonly onLives: () => void,
  ) {
    const types = this.#types;
    const stacks = this.#stacks;
    this.messages = new Messages(this.slots, { types, stacks, textOf });
    this.rows = new RowList(this.slots, this.messages, (key) => this.links.link(key)?.index ?? -1);
    this.holes = new Holes(this.rows);
    const assembly = new Assembly(this.facts, this.slots, this.rows, this.totals);
    this.links = new Links(this.rows, this.totals, assembly);
    const prints = new PayloadPrints(types);
    this.#portIntake = new Intake(this.#portMatcher, this.links, this.facts, prints, stacks);
    this.requests = new Requests(this.rows, this.totals, { types, textOf });
    this.#requestIntake = new RequestIntake(this.#requestMatcher, this.requests, types, stacks);
  }

  /** Enters a context, or its newer record. */
  addContext(stored: StoredContext): void {
    this.#dirty = true;
    const context = this.#contextOf(stored.key);
    const before = context.stored;
    context.stored = stored;
    const moved = before === null || IDENTITY.some((name) => before[name] !== stored[name]);
    if (
      moved ||
      before.disconnectedAt !== stored.disconnectedAt ||
      !sameEndFacts(before.endFacts, stored.endFacts)
    ) {
      this.#lifeChanged(context);
    }
    if (context.listed === null) {
      context.listed = {
        ...stored,
        connections: context.links.size,
        messages: context.messages,
        requests: context.requests.size,
        lost: context.lost,
        mutedRequests: context.mutedRequests,
        frozen: isFrozen(context),
      };
      this.listed.set(stored.key, context.listed);
      this.totals.contexts += 1;
      const { key, startedAt } = stored;
      this.rows.add({ kind: 'lifecycle', at: startedAt, context: key, what: 'started' });
    } else {
      Object.assign(context.listed, stored);
    }
    this.#names.take(context.listed);
    if (moved) {
      this.#portMatcher.contextChanged(context, before);
      this.#portIntake.contextChanged(context);
      this.#requestMatcher.contextChanged(context, before);
    }
  }

  /** @returns the segment's payload string; null when a segment with its id was added before */
  addSegment(segment: StoredSegment): string | null {
    const { id } = segment;
    if (this.#segments.has(id)) return null;
    const { payload, runs, damaged } = readSoundly(segment);
    this.#segments.add(id);
    this.holes.addDamaged(damaged);
    this.#dirty = true;
    this.#segment = { id, payload };
    for (const run of runs) {
      this.#context = this.#contextOf(run.context);
      visitRun(run.events, this.#visitor);
    }
    return payload;
  }

  setDeleted(records: Iterable<StoredDropped>): void {
    if (this.holes.setDeleted(records)) this.#dirty = true;
  }

  /** @returns the index of the first row that is other than before; null when nothing was added since */
  settle(): number | null {
    if (!this.#dirty) return null;
    this.#dirty = false;
    this.links.settle(this.#portMatcher.settle());
    this.requests.settle(this.#requestMatcher.settle());
    return this.rows.commit();
  }

  #contextOf(key: string): ContextFacts {
    let context = this.contexts.get(key);
    if (context === undefined) {
      context = {
        key,
        index: this.contextKeys.push(key) - 1,
        stored: null,
        listed: null,
        moments: [],
        endedRow: NONE,
        ports: new Map(),
        sites: new Map(),
        links: new Set(),
        messages: 0,
        lost: 0,
        mutedRequests: 0,
        sent: new Map(),
        receipts: new Map(),
        requests: new Set(),
      };
      this.contexts.set(key, context);
    }
    return context;
  }

  #lifeChanged(context: ContextFacts): void {
    this.onLives();
    const { key, stored, moments, endedRow } = context;
    const at = stored === null ? null : silentSince({ ...stored, moments });
    if (at === (endedRow === NONE ? null : this.rows.timeOf(endedRow))) return;
    if (endedRow !== NONE) this.rows.remove(endedRow);
    context.endedRow =
      at === null ? NONE : this.rows.add({ kind: 'lifecycle', at, context: key, what: 'ended' });
    if (at === null) this.silent.delete(context);
    else this.silent.add(context);
  }

  #take(context: ContextFacts, event: OtherEvent, segment: OpenSegment): void {
    switch (event[0]) {
      case 'site':
        context.sites.set(event[1], this.#stacks.numberOf(event[2]));
        return;
      case 'lifecycle':
        this.rows.add({ kind: 'lifecycle', at: event[1], context: context.key, what: event[2] });
        context.moments.push({ at: event[1], what: event[2] });
        if (context.listed !== null) context.listed.frozen = isFrozen(context);
        this.#lifeChanged(context);
        if (event[2] === 'unloaded') this.#portIntake.contextUnloaded(context, event[1]);
        if (event[2] === 'thawed') this.#portIntake.contextThawed(context);
        return;
      case 'gap': {
        const [, at, events, reason] = event;
        this.rows.add({ kind: 'gap', at, context: context.key, events, reason });
        this.totals.gaps += 1;
        this.totals.lost += events;
        context.lost += events;
        if (context.listed !== null) context.listed.lost = context.lost;
        return;
      }
      case 'muted':
        this.totals.muted += event[5];
        if (event[1] > 0) {
          this.#portIntake.takeMuted(context, event);
          return;
        }
        context.mutedRequests += event[5];
        if (context.listed !== null) context.listed.mutedRequests = context.mutedRequests;
        return;
      case 'sent':
      case 'replied':
      case 'failed':
      case 'received':
      case 'returned':
      case 'answered':
      case 'rejected':
        this.#requestIntake.take(context, event, segment);
        return;
      default:
        this.#portIntake.take(context, event, segment);
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

function isFrozen({ moments }: ContextFacts): boolean {
  return moments.at(-1)?.what === 'frozen';
}

function sameEndFacts(a: EndFacts | undefined, b: EndFacts | undefined): boolean {
  return a?.tab === b?.tab && a?.extension === b?.extension;
}

function emptyTotals(): Mutable<Totals> {
  return {
    contexts: 0,
    connections: 0,
    messages: 0,
    deliveries: 0,
    requests: 0,
    gaps: 0,
    lost: 0,
    muted: 0,
    unreported: 0,
    bytes: 0,
  };
}
