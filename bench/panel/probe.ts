/**
 * Runs in the panel's page before the panel: notes when which message passed between panel and worker, how long frames
 * took, what was drawn in them, and how long the main thread was held. It changes nothing the panel does.
 */
import type { FromWorker, ToWorker } from '../../devtools/worker-protocol.js';
import { isCovered, isExact, Lag, table } from './sight.js';

/** Milliseconds, as `performance.now()` of the page has them; null: not yet. */
export interface Opening {
  /** Epoch milliseconds of the page's zero. */
  readonly timeOrigin: number;
  /** The worker was told to begin. */
  readonly started: number | null;
  /** The first frame with rows in it was painted. */
  readonly firstRows: number | null;
  /** The worker had told that everything stored is read. */
  readonly loaded: number | null;
  /** Everything read, filtered and (where there are rows) drawn. */
  readonly settled: boolean;
  readonly rows: number;
  readonly visible: number;
}

export interface QueryTimes {
  readonly text: string;
  /** The field changed. */
  readonly typed: number;
  /** The panel told the worker. */
  readonly sent: number | null;
  /** A summary told of the first rows that pass. */
  readonly firstHits: number | null;
  /** A summary told that all rows have been looked at. */
  readonly all: number | null;
  /** The frame with the rows of that summary was painted. */
  readonly drawn: number | null;
  readonly visible: number;
}

export interface FrameReport {
  /** Milliseconds from one refresh of the screen to the next that got a frame. */
  readonly intervals: readonly number[];
  /** Milliseconds from a frame's first callback until it was laid out and painted. */
  readonly work: readonly number[];
  /** Lengths, in frames, of the stretches in which some row in view was not drawn. */
  readonly blankRuns: readonly number[];
  /** Lengths, in frames, of the stretches in which rows in view were those of an earlier position. */
  readonly staleRuns: readonly number[];
  /** By how many frames rows in view were behind, of each frame. */
  readonly behind: readonly number[];
  /** The longest time for which the main thread did not get round to a timer of 4 ms, less those 4 ms. */
  readonly longestTask: number;
  /** Such times over 50 ms, in order. */
  readonly longTasks: readonly number[];
  readonly ms: number;
}

/** What the table shows at its end. */
export interface Shown {
  readonly count: number;
  /** `aria-rowindex` of the last row drawn, counted from 0 without the header. */
  readonly lastIndex: number | null;
  readonly lastText: string;
  /** Px between the last row's lower edge and the viewport's. */
  readonly belowLast: number | null;
}

const BEAT_MS = 4;
const ROW_TIMEOUT_MS = 30_000;

const now = (): number => performance.now();

let started: number | null = null;
let firstRows: number | null = null;
let loaded: number | null = null;
let summary: Extract<FromWorker, { type: 'summary' }>['summary'] | null = null;
/** The panel starts one. */
const workers: Worker[] = [];
let query: { -readonly [K in keyof QueryTimes]: QueryTimes[K] } | null = null;
type Located = Extract<FromWorker, { type: 'located' }>;

/** Who waits for the worker's answer to `locate`. */
const asking: ((found: Located) => void)[] = [];

class WatchedWorker extends Worker {
  constructor(url: string | URL, options?: WorkerOptions) {
    super(url, options);
    workers.push(this);
    this.addEventListener('message', (event: MessageEvent<FromWorker>) => {
      // The panel did not ask, and would go there.
      if (heard(event.data)) event.stopImmediatePropagation();
    });
  }

  override postMessage(message: unknown): void {
    const { type, query: asking } = message as { type: ToWorker['type']; query?: { text: string } };
    if (type === 'start') started = now();
    if (type === 'query' && query !== null && asking?.text === query.text) query.sent ??= now();
    super.postMessage(message);
  }
}

/** @returns whether the message is for the probe alone */
function heard(message: FromWorker): boolean {
  if (message.type === 'summary') heardSummary(message);
  const answer = message.type === 'located' ? asking.shift() : undefined;
  if (message.type === 'located') answer?.(message);
  return answer !== undefined;
}

function heardSummary(message: Extract<FromWorker, { type: 'summary' }>): void {
  ({ summary } = message);
  if (summary.loaded) loaded ??= now();
  if (query === null || query.sent === null || summary.query.text !== query.text) return;
  query.visible = summary.visible;
  if (summary.visible > 0) query.firstHits ??= now();
  if (summary.searched < summary.rows || query.all !== null) return;
  query.all = now();
  const mine = query;
  void untilDrawn().then(() => {
    mine.drawn = now();
  });
}

/** Resolves after the frame that is painted next. */
function painted(): Promise<number> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve(now());
      };
      port2.postMessage(null);
    });
  });
}

async function untilDrawn(): Promise<void> {
  for (;;) {
    await painted();
    if (!blank()) return;
  }
}

/** @returns whether some row that should be in view is not drawn */
function blank(): boolean {
  const here = table();
  return here === null ? (summary?.visible ?? 0) > 0 : !isCovered(here);
}

void (async () => {
  for (;;) {
    const at = await painted();
    const drawn = table()?.rows.some((row) => row.childElementCount > 0) ?? false;
    if (!drawn) continue;
    firstRows = at;
    return;
  }
})();

/** Lengths of stretches of frames that have something in common. */
class Runs {
  readonly #done: number[] = [];
  #run = 0;

  add(isOne: boolean): void {
    if (!isOne && this.#run > 0) this.#done.push(this.#run);
    this.#run = isOne ? this.#run + 1 : 0;
  }

  get all(): readonly number[] {
    return this.#run > 0 ? [...this.#done, this.#run] : this.#done;
  }
}

interface Running {
  readonly started: number;
  readonly intervals: number[];
  readonly work: number[];
  readonly blank: Runs;
  readonly stale: Runs;
  readonly behind: number[];
  readonly gaps: number[];
  on: boolean;
}

let running: Running | null = null;

function startFrames(): void {
  const mine: Running = {
    started: now(),
    intervals: [],
    work: [],
    blank: new Runs(),
    stale: new Runs(),
    behind: [],
    gaps: [],
    on: true,
  };
  running = mine;
  const lag = new Lag(table());
  let last: number | null = null;
  const { port1, port2 } = new MessageChannel();
  let began = 0;
  port1.onmessage = () => {
    if (!mine.on) return;
    mine.work.push(now() - began);
    const here = table();
    mine.blank.add(here === null || !isCovered(here));
    if (here === null) return;
    const behind = lag.frame(here);
    mine.stale.add(behind > 0);
    mine.behind.push(behind);
  };
  const frame = (at: number): void => {
    if (!mine.on) {
      port1.close();
      return;
    }
    if (last !== null) mine.intervals.push(at - last);
    last = at;
    began = now();
    port2.postMessage(null);
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
  let beat = now();
  const onBeat = (): void => {
    const at = now();
    mine.gaps.push(at - beat - BEAT_MS);
    beat = at;
    if (mine.on) setTimeout(onBeat, BEAT_MS);
  };
  setTimeout(onBeat, BEAT_MS);
}

function stopFrames(): FrameReport {
  if (running === null) throw new Error('no frames are being counted');
  const { intervals, work, blank: blanks, stale, behind, gaps } = running;
  running.on = false;
  return {
    intervals,
    work,
    blankRuns: blanks.all,
    staleRuns: stale.all,
    behind,
    longestTask: Math.max(0, ...gaps),
    longTasks: gaps.filter((gap) => gap > 50),
    ms: now() - running.started,
  };
}

/** Puts `text` into the filter's field, as typing does. */
function typeQuery(text: string): void {
  const field = document.querySelector<HTMLInputElement>('[role=search] input');
  if (field === null) throw new Error('there is no filter');
  query = {
    text,
    typed: now(),
    sent: null,
    firstHits: null,
    all: null,
    drawn: null,
    visible: 0,
  };
  field.value = text;
  field.dispatchEvent(new InputEvent('input', { bubbles: true }));
}

/** @returns the newest visible row, as the worker has it now */
function newestRow(): Promise<Located> {
  return new Promise((resolve) => {
    asking.push(resolve);
    workers.at(-1)?.postMessage({ type: 'locate', at: Number.MAX_VALUE } satisfies ToWorker);
  });
}

/** Tells the worker that segments were stored, and waits until there is a visible row `index`. */
async function untilRow(index: number): Promise<number> {
  const start = now();
  workers.at(-1)?.postMessage({ type: 'changed', what: 'segments' } satisfies ToWorker);
  while ((await newestRow()).position < index) {
    if (now() - start > ROW_TIMEOUT_MS) throw new Error(`there is no row ${index}`);
    await new Promise((resolve) => {
      setTimeout(resolve, BEAT_MS);
    });
  }
  return now() - start;
}

/** Clicks Pause; when the button shows it and the recording has come to rest, tells how long that took. */
async function pause(): Promise<{ readonly shown: number; readonly clickedAt: number }> {
  const button = document.querySelector<HTMLElement>('button.record');
  if (button === null || button.getAttribute('aria-pressed') !== 'true') {
    throw new Error('it is not recording');
  }
  const clicked = now();
  button.click();
  while (button.getAttribute('aria-pressed') === 'true') await painted();
  return { shown: now() - clicked, clickedAt: performance.timeOrigin + clicked };
}

function opening(): Opening {
  const settled =
    summary !== null && summary.loaded && summary.searched >= summary.rows && !blank();
  return {
    timeOrigin: performance.timeOrigin,
    started,
    firstRows,
    loaded,
    settled,
    rows: summary?.rows ?? 0,
    visible: summary?.visible ?? 0,
  };
}

function shown(): Shown {
  const here = table();
  const last = here?.rows.at(-1);
  return {
    count: Number(here?.element.getAttribute('aria-rowcount') ?? 1) - 1,
    lastIndex: last === undefined ? null : Number(last.getAttribute('aria-rowindex')) - 2,
    lastText: last?.textContent ?? '',
    belowLast:
      last === undefined || here === null
        ? null
        : here.bottom - last.getBoundingClientRect().bottom,
  };
}

const probe = {
  opening,
  shown,
  typeQuery,
  queryTimes: (): QueryTimes | null => query,
  startFrames,
  stopFrames,
  untilRow,
  newestRow,
  pause,
  scrollTo(part: number): void {
    const element = table()?.element;
    if (element !== undefined)
      element.scrollTop = part * (element.scrollHeight - element.clientHeight);
  },
  /** Moves the scrollbar's thumb from `from` to `to` (0 … 1), a step each frame, over so many frames. */
  async drag(from: number, to: number, frames: number): Promise<void> {
    for (let n = 0; n <= frames; n += 1) {
      await new Promise(requestAnimationFrame);
      probe.scrollTo(from + ((to - from) * n) / frames);
    }
  },
  /** Jumps to places all over the list, one after the other. */
  async jump(times: number, everyMs: number): Promise<void> {
    for (let n = 1; n <= times; n += 1) {
      // Multiples of the golden ratio are never near the one before.
      probe.scrollTo((n * 0.618_034) % 1);
      await new Promise((resolve) => {
        setTimeout(resolve, everyMs);
      });
    }
  },
  /** Types a query letter by letter. */
  async typeLetters(text: string, everyMs: number): Promise<void> {
    for (let length = 1; length <= text.length; length += 1) {
      typeQuery(text.slice(0, length));
      await new Promise((resolve) => {
        setTimeout(resolve, everyMs);
      });
    }
  },
  /** Whether the table shows all of where it stands. */
  exact(): boolean {
    const here = table();
    return here !== null && isExact(here);
  },
  focusTable(): void {
    table()?.element.focus();
  },
  tableMiddle(): { readonly x: number; readonly y: number } {
    const rect = table()?.element.getBoundingClientRect();
    if (rect === undefined) throw new Error('there is no table');
    return { x: Math.round(rect.x + rect.width / 2), y: Math.round(rect.y + rect.height / 2) };
  },
};

export type Probe = typeof probe;

declare global {
  interface Window {
    probe?: Probe;
  }
}

window.Worker = WatchedWorker;
window.probe = probe;
