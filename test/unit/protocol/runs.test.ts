import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  parseRun,
  readRun,
  readSoundly,
  tuplesOf,
  visitRun,
  writeRun,
  type PortholeEvent,
  type RunEvents,
} from '../../../src/protocol/index.js';
import { EVENTS } from './frames.js';

const form = fc.constantFrom('json', 'rich', 'json-preview', 'rich-preview', 'unreadable');
/** Also as they are in a flood, where each is the one before and a bit. */
const count = fc.oneof(fc.nat(3), fc.maxSafeNat());
/** In a segment's text. */
const place = fc.oneof(fc.nat(3), fc.nat());
const time = fc.oneof(
  fc.nat(3),
  fc.double({ min: 0, max: 8.64e15, noNaN: true, noDefaultInfinity: true }),
  fc.nat(5_000).map((ms) => 1_700_000_000_000 + ms / 7),
);
const message = fc
  .tuple(
    fc.constantFrom('posted' as const, 'delivered' as const),
    count,
    time,
    count,
    count,
    form,
    count,
    place,
    place,
  )
  .map((event) => event as unknown as PortholeEvent);
const other = fc.constantFrom(...EVENTS.filter(([type]) => !/posted|delivered/.test(type)));
const run = fc.array(fc.oneof({ arbitrary: message, weight: 3 }, other), { maxLength: 40 });

function flood(length: number): PortholeEvent[] {
  return Array.from({ length }, (_, n): PortholeEvent => {
    const at = 1_700_000_000_000 + Math.floor(n / 10);
    return ['posted', 1, at, n + 1, 2, 'json', 190, 190 * n, 190];
  });
}

/** -0 does not outlive JSON in either form. */
const plain = (events: readonly PortholeEvent[]): unknown => JSON.parse(JSON.stringify(events));

describe('runs', () => {
  test('come back as they were, in their order', () => {
    fc.assert(
      fc.property(run, (events) => {
        expect(parseRun({ events: writeRun(events) })).toEqual(plain(events));
      }),
    );
  });

  test('are read the same as tuples, which is how they were stored before', () => {
    fc.assert(
      fc.property(run, (events) => {
        expect(parseRun({ events: JSON.stringify(events) })).toEqual(plain(events));
      }),
    );
  });

  test('are visited in order, each event once, without tuples for those in columns', () => {
    const events: PortholeEvent[] = [
      ...EVENTS,
      ...flood(3),
      ['delivered', 2, 9, 7, 1, 'rich', 5, 1, 4],
    ];
    const seen: unknown[] = [];
    visitRun(readRun(writeRun(events)) as RunEvents, {
      message: (...elements) => seen.push(elements),
      other: (event) => seen.push(event),
    });
    expect(seen).toEqual(events);
  });

  test('of a flood take a twentieth of the characters that tuples do', () => {
    const events = flood(1_000);
    expect(writeRun(events).length).toBeLessThan(JSON.stringify(events).length / 20);
  });

  test('of a few events are as short as tuples', () => {
    const events = flood(2);
    expect(writeRun(events)).toBe(JSON.stringify(events));
  });

  test('with times that do not add up again are left as they are', () => {
    const events = flood(4).map((event, n) => event.with(2, n === 1 ? 1e15 : 0.1));
    expect(writeRun(events as never)).toBe(JSON.stringify(events));
  });

  test('that are damaged are found out and counted, never read by halves', () => {
    const text = writeRun([...flood(6), ...EVENTS]);
    const whole = tuplesOf(readRun(text) as RunEvents);
    const piece = fc.record({
      from: fc.nat(text.length - 1),
      cut: fc.nat(6),
      put: fc.constantFrom('', '0', '-', '[]', 'null', '"', 'p', 'o', '9', '1e999', ',1'),
    });
    fc.assert(
      fc.property(piece, ({ from, cut, put }) => {
        const events = text.slice(0, from) + put + text.slice(from + cut);
        const segment = {
          id: 1,
          recording: 1,
          count: 22,
          payload: '',
          runs: [{ context: 'a', count: 22, events }],
        };
        const { runs, damaged } = readSoundly(segment);
        expect(runs.length === 0).toBe(damaged > 0);
        for (const { events: read } of runs) {
          for (const event of tuplesOf(read)) {
            expect(typeof event[0]).toBe('string');
            expect(event[1]).toBeTypeOf('number');
          }
        }
      }),
      { numRuns: 2_000 },
    );
    expect(whole).toHaveLength(22);
    expect(() => parseRun({ events: text.slice(0, -3) })).toThrow(RangeError);
  });

  test.each([
    '',
    'null',
    '{}',
    '[1]',
    '[["gap"]]',
    '{"count":1,"order":"","posted":[],"delivered":[],"others":[]}',
    '{"count":1,"order":"p","posted":[],"delivered":[],"others":[]}',
    '{"count":1e9,"order":"o","posted":[],"delivered":[],"others":[["gap",1]]}',
    '{"count":2,"order":"o","posted":[],"delivered":[],"others":[["gap",1]]}',
    '{"count":1,"order":"p","posted":[[1],[1],[1],[1],[1],[1],[1],[9]],"delivered":[],"others":[]}',
    '{"count":1,"order":"p","posted":[[1],[1],[1],[1],[1],[1],["1"],[0]],"delivered":[],"others":[]}',
    undefined,
    7,
  ])('%j is damaged', (text) => {
    expect(readRun(text)).toBeNull();
  });
});
