import { IDBFactory } from 'fake-indexeddb';
import fc from 'fast-check';
import { beforeEach, expect, test, vi } from 'vitest';
import { Context, Contexts } from '../../../src/background/contexts.js';
import { EndedContexts } from '../../../src/background/ended-contexts.js';
import type { PortholeEvent, StoredContext } from '../../../src/protocol/index.js';
import { readContexts, readDropped, readSegments } from '../../../src/store/reader.js';
import { CONTENT, hello, join, setUp, until } from './harness.js';

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
});

function ended(extensionId: string, number: number, lastSegment: number): Context {
  const key = `${extensionId}\nuid-${number}`;
  return new Context({ key, extensionId, lastSegment, taken: 0 } as StoredContext, false);
}

const steps = fc.array(
  fc.record({
    extension: fc.constantFrom('a', 'b', 'c'),
    segments: fc.integer({ min: 0, max: 3 }),
    goes: fc.integer({ min: 0, max: 4 }),
    comesBack: fc.boolean(),
  }),
  { maxLength: 60 },
);

test('what has nothing left goes, the oldest beyond the bound go and are counted, all others stay', () => {
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 8 }), (all, most) => {
      const table = new EndedContexts<Context>(most);
      const kept = new Map<string, Context[]>([
        ['a', []],
        ['b', []],
        ['c', []],
      ]);
      const oldest = new Map([
        ['a', 1],
        ['b', 1],
        ['c', 1],
      ]);
      let newest = 0;
      for (const [number, { extension, segments, goes, comesBack }] of all.entries()) {
        newest += segments;
        oldest.set(extension, Math.min((oldest.get(extension) ?? 0) + goes, newest + 1));
        const context = ended(extension, number, newest);
        table.add(context);
        const list = kept.get(extension) ?? [];
        list.push(context);
        const back = comesBack ? list.shift() : undefined;
        if (back !== undefined) table.delete(back);

        const first = (id: string): number => oldest.get(id) ?? 0;
        const { contexts, unnamed } = table.surplus(first, () => true);
        for (const [id, before] of kept) {
          const named = before.filter(({ stored }) => (stored.lastSegment ?? 0) >= first(id));
          const stay = named.slice(-most);
          kept.set(id, stay);
          expect(contexts.filter(({ stored }) => stored.extensionId === id)).toEqual(
            before.filter((each) => !stay.includes(each)),
          );
          expect(unnamed.get(id) ?? 0).toBe(named.length - stay.length);
        }
        for (const gone of contexts) table.delete(gone);
        expect(table.surplus(first, () => true).contexts).toEqual([]);
      }
    }),
  );
});

test('looks at no more than it finds, and at one of each extension', () => {
  const table = new EndedContexts<Context>();
  for (let n = 0; n < 1_000; n += 1) {
    table.add(ended('a', n, n));
    table.add(ended('b', n, 5_000));
  }
  let looked = 0;
  const { contexts } = table.surplus(
    (id) => (id === 'a' ? 10 : 1),
    () => (looked += 1) > 0,
  );
  expect(contexts).toHaveLength(10);
  expect(looked).toBe(10);
});

test('what still waits to be stored is not forgotten, nor what ended after it', () => {
  const table = new EndedContexts<Context>(1);
  const all = [1, 2, 3].map((n) => ended('a', n, 0));
  for (const each of all) table.add(each);
  const { contexts } = table.surplus(
    () => 9,
    (context) => context !== all[1],
  );
  expect(contexts).toEqual([all[0]]);
});

test('an extension has no more contexts than so many at a time', () => {
  const contexts = new Contexts(new EndedContexts<Context>(), 3);
  const link = { send: () => undefined, close: () => undefined };
  const connect = (uid: string): Context => contexts.connect(hello(uid), CONTENT, link);
  const first = connect('context-0');
  connect('context-1');
  connect('context-2');
  expect(() => connect('context-3')).toThrow('it has 3 contexts already');
  expect(() => connect('context-1')).not.toThrow();
  contexts.disconnect(first, link, 1);
  contexts.forget([first]);
  expect(connect('context-3').stored.taken).toBe(0);
});

const posted = (seq: number): PortholeEvent => ['posted', 1, seq, seq, 0, 'json', 4, 0, 4];

test('records go with the last segments of their time, in the store as well as in memory', async () => {
  const setup = await setUp();
  await setup.collector.limit({ events: 40, bytes: 1e9, days: null });
  for (let n = 1; n <= 120; n += 1) {
    const line = join(setup.collector, `context-${n}`);
    line.batch(1, [posted(1), posted(2)], 'text');
    await line.acked(1);
    line.end.closed();
  }
  const known = await until('fewer contexts', async () => {
    const all = await readContexts(setup.database);
    return all.length < 60 && all;
  });
  const keys = new Set(known.map(({ key }) => key));
  const segments = await readSegments(setup.database, 0, 1_000);
  for (const { runs } of segments) {
    for (const { context } of runs) expect(keys).toContain(context);
  }
  expect((await readDropped(setup.database))[0]).not.toHaveProperty('contexts');

  // Whoever comes back after that is a new context, and goes on from where it was.
  const again = join(setup.collector, 'context-1');
  expect(await again.last('welcome')).toMatchObject({ taken: 0 });
  again.batch(2, [posted(3)], 'text');
  await again.acked(2);
  expect((await readContexts(setup.database)).map(({ key }) => key)).toContain(
    'demo@example\ncontext-1',
  );
});

test('the next life of the background goes on where the last one ended', async () => {
  const setup = await setUp();
  await setup.collector.limit({ events: 40, bytes: 1e9, days: null });
  for (let n = 1; n <= 10; n += 1) {
    const line = join(setup.collector, `context-${n}`);
    line.batch(1, [posted(1)], 'text');
    await line.acked(1);
  }
  const next = await setUp();
  const line = join(next.collector, 'context-last');
  for (let n = 1; n <= 80; n += 1) {
    line.batch(n, [posted(n)], 'text');
    await line.acked(n);
  }
  await until('one context', async () => (await readContexts(next.database)).length === 1);
  expect(await readContexts(next.database)).toMatchObject([{ key: 'demo@example\ncontext-last' }]);
});
