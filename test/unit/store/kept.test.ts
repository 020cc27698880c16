import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test } from 'vitest';
import { keep, listKept, readKept, removeKept, renameKept } from '../../../src/store/kept.js';
import { openDatabase, type PortholeDatabase } from '../../../src/store/reader.js';
import { clear } from '../../../src/store/writer.js';

const recording = (name: string) => ({
  name,
  keptAt: 20,
  recordedAt: 10,
  messages: 3,
  bytes: 5,
  trace: new Blob(['trace']),
});

let database: PortholeDatabase;
beforeEach(async () => {
  globalThis.indexedDB = new IDBFactory();
  database = await openDatabase();
});

test('what is kept is listed newest first, without its trace', async () => {
  const first = await keep(database, recording('first'));
  const second = await keep(database, recording('second'));
  const listed = await listKept(database);
  expect(listed.map(({ id, name }) => [id, name])).toEqual([
    [second, 'second'],
    [first, 'first'],
  ]);
  expect(listed[0]).not.toHaveProperty('trace');
  expect(await readKept(database, first)).toBeDefined();
  expect(await readKept(database, 99)).toBeUndefined();
});

test('it can be renamed, removed, and put back', async () => {
  const id = await keep(database, recording('one'));
  await renameKept(database, id, 'another');
  await renameKept(database, 99, 'nobody');
  expect(await listKept(database)).toMatchObject([{ id, name: 'another' }]);
  const removed = await removeKept(database, id);
  expect(await listKept(database)).toEqual([]);
  if (removed !== undefined) await keep(database, removed);
  expect(await listKept(database)).toMatchObject([{ id, name: 'another' }]);
  expect(await removeKept(database, 99)).toBeUndefined();
});

test('clearing the recording leaves what is kept, and damaged records are left out of the list', async () => {
  await keep(database, recording('one'));
  await database.put('kept', { id: 7, name: 5 } as never);
  await clear(
    database,
    {
      key: 'recording',
      id: 2,
      startedAt: 5,
      on: true,
      callSites: true,
    },
    [],
  );
  expect(await listKept(database)).toMatchObject([{ name: 'one' }]);
});
