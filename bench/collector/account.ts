/**
 * Runs in a page of Porthole's, beside its background: hears of every commit as a panel does, pauses as a panel does,
 * and afterwards goes through what is stored.
 */
import type { Browser, Runtime } from 'webextension-polyfill';
import {
  PANEL_PORT,
  readSoundly,
  visitRun,
  type FromPanel,
  type RunVisitor,
  type StoredContext,
  type ToPanel,
} from '../../src/protocol/index.js';
import { keepOpen, readContexts, readSegments } from '../../src/store/reader.js';

declare const browser: Browser;

/** Segments read at once. */
const AT_ONCE = 32;
/** Characters an event is counted with beside its payload: about what it takes in a batch. */
const EVENT_CHARS = 60;
/** Longest lag that is told apart, in milliseconds. */
const LAG_MS_MAX = 60_000;

/** What one extension's recording holds, and when it was committed. */
export interface Account {
  readonly posted: Readonly<Record<StoredContext['kind'], number>>;
  readonly delivered: Readonly<Record<StoredContext['kind'], number>>;
  /** Events in gaps. */
  readonly gaps: number;
  readonly segments: number;
  /** Characters of payload text that were posted. */
  readonly textChars: number;
  /** Milliseconds from when an event happened until panels were told of its commit. */
  readonly lagMedian: number;
  readonly lagP99: number;
  readonly lagMax: number;
  /** The longest of each second, by when the event happened. */
  readonly lagBySecond: readonly number[];
  /** What had happened and was not committed yet, in the first and in the second half of the time. */
  readonly backlog: readonly [Waiting, Waiting];
  /** For each pause, milliseconds until the last event that was recorded all the same. */
  readonly pauses: readonly number[];
  /** Contents of the store as retention counts them. */
  readonly bytes: number;
}

/** Characters that waited. */
export interface Waiting {
  readonly most: number;
  /** Over the time. */
  readonly mean: number;
}

/** Epoch milliseconds of a pause, and of its end. */
export interface Pause {
  readonly from: number;
  readonly until: number;
}

const database = keepOpen();
const port: Runtime.Port = browser.runtime.connect({ name: PANEL_PORT });
/** Epoch milliseconds at which a segment was said to be stored. */
const told = new Map<number, number>();
port.onMessage.addListener((value) => {
  const message = value as ToPanel;
  if (message.type === 'segment') told.set(message.id, Date.now());
});

function send(message: FromPanel): void {
  port.postMessage(message);
}

/** Pauses for `ms`, and waits as long again. */
async function pause(ms: number): Promise<Pause> {
  const sleep = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const from = Date.now();
  send({ type: 'record', on: false });
  await sleep();
  const until = Date.now();
  send({ type: 'record', on: true });
  await sleep();
  return { from, until };
}

/** Deletes the database, so that its files begin anew, and resolves when that is done. */
async function startAgain(): Promise<void> {
  await new Promise<void>((resolve) => {
    const listener = (value: unknown): void => {
      if ((value as ToPanel).type !== 'cleared') return;
      port.onMessage.removeListener(listener);
      resolve();
    };
    port.onMessage.addListener(listener);
    send({ type: 'start-again' });
  });
  told.clear();
}

/** Characters that wait, by time. */
class Backlog {
  readonly #changes = new Map<number, number>();

  /** `chars` happened at `at` and were committed at `until`, in epoch milliseconds. */
  add(at: number, until: number, chars: number): void {
    this.#change(Math.floor(at), chars);
    this.#change(Math.ceil(until), -chars);
  }

  #change(at: number, chars: number): void {
    this.#changes.set(at, (this.#changes.get(at) ?? 0) + chars);
  }

  halves(): [Waiting, Waiting] {
    const times = [...this.#changes.keys()].sort((a, b) => a - b);
    const [first = 0, last = 0] = [times[0], times.at(-1)];
    const middle = Math.floor((first + last) / 2);
    const of = (from: number, until: number): Waiting => {
      let [most, sum] = [0, 0];
      for (let at = from; at < until; at += 1) {
        waiting += this.#changes.get(at) ?? 0;
        most = Math.max(most, waiting);
        sum += waiting;
      }
      return { most, mean: sum / Math.max(1, until - from) };
    };
    let waiting = 0;
    return [of(first, middle), of(middle, last)];
  }
}

/** Milliseconds below which this part of all lags is. */
function quantile(lags: Float64Array, part: number): number {
  const all = lags.reduce((sum, count) => sum + count, 0);
  let seen = 0;
  for (let ms = 0; ms < lags.length; ms += 1) {
    seen += lags[ms] as number;
    if (seen >= all * part && seen > 0) return ms;
  }
  return 0;
}

/** Goes through all that is stored of one extension. */
async function account(extension: string, pauses: readonly Pause[]): Promise<Account> {
  const opened = await database();
  const kinds = new Map<string, StoredContext['kind']>();
  for (const context of await readContexts(opened)) {
    if (context.extensionId === extension) kinds.set(context.key, context.kind);
  }
  const none = { 'content-script': 0, 'user-script': 0, background: 0, page: 0 };
  const posted = { ...none };
  const delivered = { ...none };
  const lags = new Float64Array(LAG_MS_MAX + 1);
  const backlog = new Backlog();
  const lagBySecond = new Map<number, number>();
  const late = pauses.map(() => 0);
  let [gaps, segments, textChars, bytes] = [0, 0, 0, 0];

  for (let from = 0; ;) {
    const read = await readSegments(opened, from, AT_ONCE);
    for (const segment of read) {
      const { id } = segment;
      const { payload, runs } = readSoundly(segment);
      segments += 1;
      bytes += payload.length;
      const committed = told.get(id);
      for (const { context, events } of runs) {
        const kind = kinds.get(context);
        if (kind === undefined) continue;
        const visitor: RunVisitor = {
          message(type, _port, at, _seq, _more, _form, _bytes, _offset, length) {
            (type === 'posted' ? posted : delivered)[kind] += 1;
            if (type === 'posted') textChars += length;
            if (committed !== undefined) {
              const lag = Math.max(0, Math.round(committed - at));
              lags[Math.min(lag, LAG_MS_MAX)]! += 1;
              const second = Math.floor(at / 1_000);
              if (lag > (lagBySecond.get(second) ?? 0)) lagBySecond.set(second, lag);
              backlog.add(at, committed, length + EVENT_CHARS);
            }
            for (const [n, { from: paused, until }] of pauses.entries()) {
              if (at > paused && at < until) late[n] = Math.max(late[n] as number, at - paused);
            }
          },
          other(event) {
            if (event[0] === 'gap') gaps += event[2];
          },
        };
        visitRun(events, visitor);
      }
    }
    if (read.length < AT_ONCE) break;
    from = (read.at(-1)?.id ?? 0) + 1;
  }
  return {
    posted,
    delivered,
    gaps,
    segments,
    textChars,
    lagMedian: quantile(lags, 0.5),
    lagP99: quantile(lags, 0.99),
    lagMax: lags.findLastIndex((count) => count > 0),
    lagBySecond: [...lagBySecond].sort(([a], [b]) => a - b).map(([, lag]) => lag),
    backlog: backlog.halves(),
    pauses: late,
    bytes,
  };
}

const bench = { send, pause, startAgain, account };

declare global {
  interface Window {
    collectorBench?: typeof bench;
  }
}

window.collectorBench = bench;
