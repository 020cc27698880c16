/** The line to the collector: what is recorded arrives once and in order, or is counted. */

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Snapshot } from '../../../src/instrumentation/snapshot.js';
import { PROTOCOL_VERSION, UNACKED_CHARS, type Hello } from '../../../src/protocol/index.js';
import { FakeCollector } from './fake-collector.js';
import { FakeLine } from './fake-transport.js';

const HELLO: Hello = {
  type: 'hello',
  protocol: PROTOCOL_VERSION,
  uid: 'u',
  kind: 'page',
  url: '',
  startedAt: 0,
};

let collector: FakeCollector;
let line: FakeLine;
let reporter: typeof import('../../../src/instrumentation/reporter.js');
/** Opens the line, unless it is borrowed. */
let open: () => void;
/** Times the reporter asked for a restatement. */
let restated: number;
/** What the restatement records. */
let restate: () => void;
let count: number;

beforeEach(() => {
  vi.useFakeTimers();
  collector = new FakeCollector();
  line = new FakeLine(collector);
});
afterEach(() => vi.useRealTimers());

async function create(borrowed = false): Promise<void> {
  if (borrowed) line = new FakeLine(collector, true);
  restated = 0;
  count = 0;
  restate = () => undefined;
  vi.resetModules();
  reporter = await import('../../../src/instrumentation/reporter.js');
  open = () =>
    reporter.start(line.transport, HELLO, () => {
      restated += 1;
      restate();
    });
}

async function start(): Promise<void> {
  await create();
  open();
  line.settle();
}

/** An event happens in the host, as the port watcher treats it: `seq` tells them apart. */
function happen(text = ''): boolean {
  count += 1;
  if (!reporter.wanted()) return false;
  return reporter.record(numbered(count), json(text));
}

function json(text: string): Snapshot {
  return { form: 'json', bytes: 2, text };
}

function numbered(seq: number): `"posted",${number},${number},${number}` {
  return `"posted",1,${seq},0`;
}

function pass(ms: number): void {
  line.settle();
  vi.advanceTimersByTime(ms);
  line.settle();
}

/** Numbers of the events stored in a recording; gaps as `-events`. */
function stored(recording = collector.recording): number[] {
  return collector
    .events(recording)
    .map((event) => (event[0] === 'gap' ? -event[2] : (event[3] as number)));
}

describe('a line that holds', () => {
  it('sends nothing before it is welcomed, then all in order', async () => {
    await create();
    collector.answering = false;
    open();
    happen();
    happen();
    pass(1_000);
    expect(collector.received).toBe(0);
    for (const open of collector.lines) collector.welcome(open);
    pass(0);
    expect(stored()).toEqual([1, 2]);
  });

  it('gathers events for a moment, and no timer runs when there are none', async () => {
    await start();
    expect(vi.getTimerCount()).toBe(0);
    happen();
    happen();
    expect(vi.getTimerCount()).toBe(1);
    pass(49);
    expect(collector.received).toBe(0);
    pass(1);
    expect(collector.received).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('sends a full batch at once', async () => {
    await start();
    while (collector.received === 0) {
      happen();
      line.settle();
    }
    expect(stored()).toHaveLength(count);
    expect(count).toBeGreaterThan(1_000);
    expect(count).toBeLessThan(10_000);
    happen('x'.repeat(600_000));
    happen('y'.repeat(600_000));
    line.settle();
    expect(collector.received).toBe(2);
    expect(collector.stored.at(-1)?.text).toBe('y'.repeat(600_000));
  });

  it('sends at once while the page may be about to go, and in batches again when it stays', async () => {
    await start();
    happen();
    reporter.leave();
    happen();
    line.settle();
    expect(stored()).toEqual([1, 2]);
    pass(1_001);
    happen();
    line.settle();
    expect(stored()).toEqual([1, 2]);
    pass(50);
    expect(stored()).toEqual([1, 2, 3]);
  });

  it('sends a farewell at once, and what the host says after it', async () => {
    await start();
    happen();
    reporter.freeze();
    happen();
    line.settle();
    expect(stored()).toEqual([1, 2]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a line that breaks', () => {
  it('is opened again, and what was not acknowledged is sent again, once taken', async () => {
    await start();
    collector.prompt = false;
    happen();
    pass(50);
    happen();
    pass(50);
    happen();
    line.cut();
    pass(100);
    expect(stored()).toEqual([1, 2, 3]);
    expect(collector.complaints).toEqual([]);
    expect(restated).toBe(2);
  });

  it('numbers anew what the collector has not stored', async () => {
    await start();
    collector.prompt = false;
    happen();
    pass(50);
    happen();
    vi.advanceTimersByTime(50);
    line.cut();
    happen();
    pass(100);
    expect(stored()).toEqual([1, 2, 3]);
    expect(collector.complaints).toEqual([]);
  });

  it('states everything anew to a collector that lost its memory', async () => {
    await start();
    happen();
    pass(50);
    const generation = reporter.generation;
    collector.taken.clear();
    collector.stored.length = 0;
    line.cut();
    happen();
    pass(100);
    expect(reporter.generation).toBeGreaterThan(generation);
    expect(stored()).toEqual([2]);
    expect(collector.complaints).toEqual([]);
  });

  it('is not hammered when the collector closes it again and again', async () => {
    await start();
    for (let i = 0; i < 50; i += 1) {
      line.cut();
      pass(10);
    }
    // At once, then every 100 ms: half a second went by.
    expect(line.opened).toBeLessThanOrEqual(6);
  });

  /** Cuts the line and waits until it is opened again. */
  function cutAndReopen(): void {
    const { opened } = line;
    line.cut();
    for (let i = 0; i < 1_000 && line.opened === opened; i += 1) pass(20);
    expect(line.opened).toBe(opened + 1);
  }

  it('may break any number of times as long as there is progress', async () => {
    await start();
    for (let i = 0; i < 20; i += 1) {
      happen();
      pass(60);
      cutAndReopen();
    }
    expect(stored()).toEqual(Array.from({ length: count }, (_, n) => n + 1));
  });

  it('may break any number of times in a long life', async () => {
    await start();
    for (let i = 0; i < 20; i += 1) {
      pass(3_000);
      cutAndReopen();
    }
    expect(line.opened).toBe(21);
  });

  it('waits for the collector with growing patience, and then counts', async () => {
    await start();
    happen();
    pass(50);
    line.reach = 'absent';
    line.cut();
    happen();
    for (let i = 0; i < 100; i += 1) pass(100);
    expect(line.opened).toBeLessThan(12);
    expect(vi.getTimerCount()).toBe(0);
    for (let i = 0; i < 5; i += 1) happen();
    pass(0);
    line.reach = 'present';
    for (let i = 0; i < 5; i += 1) happen();
    vi.advanceTimersByTime(2_000);
    happen();
    pass(100);
    happen();
    pass(100);
    const said = stored();
    expect(said.filter((n) => n > 0)).toEqual(said.filter((n) => n > 0).toSorted((a, b) => a - b));
    expect(said.reduce((sum, n) => sum + (n < 0 ? -n : 1), 0)).toBe(count);
    expect(said).toContain(2);
    expect(said.at(-1)).toBe(count);
  });

  it('reaches the collector though it first closes without an answer', async () => {
    await create();
    collector.answering = false;
    open();
    happen();
    line.settle();
    line.cut();
    collector.answering = true;
    pass(100);
    expect(stored()).toEqual([1]);
  });
});

describe('without Porthole', () => {
  it('only counts, seldom asks, and says how much was missed when it appears', async () => {
    line.reach = 'absent';
    await create();
    open();
    happen();
    happen();
    line.settle();
    expect(reporter.wanted(0)).toBe(false);
    for (let i = 0; i < 100; i += 1) {
      happen();
      pass(100);
    }
    expect(line.opened).toBeLessThanOrEqual(6);
    expect(vi.getTimerCount()).toBe(0);
    line.reach = 'present';
    vi.advanceTimersByTime(2_000);
    happen();
    const missed = count;
    pass(100);
    happen();
    pass(100);
    expect(stored()).toEqual([-missed, count]);
    expect(collector.events()[0]).toMatchObject([
      'gap',
      expect.any(Number),
      missed,
      'porthole-absent',
    ]);
    expect(restated).toBe(1);
  });

  it('asks again when the wall clock was put back', async () => {
    line.reach = 'absent';
    await create();
    open();
    happen();
    line.settle();
    const asked = line.opened;
    happen();
    expect(line.opened).toBe(asked);
    vi.setSystemTime(Date.now() - 3_600_000);
    happen();
    expect(line.opened).toBe(asked + 1);
  });

  it('counts when the context is no longer valid', async () => {
    line.reach = 'invalid';
    await create();
    expect(() => open()).not.toThrow();
    for (let i = 0; i < 5; i += 1) {
      expect(() => happen()).not.toThrow();
      vi.advanceTimersByTime(3_000);
    }
    line.reach = 'present';
    happen();
    pass(100);
    happen();
    pass(100);
    expect(stored()).toEqual([-6, 7]);
  });

  it('captures nothing while it asks one that was absent, and says nothing of it when paused', async () => {
    line.reach = 'absent';
    await create();
    open();
    pass(0);
    vi.advanceTimersByTime(2_000);
    line.reach = 'present';
    collector.on = false;
    expect(reporter.wanted()).toBe(false);
    pass(100);
    collector.pause(false);
    pass(0);
    happen();
    pass(100);
    expect(stored()).toEqual([1]);
  });

  it('does not hold on to what nobody asked for', async () => {
    collector.on = false;
    await create();
    open();
    happen();
    line.settle();
    expect(reporter.wanted()).toBe(false);
    collector.pause(false);
    pass(100);
    expect(collector.stored).toEqual([]);
    expect(collector.received).toBe(0);
    happen();
    pass(50);
    expect(stored()).toEqual([2]);
  });
});

describe('pausing and clearing', () => {
  it('records nothing while paused, and no gap', async () => {
    await start();
    happen();
    collector.pause(true);
    line.settle();
    happen();
    happen();
    collector.pause(false);
    line.settle();
    happen();
    pass(50);
    expect(stored()).toEqual([1, 4]);
  });

  it('brings what was recorded before a pause though the line breaks', async () => {
    await start();
    happen();
    collector.pause(true);
    line.settle(1);
    line.cut();
    pass(200);
    happen();
    pass(3_000);
    happen();
    pass(200);
    expect(stored()).toEqual([1]);
  });

  it('does not wake a paused collector without an occasion, and hears of the end of the pause then', async () => {
    await start();
    collector.pause(true);
    pass(3_000);
    const { opened } = line;
    line.cut();
    pass(60_000);
    expect(line.opened).toBe(opened);
    collector.on = true;
    happen();
    pass(100);
    expect(stored()).toEqual([1]);
  });

  it('restates for a new recording, and leaves to the old what was not sent', async () => {
    await start();
    const generation = reporter.generation;
    restate = () => void reporter.record(numbered(1_000), json(''));
    happen();
    pass(50);
    happen();
    collector.clear();
    line.settle();
    expect(reporter.generation).toBe(generation + 1);
    happen();
    pass(50);
    expect(stored(1)).toEqual([1]);
    expect(stored(2)).toEqual([1_000, 3]);
    expect(collector.complaints).toEqual([]);
  });

  it('restates for a recording that began while it was paused', async () => {
    await start();
    const generation = reporter.generation;
    collector.pause(true);
    collector.clear();
    collector.pause(false);
    line.settle();
    expect(reporter.generation).toBe(generation + 1);
  });

  it('restates for a recording that began while the line was down', async () => {
    await start();
    const generation = reporter.generation;
    happen();
    pass(50);
    line.reach = 'absent';
    line.cut();
    pass(50);
    happen();
    collector.recording += 1;
    line.reach = 'present';
    pass(500);
    happen();
    pass(50);
    expect(reporter.generation).toBe(generation + 1);
    expect(stored(2)).toEqual([3]);
    expect(collector.complaints).toEqual([]);
  });

  it('hears whether call sites are wanted', async () => {
    await start();
    expect(reporter.callSites).toBe(false);
    collector.callSites = true;
    collector.tellCapture();
    line.settle();
    expect(reporter.callSites).toBe(true);
  });
});

describe('more than may be kept', () => {
  /** @returns how many events there was room for; one more has happened */
  function fill(): number {
    while (happen());
    expect(count).toBeGreaterThan(100_000);
    return count - 1;
  }

  it('is one gap of the exact size, and restated once there is room', async () => {
    await start();
    collector.prompt = false;
    restate = () => void reporter.record(numbered(1_000_000), json(''), undefined, 0);
    const kept = fill();
    const more = 1_234;
    while (count < kept + more) happen();
    pass(50);
    expect(stored()).toHaveLength(kept);
    collector.prompt = true;
    collector.acknowledge();
    pass(50);
    happen();
    pass(50);
    expect(stored().slice(kept)).toEqual([-more, 1_000_000, count]);
  });

  it('is counted by size too', async () => {
    await start();
    collector.prompt = false;
    const text = 'x'.repeat(900_000);
    const n = Math.ceil(UNACKED_CHARS / text.length) + 10;
    for (let i = 0; i < n; i += 1) happen(text);
    for (let i = 0; i < 100; i += 1) happen();
    pass(50);
    const kept = stored().length;
    expect(kept).toBeLessThan(n);
    collector.prompt = true;
    collector.acknowledge();
    pass(50);
    expect(stored().slice(kept)).toEqual([-(count - kept)]);
    expect(restated).toBe(2);
  });

  it('does not grow while the collector is silent', async () => {
    await start();
    collector.prompt = false;
    fill();
    pass(100);
    const { received } = collector;
    for (let i = 0; i < 1_000; i += 1) {
      happen();
      pass(100);
    }
    expect(collector.received).toBe(received);
  });

  it('is told at the end though there is no room', async () => {
    await start();
    collector.prompt = false;
    const kept = fill();
    while (count < kept + 5) happen();
    reporter.freeze();
    line.settle();
    expect(stored().at(-1)).toBe(-5);
  });
});

describe('a borrowed line', () => {
  beforeEach(async () => {
    await create(true);
    open();
  });

  it('opens only when the host has talked to the lender', () => {
    open();
    happen();
    pass(10_000);
    expect(line.opened).toBe(0);
    reporter.lenderAwake();
    pass(100);
    expect(line.opened).toBe(1);
    expect(stored()).toEqual([1]);
  });

  it('does not open again by itself, and loses nothing by that', () => {
    reporter.lenderAwake();
    line.settle();
    collector.prompt = false;
    happen();
    pass(50);
    happen();
    line.cut();
    pass(60_000);
    expect(line.opened).toBe(1);
    happen();
    pass(60_000);
    expect(line.opened).toBe(1);
    reporter.lenderAwake();
    pass(100);
    expect(line.opened).toBe(2);
    expect(stored()).toEqual([1, 2, 3]);
  });

  it.each(['absent', 'relayed'])('costs little when Porthole is %s', (how) => {
    if (how === 'absent') line.reach = 'absent';
    else collector.answering = false;
    for (let i = 0; i < 200; i += 1) {
      happen();
      reporter.lenderAwake();
      line.settle();
      // The relay closes its end when Porthole is not there: without an error.
      if (how === 'relayed') line.cut();
      pass(10);
    }
    expect(line.opened).toBeLessThanOrEqual(2);
    line.reach = 'present';
    collector.answering = true;
    vi.advanceTimersByTime(2_000);
    reporter.lenderAwake();
    happen();
    pass(100);
    expect(stored()).toEqual([-(count - 1), count]);
  });

  it('hears the end of a pause when the host talks again', () => {
    collector.on = false;
    reporter.lenderAwake();
    line.settle();
    line.cut();
    line.settle();
    happen();
    collector.on = true;
    vi.advanceTimersByTime(100);
    reporter.lenderAwake();
    line.settle();
    happen();
    pass(50);
    expect(stored()).toEqual([2]);
  });
});

describe('a frozen page', () => {
  it('opens no line, and on return a new one, for it may have slept through the end of the old', async () => {
    await start();
    happen();
    reporter.freeze();
    line.settle();
    const { opened } = line;
    // Firefox tells a frozen page nothing: neither acknowledgements nor the end of the line.
    collector.closeLines();
    vi.advanceTimersByTime(60_000);
    expect(line.opened).toBe(opened);
    reporter.thaw();
    happen();
    pass(100);
    expect(stored()).toEqual([1, 2]);
    expect(collector.hellos).toHaveLength(2);
  });

  it('does not forget the attempt it was about to make', async () => {
    await start();
    line.reach = 'absent';
    line.cut();
    pass(150);
    reporter.freeze();
    pass(10_000);
    line.reach = 'present';
    reporter.thaw();
    happen();
    pass(100);
    expect(stored()).toEqual([1]);
  });
});

describe('the end', () => {
  it('comes with a refusal: nothing is kept, nothing asked', async () => {
    await create();
    collector.answering = false;
    open();
    happen();
    line.settle();
    for (const open of collector.lines) {
      open.send({ type: 'rejected', reason: 'version' });
    }
    line.settle();
    collector.closeLines();
    for (let i = 0; i < 10; i += 1) {
      expect(happen()).toBe(false);
      reporter.lenderAwake();
      pass(10_000);
    }
    reporter.thaw();
    pass(10_000);
    expect(line.opened).toBe(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('comes with stop', async () => {
    await start();
    happen();
    reporter.stop();
    expect(vi.getTimerCount()).toBe(0);
    expect(happen()).toBe(false);
    reporter.thaw();
    pass(60_000);
    expect(line.opened).toBe(1);
    expect(collector.lines.size).toBe(0);
  });
});
