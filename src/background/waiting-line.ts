/**
 * A line of an extension that may have to wait. Until it is admitted its context is not welcomed, so it keeps
 * what it captures to itself, up to its own bound; only a page that goes sends all it has. That is kept here,
 * as long as the extension's {@link Allowance} lasts, and handed on when the extension is admitted.
 */

import {
  GuardError,
  readBatch,
  readEvents,
  readHello,
  readRelayHeader,
} from '../protocol/guards.js';
import type { Batch, Hello } from '../protocol/index.js';
import { packEvents } from '../protocol/wire-form.js';
import type { Link, LinkEnd, Origin } from './link.js';
import { payloadWithValues } from './rich-payloads.js';

/** What one extension may leave here while it waits. */
export interface Allowance {
  /** Characters of text. */
  chars: number;
  /** Messages. */
  messages: number;
}

export interface LineOwner {
  readonly allowance: Allowance;
  /** The context has said who it is. */
  said(hello: Hello): void;
  /** A batch with so many events could not be kept. */
  lost(events: number): void;
  /** The line has sent what no context of Porthole's sends, and is closed. */
  refused(reason: string): void;
  /** The line is closed, by whomever. */
  ended(line: WaitingLine): void;
}

export class WaitingLine implements LinkEnd {
  readonly #origin: Origin;
  readonly #link: Link;
  readonly #owner: LineOwner;
  #kept: unknown[] = [];
  #expects: 'header' | 'hello' | 'batch';
  #chars = 0;
  #open = true;
  /** The collector's end, once admitted. */
  #end: LinkEnd | null = null;

  constructor(origin: Origin, link: Link, owner: LineOwner) {
    this.#origin = origin;
    this.#link = link;
    this.#owner = owner;
    this.#expects = origin.route === 'relay' ? 'header' : 'hello';
  }

  /** Whether the other end is there. */
  get isOpen(): boolean {
    return this.#open;
  }

  /** Whether it has said who it is. */
  get isKnown(): boolean {
    return this.#expects === 'batch';
  }

  /** Whether a batch is kept, to be handed on. */
  get hasBatches(): boolean {
    return this.isKnown && this.#kept.length > (this.#origin.route === 'relay' ? 2 : 1);
  }

  message(message: unknown): void {
    if (this.#end !== null) {
      this.#end.message(message);
      return;
    }
    if (!this.#open) return;
    try {
      this.#take(message);
    } catch (error) {
      if (!(error instanceof GuardError)) throw error;
      this.reject(error.message);
      this.#owner.refused(error.message);
    }
  }

  closed(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#end?.closed();
    this.#owner.ended(this);
  }

  /** Hands the line, with what came over it so far, to the collector. */
  admit(open: (origin: Origin, link: Link) => LinkEnd): void {
    const end = open(this.#origin, {
      send: (message) => this.#link.send(message),
      close: () => {
        this.#link.close();
        if (!this.#open) return;
        this.#open = false;
        this.#owner.ended(this);
      },
    });
    this.#end = end;
    const kept = this.#kept;
    this.#release();
    for (const message of kept) end.message(message);
    if (!this.#open) end.closed();
  }

  /** Tells the context that it is not taken, and why. */
  reject(reason: string): void {
    this.#link.send({ type: 'rejected', reason });
    this.close();
  }

  /** Closes the line; the context comes again. */
  close(): void {
    this.#release();
    if (!this.#open) return;
    this.#link.close();
    this.closed();
  }

  #take(message: unknown): void {
    switch (this.#expects) {
      case 'header':
        this.#keep(readRelayHeader(message), 0);
        this.#expects = 'hello';
        return;
      case 'hello': {
        const hello = readHello(message);
        const chars = hello.url.length + (hello.ownStack ?? '').length;
        if (chars > this.#owner.allowance.chars) {
          this.close();
          return;
        }
        this.#keep(hello, chars);
        this.#expects = 'batch';
        this.#owner.said(hello);
        return;
      }
      case 'batch': {
        const batch = inText(readBatch(message));
        const chars = batch.events.length + batch.payload.length;
        const { allowance } = this.#owner;
        if (chars > allowance.chars || allowance.messages < 1) {
          this.#owner.lost(readEvents(batch).length);
        } else {
          this.#keep(batch, chars);
        }
        return;
      }
      default:
        this.#expects satisfies never;
    }
  }

  #keep(message: unknown, chars: number): void {
    this.#kept.push(message);
    this.#chars += chars;
    this.#owner.allowance.chars -= chars;
    this.#owner.allowance.messages -= 1;
  }

  #release(): void {
    this.#owner.allowance.chars += this.#chars;
    this.#owner.allowance.messages += this.#kept.length;
    this.#kept = [];
    this.#chars = 0;
  }
}

/** @returns the batch without values, whose size nobody could tell */
function inText(batch: Batch): Batch {
  if (batch.values === undefined) return batch;
  const events = readEvents(batch);
  const payload = payloadWithValues(batch, events);
  return { type: batch.type, batch: batch.batch, ...packEvents(events, payload) };
}
