import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { openDB } from 'idb';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import {
  BlockedDatabaseError,
  keepOpen,
  NewerDatabaseError,
  openDatabase,
  readContexts,
  readNotices,
  readRecording,
  readSegment,
  readSegments,
  StoreError,
  type PortholeDatabase,
} from '../../../src/store/reader.js';
import { readLedger } from '../../../src/store/retention.js';
import { DATABASE, MIGRATIONS, SCHEMA_VERSION } from '../../../src/store/schema.js';
import {
  addNotice,
  clear,
  commitSegments,
  NOTICES_KEPT,
  putRecording,
} from '../../../src/store/writer.js';
import {
  readSoundly,
  type StoredContext,
  type StoredRecording,
  type StoredSegment,
} from '../../../src/protocol/index.js';

const context = (key: string, taken = 0): StoredContext => ({
  key,
  extensionId: 'demo@example',
  extensionName: 'Demo',
  extensionVersion: '1',
  kind: 'content-script',
  worldId: null,
  url: 'https://example.test/',
  tabId: 1,
  frameId: 0,
  documentId: null,
  contextId: 4,
  envType: 'content_child',
  attestedBy: 'browser',
  startedAt: 1,
  disconnectedAt: null,
  taken,
});
const segment = (events = '[]') => ({
  recording: 1,
  count: 1,
  runs: [{ context: 'a', count: 1, events }],
  payload: '',
});
const recording = (id: number): StoredRecording => ({
  key: 'recording',
  id,
  startedAt: 5,
  on: true,
  callSites: true,
});

/** Stores one segment. @returns its id */
async function commitSegment(
  database: PortholeDatabase,
  one: ReturnType<typeof segment>,
  contexts: readonly StoredContext[],
): Promise<number> {
  const [entry] = await commitSegments(
    database,
    [{ segment: one, extension: 'demo@example', outline: [] }],
    contexts,
  );
  return entry?.id ?? Number.NaN;
}

/** As version 1 wrote, with nothing but the stores it had. @returns the segment's id */
async function writeVersion1(database: PortholeDatabase): Promise<number> {
  await database.put('contexts', context('a', 3));
  return database.put('segments', segment('["kept"]') as unknown as StoredSegment);
}

/** Opens the database as the Porthole of that version would have. */
function openAt(version: number): Promise<PortholeDatabase> {
  return openDB(DATABASE, version, {
    upgrade: (db, from, _to, transaction) => {
      for (const migrate of MIGRATIONS.slice(from, version)) {
        migrate(db as unknown as PortholeDatabase, transaction as never);
      }
    },
  }) as unknown as Promise<PortholeDatabase>;
}

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

describe('opening', () => {
  test('creates an empty database where there is none', async () => {
    const db = await openDatabase();
    expect(db.version).toBe(SCHEMA_VERSION);
    expect(await readContexts(db)).toEqual([]);
    expect(await readSegments(db, 0, 10)).toEqual([]);
    expect(await readRecording(db)).toBeUndefined();
    expect(await readNotices(db)).toEqual([]);
  });

  test('a version 3 database keeps its runs; a Porthole of that version does not open what columns are in', async () => {
    const old = await openAt(3);
    const tuples = JSON.stringify([['gap', 5, 2, 'buffer-full']]);
    const id = await commitSegment(old, segment(tuples), []);
    old.close();

    const db = await openDatabase();
    expect(readSoundly(await readSegment(db, id))).toEqual({
      payload: '',
      runs: [{ context: 'a', events: [['gap', 5, 2, 'buffer-full']] }],
      damaged: 0,
    });
    db.close();
    await expect(openAt(3)).rejects.toMatchObject({ name: 'VersionError' });
  });

  test('a version 1 database keeps everything and gains notices', async () => {
    const old = await openAt(1);
    expect([...old.objectStoreNames]).toEqual(['contexts', 'meta', 'segments']);
    const id = await writeVersion1(old);
    await putRecording(old, recording(7));
    old.close();

    const db = await openDatabase();
    expect((await readSegment(db, id))?.runs[0]?.events).toBe('["kept"]');
    expect(await readContexts(db)).toEqual([context('a', 3)]);
    expect((await readRecording(db))?.id).toBe(7);
    await addNotice(db, { at: 1, severity: 'error', text: 'new', extensionId: null });
    expect(await readNotices(db)).toHaveLength(1);
    expect(await readLedger(db)).toMatchObject([{ id, events: 1, whole: true, outline: null }]);
    expect(await commitSegment(db, segment(), [])).toBe(id + 1);
  });

  test('a newer database is refused by name', async () => {
    (await openDB(DATABASE, SCHEMA_VERSION + 1)).close();
    await expect(openDatabase()).rejects.toThrow(NewerDatabaseError);
    await expect(openDatabase()).rejects.toThrow(/newer Porthole/);
  });

  test('a page that does not let go blocks an upgrade only for a while', async () => {
    const stubborn = await openAt(1);
    await expect(openDatabase({ patience: 20 })).rejects.toThrow(BlockedDatabaseError);
    await expect(openDatabase({ patience: 20 })).rejects.toThrow(BlockedDatabaseError);
    stubborn.close();
    const closed = vi.fn();
    const db = await openDatabase({ onClosed: closed });
    expect(db.version).toBe(SCHEMA_VERSION);
    (await openDB(DATABASE, SCHEMA_VERSION + 1)).close();
    expect(closed).toHaveBeenCalledOnce();
  });

  test('lets go of the database when another page upgrades it, and opens it again after', async () => {
    const closed = vi.fn();
    await openDatabase({ onClosed: closed });
    const other = await openDB(DATABASE, SCHEMA_VERSION + 1);
    expect(closed).toHaveBeenCalledOnce();
    other.close();
  });

  test('keepOpen opens once, and again after a close from outside or a failure', async () => {
    let fail = true;
    const opened: (() => void)[] = [];
    const database = keepOpen(async (options) => {
      if (fail) throw new StoreError('no disk');
      opened.push(options?.onClosed ?? (() => undefined));
      return openDatabase(options);
    });
    await expect(database()).rejects.toThrow('no disk');
    fail = false;
    const first = await database();
    expect(await database()).toBe(first);
    opened[0]?.();
    expect(await database()).not.toBe(first);
    expect(opened).toHaveLength(2);
  });
});

describe('writing', () => {
  test('a segment and its contexts are stored together or not at all', async () => {
    const db = await openDatabase();
    const bad = { ...context('b'), url: (() => undefined) as unknown as string };
    await expect(commitSegment(db, segment(), [context('a', 1), bad])).rejects.toThrow(StoreError);
    await expect(commitSegment(db, segment(), [bad])).rejects.toThrow(
      /storing 1 events: DataClone/,
    );
    expect(await readSegments(db, 0, 10)).toEqual([]);
    expect(await readContexts(db)).toEqual([]);
  });

  test('segments are read in order from an id', async () => {
    const db = await openDatabase();
    const ids = [];
    for (let i = 0; i < 5; i += 1) ids.push(await commitSegment(db, segment(`[${i}]`), []));
    const read = await readSegments(db, ids[2]!, 2);
    expect(read.map(({ id }) => id)).toEqual([ids[2], ids[3]]);
    expect(await readSegment(db, 999)).toBeUndefined();
  });

  test('clear leaves the contexts given, the new recording, and never reuses a segment id', async () => {
    const db = await openDatabase();
    const before = await commitSegment(db, segment(), [context('a', 1), context('b', 1)]);
    await addNotice(db, { at: 1, severity: 'error', text: 'old', extensionId: null });
    await clear(db, recording(2), [context('b', 4)]);
    expect(await readSegments(db, 0, 10)).toEqual([]);
    expect(await readNotices(db)).toEqual([]);
    expect(await readContexts(db)).toEqual([context('b', 4)]);
    expect((await readRecording(db))?.id).toBe(2);
    expect(await commitSegment(db, segment(), [])).toBeGreaterThan(before);
  });

  test('only the newest notices are kept', async () => {
    const db = await openDatabase();
    for (let i = 0; i < NOTICES_KEPT + 3; i += 1) {
      await addNotice(db, { at: i, severity: 'warning', text: `${i}`, extensionId: null });
    }
    const notices = await readNotices(db);
    expect(notices).toHaveLength(NOTICES_KEPT);
    expect([notices[0]?.text, notices.at(-1)?.text]).toEqual(['3', `${NOTICES_KEPT + 2}`]);
  });

  test('a closed connection gives an error that names the operation', async () => {
    const db = await openDatabase();
    db.close();
    await expect(commitSegment(db, segment(), [])).rejects.toThrow(
      /^Porthole's database: storing 1 events: InvalidStateError/,
    );
  });
});
