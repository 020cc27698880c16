import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Ledger, type Removal } from '../../../src/background/ledger.js';
import type { LedgerEntry, RetentionLimits } from '../../../src/protocol/index.js';

const DAY = 86_400_000;

/** What is stored, kept by the book: the ledger's arithmetic is held against it. */
class Shelf {
  readonly ledger = new Ledger();
  readonly stored = new Map<number, LedgerEntry>();
  readonly committed = new Map<string, { events: number; bytes: number }>();
  readonly newest = new Map<string, number>();
  #id = 0;

  store(extension: string, events: number, bytes: number, outlined: number, at: number): void {
    this.#id += 1;
    const outline =
      outlined === 0
        ? null
        : { events: Math.min(events, outlined), bytes: Math.floor((bytes * outlined) / 10) };
    const entry = { id: this.#id, extension, at, events, bytes, outline, whole: true };
    this.stored.set(entry.id, entry);
    this.newest.set(extension, entry.id);
    const before = this.committed.get(extension) ?? { events: 0, bytes: 0 };
    this.committed.set(extension, {
      events: before.events + events,
      bytes: before.bytes + bytes,
    });
    this.ledger.add(entry);
  }

  carryOut(removal: Removal | null): void {
    if (removal === null) return;
    for (const { id, left } of removal.drops) {
      if (left === null) this.stored.delete(id);
      else this.stored.set(id, left);
    }
    this.ledger.apply(removal);
  }

  holds(extension?: string): { events: number; bytes: number } {
    const sum = { events: 0, bytes: 0 };
    for (const entry of this.stored.values()) {
      if (extension !== undefined && entry.extension !== extension) continue;
      sum.events += entry.events;
      sum.bytes += entry.bytes;
    }
    return sum;
  }
}

const commits = fc.array(
  fc.record({
    extension: fc.constantFrom('noisy', 'noisy', 'noisy', 'quiet', 'third'),
    events: fc.integer({ min: 1, max: 2_000 }),
    bytes: fc.integer({ min: 600, max: 200_000 }),
    outlined: fc.integer({ min: 0, max: 10 }),
    hours: fc.integer({ min: 0, max: 30 }),
  }),
  { minLength: 1, maxLength: 120 },
);
const limitsOf = fc.record({
  events: fc.integer({ min: 1_000, max: 40_000 }),
  bytes: fc.integer({ min: 50_000, max: 4_000_000 }),
  days: fc.option(fc.integer({ min: 1, max: 9 }), { nil: null }),
});

/** Stores everything under the limits, as the commit queue does. */
function run(
  all: readonly {
    extension: string;
    events: number;
    bytes: number;
    outlined: number;
    hours: number;
  }[],
  limits: RetentionLimits,
  each: (shelf: Shelf, now: number) => void,
): Shelf {
  const shelf = new Shelf();
  let now = 100 * DAY;
  for (const { extension, events, bytes, outlined, hours } of all) {
    now += hours * 3_600_000;
    shelf.carryOut(shelf.ledger.plan(limits, [{ extension, events, bytes }], now));
    shelf.store(extension, events, bytes, outlined, now);
    each(shelf, now);
  }
  return shelf;
}

describe('the ledger', () => {
  test('counts exactly: what is kept and what was dropped is what was committed', () => {
    fc.assert(
      fc.property(commits, limitsOf, (all, limits) => {
        const shelf = run(all, limits, (each) => {
          expect(each.ledger.holds).toMatchObject(each.holds());
        });
        for (const [extension, committed] of shelf.committed) {
          const dropped = shelf.ledger.dropped.find((record) => record.extension === extension);
          const held = shelf.holds(extension);
          expect(held.events + (dropped?.events ?? 0)).toBe(committed.events);
          expect(held.bytes + (dropped?.bytes ?? 0)).toBe(committed.bytes);
        }
      }),
    );
  });

  test('for room, never drops the newest segment of anybody', () => {
    fc.assert(
      fc.property(commits, limitsOf, (all, limits) => {
        run(all, { ...limits, days: null }, ({ stored, newest }) => {
          for (const id of newest.values()) expect(stored.get(id)?.whole).toBe(true);
        });
      }),
    );
  });

  test('never takes from an extension that holds no more than its share', () => {
    fc.assert(
      fc.property(commits, limitsOf, (all, limits) => {
        const shelf = new Shelf();
        for (const { extension, events, bytes, outlined } of all) {
          const extensions = new Set([...shelf.committed.keys(), extension]).size;
          const before = new Map(
            [...shelf.committed.keys()].map((key) => [key, shelf.holds(key)] as const),
          );
          const removal = shelf.ledger.plan(
            { ...limits, days: null },
            [{ extension, events, bytes }],
            0,
          );
          for (const { extension: victim } of removal?.dropped ?? []) {
            const held = before.get(victim)!;
            const own = victim === extension ? { events, bytes } : { events: 0, bytes: 0 };
            const isOver =
              held.events + own.events > (limits.events * 31) / 32 / extensions ||
              held.bytes + own.bytes > (limits.bytes * 31) / 32 / extensions;
            expect(isOver, `${victim} holds ${JSON.stringify(held)}`).toBe(true);
          }
          shelf.carryOut(removal);
          shelf.store(extension, events, bytes, outlined, 0);
        }
      }),
    );
  });

  test('oldest first: what is kept whole is newer than whatever was dropped', () => {
    fc.assert(
      fc.property(commits, limitsOf, (all, limits) => {
        const shelf = new Shelf();
        for (const { extension, events, bytes, outlined } of all) {
          const removal = shelf.ledger.plan(
            { ...limits, days: null },
            [{ extension, events, bytes }],
            0,
          );
          const gone = (removal?.drops ?? []).map(({ id }) => shelf.stored.get(id)!);
          shelf.carryOut(removal);
          for (const entry of gone) {
            for (const kept of shelf.stored.values()) {
              if (kept.extension !== entry.extension || !kept.whole) continue;
              expect(kept.id).toBeGreaterThan(entry.id);
            }
          }
          shelf.store(extension, events, bytes, outlined, 0);
        }
      }),
    );
  });

  test('holds the limits, unless nothing is left but what may not go', () => {
    const shelf = run(
      Array.from({ length: 500 }, () => ({
        extension: 'noisy',
        events: 100,
        bytes: 1_000,
        outlined: 1,
        hours: 0,
      })),
      { events: 5_000, bytes: 1_000_000, days: null },
      (each) => expect(each.holds().events).toBeLessThanOrEqual(5_000),
    );
    expect(shelf.holds().events).toBeGreaterThan(4_500);
  });

  test('one extension alone may use all; when another comes it gives until both have a share', () => {
    const limits = { events: 1_000, bytes: 1e9, days: null };
    const entry = (extension: string) => ({
      extension,
      events: 10,
      bytes: 100,
      outlined: 0,
      hours: 0,
    });
    const noisy = Array.from({ length: 200 }, () => entry('noisy'));
    const both = Array.from({ length: 400 }, (_, n) => entry(n % 2 === 0 ? 'noisy' : 'quiet'));
    expect(run(noisy, limits, () => undefined).holds('noisy').events).toBeGreaterThan(950);
    const shelf = run([...noisy, ...both], limits, () => undefined);
    expect(shelf.holds('quiet').events).toBeGreaterThan(450);
    expect(shelf.holds('noisy').events).toBeGreaterThan(450);
  });

  test('deletes what is too old whoever it belongs to, newest or not, and says why', () => {
    const shelf = new Shelf();
    shelf.store('quiet', 10, 1_000, 2, 0);
    shelf.store('noisy', 10, 1_000, 2, 6 * DAY);
    const removal = shelf.ledger.plan({ events: 1e6, bytes: 1e9, days: 7 }, [], 8 * DAY);
    shelf.carryOut(removal);
    expect([...shelf.stored.values()].map(({ extension }) => extension)).toEqual(['noisy']);
    expect(shelf.ledger.dropped).toEqual([
      { extension: 'quiet', events: 10, bytes: 1_000, since: 8 * DAY, until: 0, reason: 'age' },
    ]);
  });

  test('leaves outlines, in place of the segments they are of', () => {
    const shelf = new Shelf();
    for (let n = 0; n < 4; n += 1) shelf.store('a', 100, 10_000, 1, n);
    const removal = shelf.ledger.plan({ events: 320, bytes: 1e9, days: null }, [], 9);
    expect(removal?.drops).toEqual([
      {
        id: 1,
        left: { ...shelf.stored.get(1), events: 1, bytes: 1_000, outline: null, whole: false },
      },
    ]);
    expect(removal?.dropped).toEqual([
      { extension: 'a', events: 99, bytes: 9_000, since: 9, until: 0, reason: 'limit' },
    ]);
  });

  test('in steps deletes what it would delete at once', () => {
    const limits = { events: 1e9, bytes: 30_000, days: null };
    const shelf = new Shelf();
    for (let n = 0; n < 64; n += 1) shelf.store('a', 10, 1_000, n % 2, n);
    let steps = 0;
    for (;;) {
      const removal = shelf.ledger.plan(limits, [], 1, 'quota', 2);
      if (removal === null) break;
      expect(removal.drops.length).toBeLessThanOrEqual(2);
      expect(removal.dropped[0]?.reason).toBe('quota');
      shelf.carryOut(removal);
      steps += 1;
    }
    expect(steps).toBeGreaterThan(10);
    expect(shelf.holds().bytes).toBeLessThanOrEqual(30_000);
    expect(shelf.holds().bytes).toBeGreaterThan(27_000);
  });
});
