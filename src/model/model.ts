/**
 * The model: a fold from stored contexts and segments to contexts, connections, messages, requests and rows. Pure: the
 * panel's worker, the command line and the tests run the same one.
 *
 * The events of one context must come in their order. Between contexts any order gives the same result; a
 * message whose other end has not been reported yet stands alone until then.
 */

import {
  isSoundContext,
  type StoredContext,
  type StoredDropped,
  type StoredSegment,
} from '../protocol/index.js';
import { NONE } from './columns.js';
import { compareText } from './facts.js';
import { Fold } from './fold.js';
import type { Holes } from './holes.js';
import { livesOf, type Life, type LifeFacts } from './lives.js';
import type { Messages } from './messages.js';
import { findMessage, findRow } from './finding-keys.js';
import { HeldTexts, textIn, type Texts } from './texts.js';
import type {
  Connection,
  Message,
  ModelContext,
  PayloadRef,
  Request,
  Rows,
  Totals,
} from './types.js';
import { unreportedBy, type Unreported } from './unreported.js';

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
  readonly #texts: Texts;
  #fold: Fold;
  #unreportedIsKnown = true;
  /** Null when something changed that they depend on. */
  #lives: ReadonlyMap<string, Life> | null = null;

  /** @param texts where payload texts are to be found; without it the model holds them all */
  constructor(texts: Texts = new HeldTexts()) {
    this.#texts = texts;
    this.#fold = this.#newFold();
  }

  /** Enters contexts, or their newer records; damaged ones are left out. */
  addContexts(contexts: Iterable<StoredContext>): void {
    for (const stored of contexts) if (isSoundContext(stored)) this.#fold.addContext(stored);
  }

  /** Folds a segment, as far as it can be read; one whose id was added before is ignored. */
  addSegment(segment: StoredSegment): void {
    const payload = this.#fold.addSegment(segment);
    if (payload !== null) this.#texts.put(segment.id, payload);
  }

  /** Enters what was deleted to make room: one record for each extension, or its newer one. */
  setDeleted(records: Iterable<StoredDropped>): void {
    this.#fold.setDeleted(records);
  }

  /** Matches and joins what has become possible since the last time. */
  settle(): Changes {
    const rowsFrom = this.#fold.settle();
    if (rowsFrom === null) return { rowsFrom: this.#fold.rows.length };
    this.#unreportedIsKnown = false;
    return { rowsFrom };
  }

  /** By {@link StoredContext.key}. */
  get contexts(): ReadonlyMap<string, ModelContext> {
    this.settle();
    return this.#fold.listed;
  }

  /** By {@link Connection.key}; the map's order says nothing. */
  get connections(): ReadonlyMap<string, Connection> {
    this.settle();
    return this.#fold.links.connections;
  }

  /**
   * The connection of that number, see {@link Rows.connectionAt}; undefined when it was taken apart. Numbers count
   * up from 0 and stay for as long as the connection stands.
   */
  connectionAt(index: number): Connection | undefined {
    this.settle();
    return this.#fold.links.numbered[index];
  }

  /** @returns {@link ModelContext.key} of the context of that number, see {@link Messages.sender} */
  contextKeyAt(index: number): string | undefined {
    return this.#fold.contextKeys[index];
  }

  /** How contexts began and ended, by their key. */
  get lives(): ReadonlyMap<string, Life> {
    this.#lives ??= livesOf(this.#lived());
    return this.#lives;
  }

  *#lived(): Generator<LifeFacts> {
    for (const { stored, moments } of this.#fold.contexts.values()) {
      if (stored !== null) yield { ...stored, moments };
    }
  }

  /** Connections with an endpoint in this context, oldest first. */
  connectionsOf(contextKey: string): Connection[] {
    this.settle();
    const links = [...(this.#fold.contexts.get(contextKey)?.links ?? [])];
    return links
      .map((link): Connection => link.connection)
      .sort((a, b) => a.openedAt - b.openedAt || compareText(a.key, b.key));
  }

  /** By {@link Request.key}; the map's order says nothing. */
  get requests(): ReadonlyMap<string, Request> {
    this.settle();
    return this.#fold.requests.requests;
  }

  /** Requests with an end in this context, in no particular order. */
  *requestsOf(contextKey: string): Generator<Request> {
    this.settle();
    for (const { request } of this.#fold.contexts.get(contextKey)?.requests ?? []) {
      if (request !== null) yield request;
    }
  }

  /** The messages column by column, by the ids that {@link Rows.messageAt} gives. */
  get messages(): Messages {
    this.settle();
    return this.#fold.messages;
  }

  /** @param key {@link Message.key}, also one it had before its post or other deliveries were known */
  message(key: string): Message | undefined {
    this.settle();
    const id = findMessage(this.#fold, key);
    return id === NONE ? undefined : this.#fold.messages.read(id);
  }

  /** In order of time; see {@link RowList}. The same object until {@link clear}. */
  get rows(): Rows {
    this.settle();
    return this.#fold.rows;
  }

  /**
   * @param key see {@link rowKey}; also the key of a message's or request's row from before its post or call was known
   * @returns the index of the row; -1: there is none
   */
  rowIndex(key: string): number {
    this.settle();
    return findRow(this.#fold, key);
  }

  /** What the store no longer has, or has damaged. */
  get holes(): Pick<Holes, 'deleted' | 'damaged'> {
    return this.#fold.holes;
  }

  get totals(): Totals {
    this.settle();
    if (!this.#unreportedIsKnown) {
      this.#fold.totals.unreported = 0;
      for (const context of this.#fold.silent) {
        const { posts, arrivals } = unreportedBy(context, this.#fold.slots);
        this.#fold.totals.unreported += posts + arrivals;
      }
      this.#unreportedIsKnown = true;
    }
    return this.#fold.totals;
  }

  /** What the context did not report of its last moment; nothing, unless it ended without a word. */
  unreportedBy(contextKey: string): Unreported {
    this.settle();
    const context = this.#fold.contexts.get(contextKey);
    return context === undefined || !this.#fold.silent.has(context)
      ? { posts: 0, arrivals: 0 }
      : unreportedBy(context, this.#fold.slots);
  }

  /** @returns the payload's text, or undefined when its segment is not held */
  payloadText(ref: Pick<PayloadRef, 'segment' | 'offset' | 'length'>): string | undefined {
    return textIn(this.#texts, ref);
  }

  /** Forgets everything. */
  clear(): void {
    this.#lives = null;
    this.#unreportedIsKnown = true;
    this.#texts.clear();
    this.#fold = this.#newFold();
  }

  #newFold(): Fold {
    return new Fold(
      (ref) => this.payloadText(ref),
      () => {
        this.#lives = null;
      },
    );
  }
}
