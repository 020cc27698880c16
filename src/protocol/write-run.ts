/** Writes the events of a {@link SegmentRun}, in the form that `runs.ts` describes and reads. */

import type { PortholeEvent } from './events.js';
import {
  FORMS,
  isMessage,
  NUMBERS,
  type Columns,
  type Numbers,
  type OtherEvent,
  type PostOrDelivery,
} from './runs.js';

/** Columns have names and brackets: fewer posts and deliveries than this are shorter without them. */
const LEAST = 4;

/** @returns the text for {@link SegmentRun.events} */
export function writeRun(events: readonly PortholeEvent[]): string {
  return JSON.stringify(columnsOf(events) ?? events);
}

/** @returns null when the events are better left as they are */
function columnsOf(events: readonly PortholeEvent[]): Columns | null {
  const posted = new Writer();
  const delivered = new Writer();
  const others: OtherEvent[] = [];
  let order = '';
  for (const event of events) {
    if (!isMessage(event)) {
      others.push(event);
      order += 'o';
      continue;
    }
    const isPost = event[0] === 'posted';
    order += isPost ? 'p' : 'd';
    if (!(isPost ? posted : delivered).add(event)) return null;
  }
  if (events.length - others.length < LEAST) return null;
  const last = order.at(-1) as string;
  let end = order.length - 1;
  while (end > 0 && order[end - 1] === last) end -= 1;
  return {
    count: events.length,
    order: order.slice(0, end + 1),
    posted: posted.numbers(),
    delivered: delivered.numbers(),
    others,
  };
}

/** Writes the numbers of one kind. */
class Writer {
  readonly #columns: readonly number[][] = Array.from({ length: NUMBERS }, () => []);
  #port = 0;
  #at = 0;
  #seq = 0;
  #more = 0;
  #end = 0;

  /** @returns whether adding up again gives just that; with times far apart it may not */
  add([, port, at, seq, more, form, bytes, offset, length]: PostOrDelivery): boolean {
    const [ports, ats, seqs, mores, offsets, extra, lengths, forms] = this.#columns as [
      ...(readonly [number[], number[], number[], number[]]),
      ...(readonly [number[], number[], number[], number[]]),
    ];
    const later = at - this.#at;
    const isExact = this.#at + later === at;
    ports.push(port - this.#port);
    ats.push(later);
    seqs.push(seq - this.#seq);
    mores.push(more - this.#more);
    offsets.push(offset - this.#end);
    extra.push(bytes - length);
    lengths.push(length);
    forms.push(FORMS.indexOf(form));
    this.#port = port;
    this.#at = at;
    this.#seq = seq;
    this.#more = more;
    this.#end = offset + length;
    return isExact;
  }

  numbers(): Numbers {
    return this.#columns.map((column) => {
      let { length } = column;
      while (length > 1 && column[length - 2] === column[length - 1]) length -= 1;
      return column.slice(0, length);
    });
  }
}
