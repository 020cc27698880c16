/** A collector on a fake IndexedDB, and contexts that speak to it as the instrumentation does. */

import 'fake-indexeddb/auto';
import {
  startCollector,
  type Collector,
  type CollectorOptions,
} from '../../../src/background/collector.js';
import type { LinkEnd, Origin } from '../../../src/background/link.js';
import {
  parseRun,
  PROTOCOL_VERSION,
  type Hello,
  type PortholeEvent,
  type ReportedEvent,
  type StoredSegment,
  type ToContext,
  type ToPanel,
} from '../../../src/protocol/index.js';
import { packEvents } from '../../../src/protocol/wire-form.js';
import { openDatabase, readSegments, type PortholeDatabase } from '../../../src/store/reader.js';

/** Polls until `read` gives something; says what was seen last when the deadline passes. */
export async function until<T>(
  what: string,
  read: () => T | Promise<T>,
  seen: () => unknown = () => undefined,
): Promise<Exclude<T, null | undefined | false>> {
  const deadline = Date.now() + 3_000;
  for (;;) {
    const value = await read();
    if (value !== null && value !== undefined && (value as unknown) !== false) {
      return value as Exclude<T, null | undefined | false>;
    }
    if (Date.now() > deadline) throw new Error(`no ${what}; saw ${JSON.stringify(await seen())}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

export const CONTENT: Origin = {
  route: 'external',
  extensionId: 'demo@example',
  sender: {
    id: 'demo@example',
    url: 'https://example.test/',
    tabId: 3,
    frameId: 0,
    documentId: 'd1',
    contextId: 8,
    envType: 'content_child',
  },
};

export const hello = (uid = 'context-one', more: Partial<Hello> = {}): Hello => ({
  type: 'hello',
  protocol: PROTOCOL_VERSION,
  uid,
  kind: 'content-script',
  url: 'https://claimed.test/',
  startedAt: 1,
  ...more,
});

export interface Line {
  readonly received: ToContext[];
  readonly closed: () => boolean;
  readonly end: LinkEnd;
  /** The message of this type that came last, waiting for one. */
  readonly last: <T extends ToContext['type']>(type: T) => Promise<ToContext & { type: T }>;
  /** Waits until everything up to this batch is acknowledged. */
  readonly acked: (batch: number) => Promise<void>;
  readonly batch: (number: number, events: readonly ReportedEvent[], payload?: string) => void;
}

export function connect(collector: Collector, origin: Origin = CONTENT): Line {
  const received: ToContext[] = [];
  let closed = false;
  const end = collector.report(origin, {
    send: (message) => {
      if (!closed) received.push(message);
    },
    close: () => {
      closed = true;
    },
  });
  const lastOf = <T extends ToContext['type']>(type: T): (ToContext & { type: T }) | undefined =>
    received.findLast((message) => message.type === type) as (ToContext & { type: T }) | undefined;
  return {
    received,
    closed: () => closed,
    end,
    last: (type) =>
      until(
        type,
        () => lastOf(type),
        () => received,
      ),
    acked: async (batch) => {
      await until(
        `ack of ${batch}`,
        () => (lastOf('ack')?.batch ?? 0) >= batch,
        () => received,
      );
    },
    batch: (number, events, payload = '') =>
      end.message({ type: 'batch', batch: number, ...packEvents(events, payload) }),
  };
}

/** Opens a line and says hello. */
export function join(collector: Collector, uid?: string, origin?: Origin): Line {
  const line = connect(collector, origin);
  line.end.message(hello(uid));
  return line;
}

export const site = (id: number): PortholeEvent => ['site', id, `frame ${id}`];

const ADMITTED = [CONTENT.extensionId, 'stranger@example'];

export interface Setup {
  readonly collector: Collector;
  readonly database: PortholeDatabase;
  readonly told: ToPanel[];
  readonly needed: () => boolean;
  /** While set, opening the database fails with this. */
  failure: Error | null;
}

export async function setUp(
  options: {
    capacity?: number;
    noticeQuiet?: number;
    admitted?: readonly string[];
    installed?: CollectorOptions['installed'];
    places?: CollectorOptions['places'];
    undo?: number;
    estimate?: CollectorOptions['estimate'];
  } = {},
): Promise<Setup> {
  const database = await openDatabase();
  const told: ToPanel[] = [];
  let needed = false;
  const setup: { failure: Error | null } = { failure: null };
  const collector = await startCollector({
    retry: 5,
    installed: () => Promise.resolve({ name: 'Demo', installType: 'development' }),
    places: { enter: () => ({ left: () => Promise.resolve({}) }) },
    estimate: () => Promise.resolve({ usage: 0, quota: 1e9 }),
    ...options,
    database: () =>
      setup.failure === null ? Promise.resolve(database) : Promise.reject(setup.failure),
    tell: (message) => told.push(message),
    needed: (value) => {
      needed = value;
    },
  });
  // Decided before, so that nothing waits for an answer about it.
  for (const id of options.admitted ?? ADMITTED) collector.admit(id, 'allowed');
  return Object.assign(setup, { collector, database, told, needed: () => needed });
}

/** Every stored event of a context, in order, payload events with their text at the end. */
export async function storedEvents(
  database: PortholeDatabase,
  key = 'demo@example\ncontext-one',
): Promise<unknown[][]> {
  return (await readSegments(database, 0, 1_000)).flatMap((segment) => eventsOf(segment, key));
}

export function eventsOf(segment: StoredSegment, key: string): unknown[][] {
  return segment.runs
    .filter(({ context }) => context === key)
    .flatMap((run) => parseRun(run))
    .map((event) => {
      if (!['posted', 'delivered', 'refused'].includes(event[0])) return [...event];
      const [offset, length] = event.slice(-2) as [number, number];
      return [...event.slice(0, -2), segment.payload.slice(offset, offset + length)];
    });
}
