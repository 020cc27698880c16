/**
 * Made-up recordings of any length, as the collector would have stored them: scripts in tabs talk over ports with
 * one background, both ends report, and now and then somebody sends a one-shot message or a tab is left. The same
 * arguments give the same recording.
 */

import { buildSegment, type BatchContent } from '../src/background/segment-builder.js';
import type {
  PayloadForm,
  PortholeEvent,
  StoredContext,
  StoredSegment,
} from '../src/protocol/index.js';

export interface RecordingShape {
  /** Posts, each delivered once: two events a message. */
  readonly messages: number;
  /** Tabs, each with one port to the background. */
  readonly tabs?: number;
  /** Posts between two one-shot messages; 0: none are sent. */
  readonly requestEvery?: number;
  /** Posts on a port before its page is left and another one opened in its tab. */
  readonly visit?: number;
  /** Posts a second, over all ports. */
  readonly rate?: number;
}

export interface MadeRecording {
  readonly startedAt: number;
  readonly contexts: readonly StoredContext[];
  /** In order of commit, ids from 1. */
  readonly segments: Iterable<StoredSegment>;
}

const EXTENSION = 'shop@example';
const STARTED_AT = 1_760_000_000_000;
/** Events after which a segment is committed; milliseconds between a context's reports. */
const SEGMENT_EVENTS = 2_000;
const REPORT_MS = 25;
const DEFAULTS = { tabs: 8, requestEvery: 200, visit: 50_000, rate: 10_000 } as const;

/** The app's own kinds of message, and what each carries besides. */
const TYPES: readonly (readonly [type: string, rest: (n: number) => Record<string, unknown>])[] = [
  ['cart/add', (n) => ({ sku: `sku-${n % 977}`, quantity: (n % 5) + 1, price: (n % 9000) / 100 })],
  ['cart/remove', (n) => ({ sku: `sku-${n % 977}`, reason: 'the person pressed the cross' })],
  ['cart/total', (n) => ({ items: n % 12, total: (n % 90_000) / 100, currency: 'EUR' })],
  ['tick', (n) => ({ n })],
  ['scroll', (n) => ({ x: 0, y: (n * 37) % 20_000, height: 20_000, velocity: (n % 100) / 7 })],
  [
    'log',
    (n) => ({ level: 'debug', text: `rendered ${n % 50} of ${n % 400} rows in ${n % 16} ms` }),
  ],
  ['state', (n) => ({ path: ['session', 'user', `pane-${n % 30}`], value: { open: n % 2 === 0 } })],
  ['fetch', (n) => ({ url: `https://shop.example/api/items/${n % 5000}?page=${n % 9}`, id: n })],
  ['fetched', (n) => ({ id: n, status: n % 41 === 0 ? 404 : 200, ms: n % 700 })],
  ['highlight', (n) => ({ selector: `main > section:nth-child(${n % 9}) li`, on: n % 3 === 0 })],
  ['ack', (n) => ({ of: n - 1 })],
  ['presence', (n) => ({ who: `user-${n % 64}`, seen: STARTED_AT + n, where: 'checkout' })],
];

const STACK =
  'send@moz-extension://shop/content/port.js:41:17\nonInput@moz-extension://shop/content/cart.js:12:5';

/** @returns a recording that is made while its segments are read */
export function makeRecording(shape: RecordingShape): MadeRecording {
  const { tabs, visit, messages } = { ...DEFAULTS, ...shape };
  const background = contextOf('background', 0, STARTED_AT);
  const pages = Math.max(1, Math.ceil(messages / tabs / visit));
  const scripts = Array.from({ length: tabs * pages }, (_, n) =>
    contextOf('content-script', n, STARTED_AT + 1),
  );
  return {
    startedAt: STARTED_AT,
    contexts: [background, ...scripts],
    segments: { [Symbol.iterator]: () => segmentsOf(shape, background, scripts) },
  };
}

/** What one context has not reported yet. */
class Reporter {
  /** In order of time. */
  #events: { readonly at: number; readonly event: PortholeEvent }[] = [];
  #texts: string[] = [];
  #length = 0;

  constructor(readonly key: string) {}

  add(at: number, event: PortholeEvent): void {
    const events = this.#events;
    let index = events.length;
    while (index > 0 && (events[index - 1]?.at ?? 0) > at) index -= 1;
    events.splice(index, 0, { at, event });
  }

  /** @returns the last elements of an event with this payload */
  say(text: string): [form: PayloadForm, bytes: number, offset: number, length: number] {
    this.#texts.push(text);
    this.#length += text.length;
    return ['json', text.length, this.#length - text.length, text.length];
  }

  take(): BatchContent {
    const events = this.#events.map(({ event }) => event);
    const batch = { context: this.key, events, payload: this.#texts.join('') };
    this.#events = [];
    this.#texts = [];
    this.#length = 0;
    return batch;
  }
}

/** A port of a content script, and the background's end of it. */
interface Line {
  readonly script: Reporter;
  /** Its number at the background. */
  readonly port: number;
  out: number;
  in: number;
  /** When the last message arrived; messages on a port do not overtake each other. */
  arrivedAt: number;
}

function* segmentsOf(
  shape: RecordingShape,
  background: StoredContext,
  scripts: readonly StoredContext[],
): Generator<StoredSegment> {
  const { messages, tabs, requestEvery, visit, rate } = { ...DEFAULTS, ...shape };
  const pages = scripts.length / tabs;
  const hub = new Reporter(background.key);
  const reporters = [hub, ...scripts.map(({ key }) => new Reporter(key))];
  const lines: Line[] = [];
  let gathered: BatchContent[] = [];
  let events = 0;
  let id = 0;
  let requests = 0;
  let reportAt = STARTED_AT + REPORT_MS;
  const commit = (): StoredSegment => {
    const { segment } = buildSegment(gathered);
    gathered = [];
    events = 0;
    id += 1;
    return { ...segment, id, recording: 1 };
  };
  const open = (tab: number, page: number, at: number): void => {
    const before = lines[tab];
    if (before !== undefined) {
      const { port, out } = before;
      const gone = Math.max(at, before.arrivedAt);
      before.script.add(gone, ['lifecycle', gone, 'unloaded']);
      hub.add(gone, ['disconnected', port, gone, 'other', null, 0, before.in, out]);
    }
    const script = reporters[1 + tab * pages + page] as Reporter;
    const port = tab * pages + page + 1;
    script.add(at, ['site', 1, STACK]);
    script.add(at, ['opened', 1, at, 'runtime.connect', `tab-${tab}`, {}, 1, 0, 0]);
    const sender = { id: EXTENSION, url: urlOf(tab * pages + page), contextId: port, tabId: tab };
    hub.add(tenths(at + 0.1), [
      'accepted',
      port,
      tenths(at + 0.1),
      'runtime.onConnect',
      `tab-${tab}`,
      sender,
      0,
      0,
    ]);
    lines[tab] = { script, port, out: 0, in: 0, arrivedAt: tenths(at + 0.1) };
  };
  const send = (at: number, line: Line): void => {
    requests += 1;
    const text = JSON.stringify({ type: 'ask', id: requests, for: `item ${requests % 300}` });
    const answer = JSON.stringify({ id: requests, price: requests % 100, inStock: true });
    const { script, port } = line;
    const sender = { id: EXTENSION, url: urlOf(port - 1), contextId: port };
    const own = Math.ceil(requests / tabs);
    script.add(at, ['sent', own, at, 'runtime.sendMessage', {}, 1, ...script.say(text)]);
    hub.add(tenths(at + 0.5), [
      'received',
      requests,
      tenths(at + 0.5),
      'runtime.onMessage',
      sender,
      1,
      ...hub.say(text),
    ]);
    hub.add(tenths(at + 0.6), ['returned', requests, tenths(at + 0.6), 1, 'promise', null]);
    hub.add(tenths(at + 1.5), [
      'answered',
      requests,
      tenths(at + 1.5),
      1,
      'promise',
      ...hub.say(answer),
    ]);
    script.add(tenths(at + 2), ['replied', own, tenths(at + 2), ...script.say(answer)]);
  };

  for (let tab = 0; tab < tabs; tab += 1) open(tab, 0, STARTED_AT + tab);
  for (let n = 0; n < messages; n += 1) {
    const at = tenths(STARTED_AT + 10 + (n * 1000) / rate);
    const tab = n % tabs;
    const round = Math.floor(n / tabs);
    if (round > 0 && round % visit === 0) open(tab, round / visit, at);
    const line = lines[tab] as Line;
    const [type, rest] = TYPES[(n * 7 + tab) % TYPES.length] as (typeof TYPES)[number];
    const text = JSON.stringify({ type, ...rest(n) });
    const arrives = Math.max(tenths(at + 0.3 + (n % 13) / 10), line.arrivedAt);
    line.arrivedAt = arrives;
    const goesOut = n % 3 !== 0;
    const [from, to] = goesOut ? [line.script, hub] : [hub, line.script];
    const [fromPort, toPort] = goesOut ? [1, line.port] : [line.port, 1];
    const seq = goesOut ? ++line.out : ++line.in;
    from.add(at, ['posted', fromPort, at, seq, goesOut ? 1 : 0, ...from.say(text)]);
    to.add(arrives, ['delivered', toPort, arrives, seq, n % 97 === 0 ? 0 : 1, ...to.say(text)]);
    events += 2;
    if (requestEvery > 0 && n % requestEvery === requestEvery - 1) send(at, line);
    if (at < reportAt && events < SEGMENT_EVENTS && n < messages - 1) continue;
    reportAt = at + REPORT_MS;
    for (const reporter of reporters) {
      const batch = reporter.take();
      if (batch.events.length > 0) gathered.push(batch);
    }
    yield commit();
  }
}

/** Clocks in web pages are no finer. */
function tenths(at: number): number {
  return Math.round(at * 10) / 10;
}

function urlOf(page: number): string {
  return `https://shop.example/items/${page}`;
}

function contextOf(kind: StoredContext['kind'], n: number, startedAt: number): StoredContext {
  const isScript = kind === 'content-script';
  return {
    key: `${EXTENSION}\n${kind}-${n}`,
    extensionId: EXTENSION,
    extensionName: 'Shop',
    extensionVersion: '1.0',
    kind,
    worldId: null,
    url: isScript ? urlOf(n) : 'moz-extension://shop/background.html',
    tabId: isScript ? n : null,
    frameId: isScript ? 0 : null,
    documentId: isScript ? `document-${n}` : null,
    contextId: isScript ? n + 1 : null,
    envType: isScript ? 'content_child' : 'addon_child',
    attestedBy: 'browser',
    startedAt,
    disconnectedAt: null,
    taken: 1,
  };
}
