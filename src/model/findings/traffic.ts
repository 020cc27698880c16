/**
 * What the rules know of each single message and reply, gathered as rows come: counts, durations in small sketches,
 * and the first rows that are remarkable. Rows that change are taken out and taken in again, so what is known depends
 * on the rows, not on the order in which they became known; and nothing is ever counted anew from the start.
 */

import { SmallColumn, Uint8Column } from '../columns.js';
import { requestLatency } from '../standing.js';
import type { Connection, Message, PayloadRef, Request, Rows } from '../types.js';
import { bucketOf, Histogram } from './histogram.js';
import { lostInJson } from './json-only.js';
import { MOST_SUBJECTS, type FindingSource, type Subject } from './types.js';

/** What can be remarkable about a message; a bit each. */
const FLAGS = [
  /** Says the same as the one before on its stream. */
  'duplicate',
  /** Arrived where nobody listened. */
  'unheard',
  /** `postMessage` threw. */
  'refused',
  /** Not seen to arrive. */
  'lost',
  /** Took longer than {@link SLOW_MS}. */
  'slow',
  /** Larger than {@link LARGE_BYTES}. */
  'large',
  /** Holds what JSON loses. */
  'rich',
  /** Is no JSON, and loses nothing in it. */
  'harmless',
  /** Many listeners heard it. */
  'crowded',
  /** At least twice as large as the last one with this flag, or the first. */
  'grown',
  /** Smaller than the one before. */
  'shrunk',
] as const;

export type Flag = (typeof FLAGS)[number];

/** Nothing that is faster is ever called slow, in milliseconds. */
export const SLOW_MS = 250;

/** In bytes of payload text. */
export const LARGE_BYTES = 10_000_000;

/** Listeners. */
export const CROWD = 5;

/** Part of the size before: under that, a message has shrunk. */
const SHRUNK = 0.9;

/** While a context starts everything takes longer: this long, in milliseconds, no duration counts. */
const STARTING_MS = 3_000;

/** Payloads of a stream that are looked into for what JSON loses. */
const MOST_LOOKED_INTO = 100;

/** Longer payloads are not compared with each other. */
const COMPARED_BYTES = 1_000;

/** Slow ones that a stream remembers. */
const MOST_SLOW = 1_000;

/** Rows between two looks at the clock. */
const LOOKS = 64;

/** A remarkable row. */
export interface Mark {
  readonly row: number;
  readonly at: number;
  readonly subject: Subject;
  /** Milliseconds of a slow one, bytes of a large or grown one, listeners of a crowded one; else 0. */
  readonly value: number;
  /** What JSON loses of a rich one, the error of a refused one; else ''. */
  readonly text: string;
}

/** Messages of one type in one direction of one connection; or requests of one type, API and extension. */
export interface Stream {
  /** Null of requests. */
  readonly connection: string | null;
  readonly toward: Message['toward'] | null;
  readonly extension: string;
  /** Name of the port, or the API of a request. */
  readonly name: string;
  readonly type: string | null;
  readonly kind: Kind;
  count: number;
  readonly counts: Map<Flag, number>;
  /** The first ones of each kind. */
  readonly marks: Map<Flag, Mark[]>;
  /** Index of the newest row; -1: none. */
  last: number;
  firstAt: number;
  lastAt: number;
  /** Of the newest message; null when that was refused. */
  lastPayload: PayloadRef | null;
}

/** Streams of one kind in all connections, whose durations are compared. */
export interface Kind {
  readonly key: string;
  readonly times: Histogram;
}

/** What a context said of the back/forward cache. */
export interface FreezeMoment {
  readonly row: number;
  readonly context: string;
  readonly at: number;
  readonly what: 'frozen' | 'thawed';
}

type TrafficRows = Pick<Rows, 'length' | 'at' | 'timeAt' | 'kindAt' | 'messageAt'>;

/** What is read of the model to understand a row. */
type TrafficSource = Pick<
  FindingSource,
  'contexts' | 'connectionAt' | 'contextKeyAt' | 'messages' | 'payloadText'
>;

type Note = (flag: Flag, value?: number, text?: string) => void;

const NOTHING = 0;
/** No duration: nothing to count. */
const NO_TIME = 255;

export class Traffic {
  readonly #source: TrafficSource;
  /** Numbers of streams: of requests by their name, of messages by connection, then type and direction. */
  readonly #requestNumbers = new Map<string, number>();
  readonly #linkNumbers: Map<number, number>[] = [];
  /** By number; number 0 is nothing. */
  readonly #streams: (Stream | null)[] = [null];
  readonly #kinds = new Map<string, Kind>();
  readonly #byConnection = new Map<string, Stream[]>();
  readonly #moments: FreezeMoment[] = [];
  #length = 0;
  #newest = -Infinity;
  // Of each row: its stream, how far back the row before on that stream is, its flags, the bucket of its duration.
  readonly #stream = new SmallColumn();
  readonly #before = new SmallColumn();
  readonly #flags = new SmallColumn();
  readonly #time = new Uint8Column();

  constructor(source: TrafficSource) {
    this.#source = source;
  }

  get streams(): Iterable<Stream> {
    return this.#streams.filter((stream) => stream !== null && stream.count > 0) as Stream[];
  }

  /** Streams of a connection, those without messages too. */
  streamsOf(connection: string): readonly Stream[] {
    return this.#byConnection.get(connection) ?? [];
  }

  get moments(): readonly FreezeMoment[] {
    return this.#moments;
  }

  /** Rows taken in. */
  get length(): number {
    return this.#length;
  }

  /** When the newest row was; -Infinity: there is none. */
  get newest(): number {
    return this.#newest;
  }

  /** @returns when the connection's newest message was; null: it had none */
  lastMessageAt(connection: string): number | null {
    let last: number | null = null;
    for (const { count, lastAt } of this.streamsOf(connection)) {
      if (count > 0 && (last === null || lastAt > last)) last = lastAt;
    }
    return last;
  }

  /**
   * Brings it up to date with the model's rows.
   *
   * @param rowsFrom index of the first row that has changed since the last call
   * @param until as `performance.now()` has it: then it stops, to be called again
   * @returns whether all rows have been taken in
   */
  update(rows: TrafficRows, rowsFrom: number, until = Infinity): boolean {
    this.#takeOut(Math.min(rowsFrom, rows.length), rows);
    while (this.#length < rows.length) {
      this.#take(rows);
      if (this.#length % LOOKS === 0 && performance.now() > until) break;
    }
    return this.#length === rows.length;
  }

  #take(rows: TrafficRows): void {
    const index = this.#length;
    this.#grow(index + 1);
    this.#length += 1;
    const at = rows.timeAt(index);
    this.#newest = Math.max(this.#newest, at);
    this.#stream.set(index, NOTHING);
    const id = rows.messageAt(index);
    if (id >= 0) {
      this.#takeMessage(index, at, id);
      return;
    }
    const kind = rows.kindAt(index);
    if (kind !== 'request' && kind !== 'lifecycle') return;
    const row = rows.at(index);
    if (row?.kind === 'request') this.#takeRequest(index, at, row.request);
    else if (row?.kind === 'lifecycle' && (row.what === 'frozen' || row.what === 'thawed')) {
      this.#moments.push({ row: index, context: row.context, at, what: row.what });
    }
  }

  /** Read from columns: of a million messages few are remarkable, and no object is made for the others. */
  #takeMessage(index: number, at: number, id: number): void {
    const { messages } = this.#source;
    const link = messages.connection(id);
    const connection = this.#source.connectionAt(link);
    if (connection === undefined) return;
    const toward = messages.toward(id);
    const number = this.#messageStream(connection, link, toward, messages.type(id));
    const stream = this.#streams[number] as Stream;
    this.#enter(index, number, stream, at);
    const note: Note = (flag, value, text) =>
      this.#note(index, stream, flag, { kind: 'message', key: messages.key(id) }, value, text);
    const payload = messages.payload(id);
    this.#lookInto(payload, null, stream, note);
    const error = messages.error(id);
    if (error !== null) {
      note('refused', 0, error);
      stream.lastPayload = null;
      return;
    }
    const deliveries = messages.deliveries(id);
    const listeners = messages.listeners(id);
    // What happens in an application nobody can see.
    const hidden = toward === 'acceptor' && connection.api === 'runtime.connectNative';
    if (!hidden && deliveries === 0) note('lost');
    if (!hidden && deliveries > 0 && listeners === 0) note('unheard');
    if (listeners >= CROWD && deliveries === 1) note('crowded', listeners);
    const { lastPayload } = stream;
    if (lastPayload !== null && this.#saysTheSame(payload, lastPayload)) note('duplicate');
    const { bytes } = payload;
    if (bytes < SHRUNK * (lastPayload?.bytes ?? 0)) note('shrunk');
    if (bytes >= 2 * (stream.marks.get('grown')?.at(-1)?.value ?? 0)) note('grown', bytes);
    stream.lastPayload = payload;
    const latency = messages.latency(id);
    if (Number.isNaN(latency)) return;
    const ends = (): (string | undefined)[] => [
      this.#source.contextKeyAt(messages.sender(id)),
      this.#source.contextKeyAt(messages.receiver(id, 0)),
    ];
    this.#takeTime(index, stream, latency, at, ends, note);
  }

  #takeRequest(index: number, at: number, request: Request): void {
    const { key, api, from, messageType, payload, reply, receipts } = request;
    const extension = extensionIn(from ?? receipts[0]?.context ?? '');
    const name = `${extension}\n${api}\n${messageType ?? ''}`;
    let number = this.#requestNumbers.get(name);
    if (number === undefined) {
      const about = { connection: null, toward: null, extension, name: api, type: messageType };
      this.#requestNumbers.set(name, (number = this.#newStream(about)));
    }
    const stream = this.#streams[number] as Stream;
    this.#enter(index, number, stream, at);
    const note: Note = (flag, value, text) =>
      this.#note(index, stream, flag, { kind: 'request', key }, value, text);
    this.#lookInto(payload, reply?.payload ?? null, stream, note);
    const latency = requestLatency(request);
    if (request.state !== 'replied' || latency === null) return;
    const ends = () => [from ?? undefined, ...receipts.map((receipt) => receipt.context)];
    this.#takeTime(index, stream, latency, at, ends, note);
  }

  #enter(index: number, number: number, stream: Stream, at: number): void {
    this.#stream.set(index, number);
    this.#before.set(index, stream.last < 0 ? NOTHING : index - stream.last);
    this.#flags.set(index, 0);
    this.#time.set(index, NO_TIME);
    stream.last = index;
    stream.lastAt = at;
    if (stream.count === 0) stream.firstAt = at;
    stream.count += 1;
  }

  #note(index: number, stream: Stream, flag: Flag, subject: Subject, value = 0, text = ''): void {
    this.#flags.set(index, this.#flags.get(index) | (1 << FLAGS.indexOf(flag)));
    stream.counts.set(flag, (stream.counts.get(flag) ?? 0) + 1);
    if (flag === 'harmless' || flag === 'shrunk') return;
    let marks = stream.marks.get(flag);
    if (marks === undefined) stream.marks.set(flag, (marks = []));
    if (marks.length >= (flag === 'slow' ? MOST_SLOW : MOST_SUBJECTS)) return;
    marks.push({ row: index, at: stream.lastAt, subject, value, text });
  }

  #saysTheSame(a: PayloadRef, b: PayloadRef): boolean {
    if (a.form !== 'json' || a.bytes !== b.bytes || a.bytes > COMPARED_BYTES) return false;
    const text = this.#source.payloadText(a);
    return text !== undefined && text === this.#source.payloadText(b);
  }

  #lookInto(
    payload: PayloadRef | null,
    reply: PayloadRef | null,
    stream: Stream,
    note: Note,
  ): void {
    const bytes = Math.max(payload?.bytes ?? 0, reply?.bytes ?? 0);
    if (bytes > LARGE_BYTES) note('large', bytes);
    if (payload?.form !== 'rich' && reply?.form !== 'rich') return;
    const { counts } = stream;
    if ((counts.get('rich') ?? 0) + (counts.get('harmless') ?? 0) >= MOST_LOOKED_INTO) return;
    const lost = [payload, reply].flatMap((each) =>
      each?.form === 'rich' ? lostInJson(this.#source.payloadText(each) ?? '') : [],
    );
    if (lost.length > 0) note('rich', 0, [...new Set(lost)].join(', '));
    else note('harmless');
  }

  #takeTime(
    index: number,
    stream: Stream,
    latency: number,
    at: number,
    ends: () => readonly (string | undefined)[],
    note: Note,
  ): void {
    const isSlow = latency >= SLOW_MS;
    if (isSlow && ends().some((key) => this.#isStarting(key, at + latency))) return;
    const bucket = bucketOf(latency);
    this.#time.set(index, bucket);
    stream.kind.times.add(bucket, 1);
    if (isSlow) note('slow', latency);
  }

  #isStarting(key: string | undefined, at: number): boolean {
    const context = key === undefined ? undefined : this.#source.contexts.get(key);
    return context !== undefined && at < context.startedAt + STARTING_MS;
  }

  #messageStream(
    connection: Connection,
    link: number,
    toward: Message['toward'],
    type: number,
  ): number {
    const numbers = (this.#linkNumbers[link] ??= new Map());
    const key = 2 * type + (toward === 'opener' ? 1 : 0);
    let number = numbers.get(key);
    if (number === undefined) {
      const { key: of, name, opener, acceptors } = connection;
      const extension = extensionIn((opener ?? acceptors[0])?.context ?? '');
      const word = this.#source.messages.typeText(type);
      number = this.#newStream({ connection: of, toward, extension, name, type: word });
      numbers.set(key, number);
    }
    return number;
  }

  #newStream(about: Pick<Stream, 'connection' | 'toward' | 'extension' | 'name' | 'type'>): number {
    const { connection, toward, extension, name, type } = about;
    const stream: Stream = {
      ...about,
      kind: this.#kindOf([extension, name, toward ?? 'request', type ?? ''].join('\n')),
      count: 0,
      counts: new Map(),
      marks: new Map(),
      last: -1,
      firstAt: 0,
      lastAt: 0,
      lastPayload: null,
    };
    if (connection !== null) {
      const others = this.#byConnection.get(connection);
      if (others === undefined) this.#byConnection.set(connection, [stream]);
      else others.push(stream);
    }
    return this.#streams.push(stream) - 1;
  }

  #kindOf(key: string): Kind {
    let kind = this.#kinds.get(key);
    if (kind === undefined) this.#kinds.set(key, (kind = { key, times: new Histogram() }));
    return kind;
  }

  #takeOut(from: number, rows: TrafficRows): void {
    if (from >= this.#length) return;
    const touched = new Set<Stream>();
    for (let index = this.#length - 1; index >= from; index -= 1) {
      const stream = this.#streams[this.#stream.get(index)];
      if (!stream) continue;
      touched.add(stream);
      const before = this.#before.get(index);
      stream.last = before === NOTHING ? -1 : index - before;
      stream.count -= 1;
      const time = this.#time.get(index);
      if (time !== NO_TIME) stream.kind.times.add(time, -1);
      const flags = this.#flags.get(index);
      if (flags === 0) continue;
      FLAGS.forEach((flag, bit) => {
        if ((flags & (1 << bit)) === 0) return;
        stream.counts.set(flag, (stream.counts.get(flag) ?? 0) - 1);
        const marks = stream.marks.get(flag) ?? [];
        while ((marks.at(-1)?.row ?? -1) >= index) marks.pop();
      });
    }
    while ((this.#moments.at(-1)?.row ?? -1) >= from) this.#moments.pop();
    this.#length = from;
    this.#newest = from === 0 ? -Infinity : rows.timeAt(from - 1);
    for (const stream of touched) this.#recall(stream, rows);
  }

  /** The newest row that is left is the newest again. */
  #recall(stream: Stream, rows: TrafficRows): void {
    stream.lastPayload = null;
    if (stream.last < 0) return;
    stream.lastAt = rows.timeAt(stream.last);
    const id = rows.messageAt(stream.last);
    const { messages } = this.#source;
    if (id >= 0 && !messages.isRefused(id)) stream.lastPayload = messages.payload(id);
  }

  #grow(length: number): void {
    if (length <= this.#stream.capacity) return;
    this.#stream.grow(length);
    this.#before.grow(length);
    this.#flags.grow(length);
    this.#time.grow(length);
  }
}

/** The browser-attested extension id stands first in a context's key; the context's record may be missing. */
function extensionIn(context: string): string {
  return context.split('\n', 1)[0] as string;
}
