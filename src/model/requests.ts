/**
 * Keeps the requests: builds them as matching composes them and writes them out with their rows and counts. A
 * request whose ends change is dropped and built anew.
 */

import { NONE } from './columns.js';
import {
  contextsOf,
  type Match,
  type Mutable,
  type ReceiptFact,
  type RequestEntry,
  type SentFact,
} from './facts.js';
import { writeRequest, type RequestTexts } from './request-writer.js';
import type { RowList } from './rows.js';
import type { Request, Totals } from './types.js';

type Ends = Match<SentFact, ReceiptFact>;

export class Requests {
  readonly requests = new Map<string, Request>();
  readonly #changed = new Set<RequestEntry>();
  /** Ends that matching does not know: the call or the arrival was not recorded. */
  #alone: Ends[] = [];

  constructor(
    private readonly rows: RowList,
    private readonly totals: Mutable<Totals>,
    private readonly texts: RequestTexts,
  ) {}

  /** The end is a request by itself. */
  alone(ends: Ends): void {
    this.#alone.push(ends);
  }

  /** More is known of the end than before. */
  changed({ entry }: SentFact | ReceiptFact): void {
    if (entry !== null) this.#changed.add(entry);
  }

  settle(found: readonly Ends[]): void {
    const fresh = [...this.#alone, ...found].filter((ends) => !stands(ends));
    this.#alone = [];
    for (const { from, to } of fresh) {
      if (from?.entry) this.#drop(from.entry);
      for (const receipt of to) if (receipt.entry) this.#drop(receipt.entry);
    }
    for (const ends of fresh) this.#build(ends);
    for (const entry of this.#changed) this.#write(entry);
    this.#changed.clear();
  }

  #build({ from: sent, to: receipts }: Ends): void {
    const entry: RequestEntry = {
      sent,
      receipts,
      request: null,
      row: NONE,
      bytes: 0,
      dropped: false,
    };
    if (sent !== null) sent.entry = entry;
    for (const receipt of receipts) receipt.entry = entry;
    this.#enlist(entry, true);
    this.#changed.add(entry);
    this.totals.requests += 1;
  }

  #drop(entry: RequestEntry): void {
    if (entry.dropped) return;
    entry.dropped = true;
    const { sent, receipts, request, row, bytes } = entry;
    if (sent !== null) sent.entry = null;
    for (const receipt of receipts) receipt.entry = null;
    if (request !== null) this.requests.delete(request.key);
    if (row !== NONE) this.rows.remove(row);
    this.#enlist(entry, false);
    this.#changed.delete(entry);
    this.totals.requests -= 1;
    this.totals.bytes -= bytes;
  }

  #enlist(entry: RequestEntry, isIn: boolean): void {
    for (const { requests, listed } of contextsOf(entry)) {
      if (isIn) requests.add(entry);
      else requests.delete(entry);
      if (listed !== null) listed.requests = requests.size;
    }
  }

  #write(entry: RequestEntry): void {
    const request = writeRequest(entry, this.texts);
    this.requests.set(request.key, request);
    const bytes = (request.payload?.bytes ?? 0) + (request.reply?.payload.bytes ?? 0);
    this.totals.bytes += bytes - entry.bytes;
    entry.bytes = bytes;
    if (entry.row !== NONE) {
      this.rows.touch(this.rows.timeOf(entry.row));
      return;
    }
    const at = (entry.sent ?? (entry.receipts[0] as ReceiptFact)).at;
    entry.row = this.rows.add({ kind: 'request', at, request });
  }
}

/** @returns whether a request with exactly these ends is there already */
function stands({ from, to }: Ends): boolean {
  const entry = (from ?? (to[0] as ReceiptFact)).entry;
  return (
    entry !== null &&
    entry.sent === from &&
    entry.receipts.length === to.length &&
    to.every((receipt, index) => entry.receipts[index] === receipt)
  );
}
