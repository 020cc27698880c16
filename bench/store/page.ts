/**
 * Runs in an extension page: the same events written once as segments, through the shipped writer, and once
 * as one indexed record an event, which is what the segments replace.
 */
import { deleteDB, openDB, type DBSchema } from 'idb';
import {
  writeRun,
  type PostedEvent,
  type StoredContext,
  type StoredRecording,
} from '../../src/protocol/index.js';
import { openDatabase } from '../../src/store/open.js';
import { clear, commitSegments } from '../../src/store/writer.js';
import { madePayload } from '../recording/make.js';

/** Events a transaction, on both sides. */
const EVENTS_PER_TRANSACTION = 500;

interface Recorded {
  readonly event: PostedEvent;
  readonly text: string;
}

interface EventRecord {
  readonly context: string;
  readonly port: number;
  readonly at: number;
  readonly seq: number;
  readonly site: number;
  readonly form: string;
  readonly bytes: number;
  readonly payload: string;
}

interface RecordSchema extends DBSchema {
  events: {
    key: number;
    value: EventRecord;
    indexes: { endpoint: [string, number]; at: number };
  };
}

const RECORDS = 'records';

const context: StoredContext = {
  key: 'port-traffic@bench.example\n1',
  extensionId: 'port-traffic@bench.example',
  extensionName: 'Port traffic',
  extensionVersion: '1.0',
  kind: 'content-script',
  worldId: null,
  url: 'http://127.0.0.1/',
  tabId: 1,
  frameId: 0,
  documentId: null,
  contextId: 1,
  envType: 'content_child',
  attestedBy: 'browser',
  startedAt: 0,
  disconnectedAt: null,
  taken: 0,
};

const recording: StoredRecording = {
  key: 'recording',
  id: 1,
  startedAt: 0,
  on: true,
  callSites: true,
};

/** @returns events as instrumentation makes them, each with a payload text of about 190 characters */
function makeEvents(count: number): Recorded[] {
  return Array.from({ length: count }, (_, n) => {
    const text = madePayload(n);
    const at = 1_700_000_000_000 + n / 10;
    return { event: ['posted', 1, at, n + 1, 1, 'json', text.length, 0, text.length], text };
  });
}

/** @returns milliseconds until the last transaction had committed */
async function writeSegments(events: readonly Recorded[]): Promise<number> {
  const database = await openDatabase();
  await clear(database, recording, []);
  const start = performance.now();
  for (let first = 0; first < events.length; first += EVENTS_PER_TRANSACTION) {
    const slice = events.slice(first, first + EVENTS_PER_TRANSACTION);
    let payload = '';
    const tuples = slice.map(({ event, text }) => {
      const [type, port, at, seq, site, form, bytes, , length] = event;
      const offset = payload.length;
      payload += text;
      return [type, port, at, seq, site, form, bytes, offset, length] as const;
    });
    const segment = {
      recording: recording.id,
      count: slice.length,
      runs: [{ context: context.key, count: slice.length, events: writeRun(tuples) }],
      payload,
    };
    await commitSegments(
      database,
      [{ segment, extension: context.extensionId, outline: [] }],
      [{ ...context, taken: first / EVENTS_PER_TRANSACTION + 1 }],
    );
  }
  const ms = performance.now() - start;
  database.close();
  return ms;
}

/** @returns milliseconds until the last transaction had committed */
async function writeRecords(events: readonly Recorded[]): Promise<number> {
  await deleteDB(RECORDS);
  const database = await openDB<RecordSchema>(RECORDS, 1, {
    upgrade: (db) => {
      const store = db.createObjectStore('events', { autoIncrement: true });
      store.createIndex('endpoint', ['context', 'port']);
      store.createIndex('at', 'at');
    },
  });
  const start = performance.now();
  for (let first = 0; first < events.length; first += EVENTS_PER_TRANSACTION) {
    const transaction = database.transaction('events', 'readwrite', { durability: 'relaxed' });
    for (const { event, text } of events.slice(first, first + EVENTS_PER_TRANSACTION)) {
      const [, port, at, seq, site, form, bytes] = event;
      void transaction.store.add({
        context: context.key,
        port,
        at,
        seq,
        site,
        form,
        bytes,
        payload: text,
      });
    }
    await transaction.done;
  }
  const ms = performance.now() - start;
  database.close();
  return ms;
}

/** Events a second, of each side. */
export interface StoreRound {
  readonly segmentsPerSecond: number;
  readonly recordsPerSecond: number;
}

/**
 * The two sides write a different number of the same events, so that both take long enough for a clock of
 * 1 ms.
 */
async function round(segmentEvents: number, recordEvents: number): Promise<StoreRound> {
  const events = makeEvents(Math.max(segmentEvents, recordEvents));
  const recordsMs = await writeRecords(events.slice(0, recordEvents));
  const segmentsMs = await writeSegments(events.slice(0, segmentEvents));
  return {
    segmentsPerSecond: (segmentEvents / segmentsMs) * 1_000,
    recordsPerSecond: (recordEvents / recordsMs) * 1_000,
  };
}

declare global {
  interface Window {
    storeRound?: typeof round;
  }
}

window.storeRound = round;
