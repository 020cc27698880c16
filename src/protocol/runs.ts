/**
 * How the events of a {@link SegmentRun} are written, and the one reader of it; the one writer is `write-run.ts`.
 *
 * The text is JSON, in one of two forms:
 * - an array of events, as they are: for the few events of a quiet moment.
 * - {@link Columns}: posts and deliveries, which are nearly all there is of a busy one, number by number, each as what
 *   it adds to the one before. Most columns of a flood are then one number long. Measured in Firefox 153, posts of one
 *   port: 57 characters an event as tuples and 6 as columns, written in 0.4 and 0.25 µs, read in 0.16 and 0.08 µs.
 */

import type { DeliveredEvent, PayloadForm, PortholeEvent, PostedEvent } from './events.js';
import type { SegmentRun } from './stored.js';

/** Those that are told in columns; they have the same elements. */
export type PostOrDelivery = PostedEvent | DeliveredEvent;

/** Those that are not. */
export type OtherEvent = Exclude<PortholeEvent, PostOrDelivery>;

/** Takes a run's events, in their order. */
export interface RunVisitor {
  /**
   * A `posted` or `delivered` event, whose elements these are.
   *
   * @param more `site` of a post, `listeners` of a delivery
   */
  message(
    type: PostOrDelivery[0],
    port: number,
    at: number,
    seq: number,
    more: number,
    form: PayloadForm,
    bytes: number,
    offset: number,
    length: number,
  ): void;
  other(event: OtherEvent): void;
}

/**
 * The numbers of one kind of event, in this order: port, at, seq and more, as what is added to those of the event before;
 * offset, as what is added to where the text before ended; bytes, as what is added to length; length; index of the form
 * in {@link FORMS}. A column that ends early goes on with its last number.
 */
export type Numbers = readonly (readonly number[])[];

export interface Columns {
  readonly count: number;
  /** What each event is: `p` posted, `d` delivered, `o` one of `others`. When it ends early it goes on with its last. */
  readonly order: string;
  readonly posted: Numbers;
  readonly delivered: Numbers;
  readonly others: readonly OtherEvent[];
}

/** A run's events, read and found sound. */
export type RunEvents = Columns | readonly PortholeEvent[];

export const FORMS: readonly PayloadForm[] = [
  'json',
  'rich',
  'json-preview',
  'rich-preview',
  'unreadable',
];

/** More events than a run ever has. */
const MOST = 10_000_000;

/** Columns of {@link Numbers}. */
export const NUMBERS = 8;

/**
 * @param text {@link SegmentRun.events}
 * @returns null when it is damaged
 */
export function readRun(text: unknown): RunEvents | null {
  if (typeof text !== 'string') return null;
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return null;
  }
  if (Array.isArray(read)) return read.every(isEvent) ? (read as PortholeEvent[]) : null;
  return areColumns(read) ? read : null;
}

/**
 * @returns the run's events
 * @throws RangeError when its text is damaged
 */
export function parseRun(run: Pick<SegmentRun, 'events'>): PortholeEvent[] {
  const events = readRun(run.events);
  if (events === null) throw new RangeError(`damaged events: ${run.events.slice(0, 200)}`);
  return tuplesOf(events);
}

/** Hands out the events one by one; those in columns without making tuples of them. */
export function visitRun(events: RunEvents, visitor: RunVisitor): void {
  if ('order' in events) visitColumns(events, visitor);
  else for (const event of events) visitEvent(event, visitor);
}

/** @returns the events as tuples */
export function tuplesOf(events: RunEvents): PortholeEvent[] {
  const tuples: PortholeEvent[] = [];
  visitRun(events, {
    message(type, port, at, seq, more, form, bytes, offset, length) {
      tuples.push([type, port, at, seq, more, form, bytes, offset, length]);
    },
    other(event) {
      tuples.push(event);
    },
  });
  return tuples;
}

function visitEvent(event: PortholeEvent, visitor: RunVisitor): void {
  if (!isMessage(event)) visitor.other(event);
  else {
    const [type, port, at, seq, more, form, bytes, offset, length] = event;
    visitor.message(type, port, at, seq, more, form, bytes, offset, length);
  }
}

function visitColumns({ count, order, posted, delivered, others }: Columns, to: RunVisitor): void {
  const posts: Cursor = { n: 0, port: 0, at: 0, seq: 0, more: 0, end: 0 };
  const deliveries: Cursor = { ...posts };
  const last = order.length - 1;
  let other = 0;
  for (let from = 0; from < count;) {
    const kind = order[Math.min(from, last)];
    let until = from + 1;
    while (until <= last && order[until] === kind) until += 1;
    if (until > last) until = order[last] === kind ? count : last;
    if (kind === 'p') visitNumbers('posted', posted, posts, until - from, to);
    else if (kind === 'd') visitNumbers('delivered', delivered, deliveries, until - from, to);
    else for (let n = from; n < until; n += 1) to.other(others[other++] as OtherEvent);
    from = until;
  }
}

/** How far the numbers of one kind have been read. */
interface Cursor {
  n: number;
  port: number;
  at: number;
  seq: number;
  more: number;
  end: number;
}

/** Written for speed: every post and delivery of a recording passes here. */
function visitNumbers(
  type: PostOrDelivery[0],
  [ports, ats, seqs, mores, offsets, bytes, lengths, forms]: Numbers,
  cursor: Cursor,
  count: number,
  visitor: RunVisitor,
): void {
  let { n, port, at, seq, more, end } = cursor;
  for (const until = n + count; n < until; n += 1) {
    port += numberAt(ports, n);
    at += numberAt(ats, n);
    seq += numberAt(seqs, n);
    more += numberAt(mores, n);
    const offset = end + numberAt(offsets, n);
    const length = numberAt(lengths, n);
    const form = FORMS[numberAt(forms, n)] as PayloadForm;
    visitor.message(type, port, at, seq, more, form, length + numberAt(bytes, n), offset, length);
    end = offset + length;
  }
  Object.assign(cursor, { n, port, at, seq, more, end });
}

function numberAt(column: readonly number[] | undefined, n: number): number {
  const { length } = column as readonly number[];
  return (column as readonly number[])[n < length ? n : length - 1] as number;
}

export function isMessage(event: PortholeEvent): event is PostOrDelivery {
  return event[0] === 'posted' || event[0] === 'delivered';
}

/** Enough to fold it without harm. */
function isEvent(event: unknown): boolean {
  return Array.isArray(event) && typeof event[0] === 'string' && typeof event[1] === 'number';
}

function areColumns(value: unknown): value is Columns {
  if (typeof value !== 'object' || value === null) return false;
  const { count, order, posted, delivered, others } = value as Readonly<Record<string, unknown>>;
  if (typeof order !== 'string' || !/^[pdo]+$/.test(order)) return false;
  if (!Number.isSafeInteger(count) || (count as number) < order.length) return false;
  if ((count as number) > MOST || !Array.isArray(others) || !others.every(isEvent)) return false;
  const told = (kind: string): number => {
    const stated = order.split(kind).length - 1;
    return stated + (order.endsWith(kind) ? (count as number) - order.length : 0);
  };
  return (
    areNumbers(posted, told('p')) && areNumbers(delivered, told('d')) && others.length === told('o')
  );
}

function areNumbers(value: unknown, count: number): boolean {
  if (!Array.isArray(value) || value.length !== NUMBERS) return false;
  if (count === 0) return true;
  const columns = value as readonly unknown[];
  const isColumn = (column: unknown): boolean =>
    Array.isArray(column) && column.length > 0 && column.length <= count && areFinite(column);
  return columns.every(isColumn) && (columns.at(-1) as number[]).every((form) => form in FORMS);
}

/** Written for speed, as {@link visitNumbers} is. */
function areFinite(column: readonly unknown[]): boolean {
  for (let n = 0; n < column.length; n += 1) if (!Number.isFinite(column[n])) return false;
  return true;
}
