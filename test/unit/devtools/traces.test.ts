/** Traces and kept recordings as the panel's worker handles them, over a database in memory. */

import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test, vi } from 'vitest';
import { Desk } from '../../../devtools/worker/desk.js';
import { HeldRows } from '../../../devtools/state/held-rows.js';
import { FindingsKeeper } from '../../../devtools/worker/findings-keeper.js';
import { queryLanguage } from '../../../devtools/worker/query-language.js';
import { rowDetails } from '../../../devtools/worker/row-details.js';
import { views } from '../../../devtools/worker/views/index.js';
import { rowSorting } from '../../../devtools/worker/row-sorting.js';
import { tree } from '../../../devtools/worker/tree.js';
import { traceFiles } from '../../../devtools/worker/trace-files.js';
import type { ExportWhat, FromWorker, Query, ToWorker } from '../../../devtools/worker-protocol.js';
import { keepOpen } from '../../../src/store/reader.js';
import { commitSegments, putRecording } from '../../../src/store/writer.js';
import { BACKGROUND, contentScript, conversation } from './fixture.js';

const EVERYTHING: Query = { tabId: null, text: '', selection: null };

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

async function setUp(texts: readonly string[]) {
  const database = keepOpen();
  const db = await database();
  await putRecording(db, {
    key: 'recording',
    id: 1,
    startedAt: 1000,
    on: true,
    callSites: true,
  });
  const { id: _, ...segment } = conversation(1, 2, texts);
  const contexts = [BACKGROUND, contentScript(2)];
  await commitSegments(db, [{ segment, extension: 'demo@example', outline: [] }], contexts);
  const posted: FromWorker[] = [];
  /** As the panel holds them. */
  let held = new HeldRows();
  const desk = new Desk(
    (message) => {
      posted.push(message);
      if (message.type === 'trace') held = new HeldRows();
      if ('listing' in message) held.take(message.listing);
    },
    { FindingsKeeper, queryLanguage, rowDetails, rowSorting, tree, views, traceFiles },
    'firefox/153.7',
    database,
  );
  const send = (message: ToWorker): void => desk.receive(message);
  type Of<T extends FromWorker['type']> = Extract<FromWorker, { type: T }>;
  const last = <T extends FromWorker['type']>(type: T) =>
    posted.findLast((message) => message.type === type) as Of<T> | undefined;
  const until = <T extends FromWorker['type']>(type: T, done: (message: Of<T>) => boolean) =>
    vi.waitFor(() => {
      const found = last(type);
      if (found === undefined || !done(found)) {
        throw new Error(`last ${type}: ${JSON.stringify(found)}`);
      }
      return found;
    });
  const loaded = (messages: number) =>
    until('summary', ({ summary }) => summary.loaded && summary.messages === messages);
  const rows = async () => {
    send({ type: 'rows', from: 0, to: 100, follows: false, byHand: true });
    return await vi.waitFor(() => {
      const told = Array.from({ length: held.state.count }, (_, n) => held.state.rowAt(n));
      if (told.includes(undefined)) throw new Error('not all rows are told');
      return told.map((row) => ({ ...row, key: '' }));
    });
  };
  const written = async (what: ExportWhat, redact: string[] = [], gzip = false) => {
    posted.length = 0;
    send({ type: 'export', what, redact, gzip });
    return await until('exported', () => true);
  };
  send({ type: 'start', query: EVERYTHING });
  await loaded(texts.length);
  return { send, posted, last, until, loaded, rows, written };
}

const TEXTS = ['{"type":"hi","n":1}', '{"type":"login","password":"secret"}', '[1]'];

test.each([false, true])('what is exported opens as it was, compressed: %s', async (gzip) => {
  const { send, loaded, rows, written, until } = await setUp(TEXTS);
  const before = await rows();
  const { file, name, messages } = await written('all', [], gzip);
  expect(name).toMatch(gzip ? /^porthole .*\.ndjson\.gz$/ : /^porthole .*\.ndjson$/);
  expect(messages).toBe(3);
  send({ type: 'open-trace', name, file });
  const { trace } = await until('trace', () => true);
  expect(trace).toMatchObject({
    name,
    recordedAt: 1000,
    browser: 'firefox/153.7',
    newer: null,
    broken: 0,
  });
  await loaded(3);
  const after = await rows();
  expect(after).toEqual(before);
  expect(after.length).toBeGreaterThan(3);
});

test('only what is shown or selected is exported, without secrets', async () => {
  const { send, written, until } = await setUp(TEXTS);
  send({ type: 'query', query: { ...EVERYTHING, text: 'type:login' } });
  await until('summary', ({ summary }) => summary.visible === 1);
  const shown = await written('shown', ['password']);
  const text = await shown.file.text();
  expect(shown.messages).toBe(1);
  expect(text).toContain('"redacted":["password"]');
  expect(text).not.toContain('secret');

  send({ type: 'query', query: EVERYTHING });
  await until('summary', ({ summary }) => summary.visible > 3);
  const nothing = await written('selected');
  expect(nothing.messages).toBe(0);
});

test('what happens in the recording does not reach an opened trace; closing it shows the recording', async () => {
  const { send, until, loaded, written, posted } = await setUp(TEXTS);
  const { file } = await written('all');
  const half = new Blob([(await file.text()).split('\n').slice(0, -2).join('\n')]);
  send({ type: 'open-trace', name: 'half', file: half });
  await until('trace', ({ trace }) => trace?.name === 'half');
  await loaded(2);
  send({ type: 'changed', what: 'segments' });
  send({ type: 'query', query: { ...EVERYTHING, text: 'type:hi' } });
  await until('summary', ({ summary }) => summary.visible === 1);
  posted.length = 0;
  send({ type: 'close-trace' });
  expect((await until('trace', () => true)).trace).toBeNull();
  await loaded(3);
});

test('what cannot be read is told, line by line, and the rest is shown', async () => {
  const { send, until, loaded, written } = await setUp(TEXTS);
  const lines = (await (await written('all')).file.text()).split('\n');
  const newer = (lines[0] ?? '').replace('"version":1', '"version":9');
  const text = [newer, '{"kind":"message"}', ...lines.slice(1), '{"cut o'].join('\n');
  send({ type: 'open-trace', name: 'odd', file: new Blob([text]) });
  const { trace } = await until('trace', () => true);
  expect(trace).toMatchObject({ newer: 9, broken: 2 });
  expect(trace?.faults[0]).toMatch(/^line 2: message, /);
  await loaded(3);

  for (const [content, said] of [
    ['', 'x is empty.'],
    ['{}', 'x is no Porthole trace: its first line does not say so.'],
  ] as const) {
    send({ type: 'open-trace', name: 'x', file: new Blob([content]) });
    await until('sorry', ({ message }) => message === said);
  }
  const packed = await written('all', [], true);
  send({ type: 'open-trace', name: 'cut', file: packed.file.slice(0, packed.file.size - 30) });
  const cut = await until('trace', (message) => message.trace?.name === 'cut');
  expect(cut.trace?.broken).toBeGreaterThan(0);
});

test('recordings are kept, opened, renamed, deleted and put back', async () => {
  const { send, until, loaded } = await setUp(TEXTS);
  send({ type: 'keep', name: 'before the fix' });
  const { list } = await until('kept', (kept) => kept.list.length === 1);
  const [one] = list;
  expect(one).toMatchObject({ name: 'before the fix', recordedAt: 1000, messages: 3 });
  const id = one?.id ?? 0;
  send({ type: 'rename-kept', id, name: 'after' });
  await until('kept', (kept) => kept.list[0]?.name === 'after');
  send({ type: 'remove-kept', id });
  await until('kept', (kept) => kept.list.length === 0);
  send({ type: 'restore-kept' });
  await until('kept', (kept) => kept.list.length === 1);
  send({ type: 'export-kept', id, name: 'after' });
  const exported = await until('exported', () => true);
  expect(exported.name).toBe('after.ndjson.gz');
  send({ type: 'open-trace', name: 'after', file: { kept: id } });
  await until('trace', ({ trace }) => trace?.name === 'after');
  await loaded(3);
  send({ type: 'open-trace', name: 'gone', file: { kept: 99 } });
  await until('sorry', ({ message }) => message === '“gone” is not kept any more.');
});
