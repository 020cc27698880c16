/**
 * Recordings made up for measuring, of any length: four pages of one extension, two ports each, and the background they
 * talk to, in the form in which the collector stores what both ends report.
 */
import { buildSegment } from '../../src/background/segment-builder.js';
import type { PortholeEvent, SenderFacts, StoredContext } from '../../src/protocol/index.js';
import type { NewSegment } from '../../src/store/writer.js';

export const MADE_EXTENSION = 'made@bench.example';

/** Each is in the payload of every thousandth message, after what previews show. */
export const RARE_WORDS = ['quokka', 'numbat', 'dunnart', 'bettong', 'potoroo'] as const;

/** Every eighth message has each of these as its `type`. */
export const MADE_TYPES = [
  'item',
  'tab-state',
  'storage-sync',
  'highlight',
  'selection',
  'heartbeat',
  'settings',
  'progress',
] as const;

const PAGES = 4;
const PORTS = 2;

/** Messages a segment: 1,000 events, about what the collector commits at once from a busy extension. */
export const SEGMENT_MESSAGES = 500;

const MESSAGES_A_MS = 10;

export interface MadeOptions {
  /** Id of the recording they belong to. */
  readonly recording: number;
  /** Epoch milliseconds of the first message. */
  readonly startedAt: number;
  /** Number of the first message; those before it are taken as made already. */
  readonly from: number;
  /** Number after the last message. */
  readonly to: number;
}

/** @returns text of message `n`: about 190 characters of JSON */
export function madePayload(n: number): string {
  return JSON.stringify({
    type: MADE_TYPES[n % MADE_TYPES.length],
    id: n,
    title: `Entry number ${n}`,
    url: `https://example.org/entries/${n}?from=list`,
    tags: ['unread', 'starred'],
    position: { x: n % 640, y: n % 480 },
    seen: n % 2 === 0,
    note: RARE_WORDS[n % 1000] ?? null,
  });
}

/** @returns the background, then the pages */
export function madeContexts(startedAt: number): StoredContext[] {
  return [context('background', startedAt), ...pages().map((page) => context(page, startedAt))];
}

/** @returns segments in order, {@link SEGMENT_MESSAGES} messages each; the last may hold fewer */
export function* madeSegments(options: MadeOptions): Generator<NewSegment> {
  for (let from = options.from; from < options.to; from += SEGMENT_MESSAGES) {
    yield segmentOf({ ...options, from, to: Math.min(options.to, from + SEGMENT_MESSAGES) });
  }
}

function segmentOf({ recording, startedAt, from, to }: MadeOptions): NewSegment {
  const batches = new Map(
    ['background', ...pages()].map((name) => [
      name,
      { context: keyOf(name), events: [] as PortholeEvent[], payload: '' },
    ]),
  );
  const batch = (name: string) =>
    batches.get(name) as { context: string; events: PortholeEvent[]; payload: string };
  if (from === 0) open(startedAt, (name, event) => batch(name).events.push(event));
  for (let n = from; n < to; n += 1) {
    const text = madePayload(n);
    const at = startedAt + n / MESSAGES_A_MS;
    const line = n % (PAGES * PORTS);
    const page = `page-${line % PAGES}`;
    const pagePort = 1 + Math.floor(line / PAGES);
    const backgroundPort = 1 + line;
    // How many messages this line has carried before; every third of them was an answer.
    const nth = Math.floor(n / (PAGES * PORTS));
    const isAnswer = nth % 3 === 2;
    const seq = isAnswer ? Math.floor(nth / 3) + 1 : nth - Math.floor(nth / 3) + 1;
    const [sender, senderPort, receiver, receiverPort] = isAnswer
      ? (['background', backgroundPort, page, pagePort] as const)
      : ([page, pagePort, 'background', backgroundPort] as const);
    const put = (name: string, event: (offset: number) => PortholeEvent): void => {
      const to = batch(name);
      to.events.push(event(to.payload.length));
      to.payload += text;
    };
    const { length } = text;
    put(sender, (offset) => {
      return ['posted', senderPort, at, seq, 1 + (n % 2), 'json', length, offset, length];
    });
    put(receiver, (offset) => {
      return ['delivered', receiverPort, at + 1, seq, 1, 'json', length, offset, length];
    });
  }
  const { segment, outline } = buildSegment([...batches.values()]);
  return { segment: { ...segment, recording }, extension: MADE_EXTENSION, outline };
}

/** The call sites of all contexts, and the opening of every port. */
function open(at: number, put: (context: string, event: PortholeEvent) => void): void {
  const all = ['background', ...pages()];
  for (const name of all) {
    put(name, ['site', 1, `send@moz-extension://made/${name}.js:10:5`]);
    put(name, ['site', 2, `update@moz-extension://made/${name}.js:20:5`]);
  }
  for (let line = 0; line < PAGES * PORTS; line += 1) {
    const page = `page-${line % PAGES}`;
    const name = line < PAGES ? 'entries' : 'status';
    const port = 1 + Math.floor(line / PAGES);
    put(page, ['opened', port, at, 'runtime.connect', name, {}, 1, 0, 0]);
    put('background', ['accepted', 1 + line, at, 'runtime.onConnect', name, senderOf(page), 0, 0]);
  }
}

function pages(): string[] {
  return Array.from({ length: PAGES }, (_, page) => `page-${page}`);
}

function keyOf(name: string): string {
  return `${MADE_EXTENSION}\n${name}`;
}

function context(name: string, startedAt: number): StoredContext {
  const isPage = name !== 'background';
  const page = Number(name.slice('page-'.length));
  return {
    key: keyOf(name),
    extensionId: MADE_EXTENSION,
    extensionName: 'Made for the bench',
    extensionVersion: '1.0',
    kind: isPage ? 'content-script' : 'background',
    worldId: null,
    url: isPage ? `http://127.0.0.1/${name}` : 'moz-extension://made/background.html',
    tabId: isPage ? 101 + page : null,
    frameId: isPage ? 0 : null,
    documentId: null,
    contextId: isPage ? 1_001 + page : 1_000,
    envType: isPage ? 'content_child' : 'addon_child',
    attestedBy: 'browser',
    startedAt,
    disconnectedAt: null,
    taken: 1,
  };
}

function senderOf(name: string): SenderFacts {
  const { extensionId, url, tabId, frameId, contextId, envType } = context(name, 0);
  return {
    id: extensionId,
    url,
    ...(tabId === null ? {} : { tabId }),
    ...(frameId === null ? {} : { frameId }),
    ...(contextId === null ? {} : { contextId }),
    ...(envType === null ? {} : { envType }),
  };
}
