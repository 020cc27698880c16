import { IDBFactory } from 'fake-indexeddb';
import { beforeEach, expect, test } from 'vitest';
import { REDACTED, type PortholeEvent } from '../../../src/protocol/index.js';
import { readRecording, readSegments } from '../../../src/store/reader.js';
import { putRecording } from '../../../src/store/writer.js';
import { join, setUp, storedEvents, until } from './harness.js';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
});

const posted = (seq: number, offset: number, length: number): PortholeEvent => [
  'posted',
  1,
  1,
  seq,
  0,
  'json',
  length,
  offset,
  length,
];

const SECRET = '{"password":"hunter2"}';
const PLAIN = '{"user":"a"}';

test('is off at first; switched on, no value under a key gets into the store', async () => {
  const { collector, database } = await setUp();
  expect(collector.redaction()).toMatchObject({ on: false });
  const line = join(collector);
  line.batch(1, [posted(1, 0, SECRET.length)], SECRET);
  await line.acked(1);
  const last = async (): Promise<unknown> => (await storedEvents(database)).at(-1)?.at(-1);
  expect(await last()).toBe(SECRET);

  collector.redact(true, ['password']);
  const events = [posted(2, 0, SECRET.length), posted(3, SECRET.length, PLAIN.length)];
  line.batch(2, events, SECRET + PLAIN);
  await line.acked(2);
  const texts = (await storedEvents(database)).map((event) => event.at(-1));
  expect(texts).toEqual([SECRET, `{"password":"${REDACTED}"}`, PLAIN]);
  const segments = await readSegments(database, 0, 10);
  expect(segments.at(-1)?.payload).not.toContain('hunter2');

  collector.redact(false, ['password']);
  line.batch(3, [posted(4, 0, SECRET.length)], SECRET);
  await line.acked(3);
  expect(await last()).toBe(SECRET);
});

test('outlives the page', async () => {
  const { collector } = await setUp();
  collector.redact(true, ['pin']);
  const seen = await until('the setting', async () => {
    const view = (await setUp()).collector.redaction();
    return view.type === 'redaction' && view.on && view;
  });
  expect(seen).toEqual({ type: 'redaction', on: true, keys: ['pin'] });
});

test('the recording says when what was redacted, and the next one begins with what is on', async () => {
  const { collector, database, told } = await setUp();
  const redacted = async () => (await readRecording(database))?.redacted;
  collector.redact(true, ['pin']);
  await until('the panel to be told', () => told.some(({ type }) => type === 'contexts'));
  expect(await redacted()).toMatchObject([{ keys: ['pin'], until: null }]);
  const [span] = (await redacted()) ?? [];
  await until('another millisecond', () => Date.now() > (span?.from ?? 0));
  collector.redact(true, ['token']);
  const two = await until('two spans', async () => {
    const spans = await redacted();
    return spans?.length === 2 && spans;
  });
  expect(two.map(({ keys }) => keys)).toEqual([['pin'], ['token']]);
  expect(two[0]?.until).toBe(two[1]?.from);

  await collector.clear();
  const recording = await readRecording(database);
  expect(recording).toMatchObject({
    id: 2,
    redacted: [{ keys: ['token'], from: recording?.startedAt, until: null }],
  });

  // A recording that an earlier version began says so from now on.
  await putRecording(database, { ...recording!, redacted: [] });
  await setUp();
  expect(await until('a span', async () => ((await redacted()) ?? [])[0])).toMatchObject({
    keys: ['token'],
    until: null,
  });
  collector.redact(false, ['token']);
  await collector.clear();
  expect(await redacted()).toBeUndefined();
});
