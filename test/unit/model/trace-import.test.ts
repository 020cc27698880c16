/** A trace read back is the recording it was written from, as far as a trace says it. */

import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Model, TraceImport, traceLines } from '../../../src/model/index.js';
import { readTraceLine } from '../../../src/protocol/trace-guards.js';
import type { PortholeEvent, TraceConnection, TraceLine } from '../../../src/protocol/index.js';
import { messageStanding } from '../../../src/model/standing.js';
import { draw, fold, segmentOf } from './fixture.js';
import { foldMixed, mixes } from './mixing.js';
import { requestSteps, simulateRequests } from './request-simulator.js';
import { simulate, steps } from './simulator.js';

const OPTIONS = { recordedAt: 1000, browser: 'firefox/153.7', porthole: '0.1.0' };

function written(model: Model): TraceLine[] {
  return [...traceLines(model, OPTIONS)];
}

function readBack(lines: readonly TraceLine[]): Model {
  const reading = new TraceImport();
  for (const line of lines) {
    const read = readTraceLine(JSON.stringify(line));
    if (read !== null) reading.take(read);
  }
  const { contexts, segments, dropped } = reading.finish();
  const model = new Model();
  model.addContexts(contexts);
  for (const segment of segments) model.addSegment(segment);
  model.setDeleted(dropped);
  return model;
}

/** Null where it was not seen to open, and dates from whatever is known of it first. */
function openedAt({ opener, target, openedAt: at }: TraceConnection): number | null {
  return opener !== null && target === null ? null : at;
}

/**
 * The lines as text, with names in the place of ids, which differ for things that began in one moment, as does the
 * order of acceptors.
 */
function comparable(lines: readonly TraceLine[]): string[] {
  const names = new Map<string, string>();
  for (const line of lines) {
    if (line.kind === 'context') names.set(line.id, `${line.type} ${line.url} ${line.worldId}`);
    if (line.kind !== 'connection') continue;
    const ends = [line.opener, ...line.acceptors.toSorted()].map(
      (id) => names.get(id ?? '') ?? '?',
    );
    names.set(line.id, `${line.name} ${openedAt(line) ?? ''} ${ends.join(' + ')}`);
  }
  const named = (_key: string, value: unknown): unknown =>
    typeof value === 'string' ? (names.get(value) ?? value) : value;
  return lines
    .map((line) => {
      const plain =
        line.kind === 'request'
          ? { ...line, id: 'r' }
          : line.kind === 'connection'
            ? { ...line, openedAt: openedAt(line), acceptors: line.acceptors.toSorted() }
            : line;
      return JSON.stringify(plain, named);
    })
    .sort();
}

it('is the same again, ports and their messages', () => {
  fc.assert(
    fc.property(steps(), mixes(), fc.boolean(), (scenario, mix, unique) => {
      const lines = written(foldMixed(simulate(scenario, { lossy: 'everything', unique }), mix));
      expect(comparable(written(readBack(lines)))).toEqual(comparable(lines));
    }),
    { numRuns: 300 },
  );
});

it('is the same again, one-off messages', () => {
  fc.assert(
    fc.property(requestSteps(), mixes(), fc.boolean(), (scenario, mix, unique) => {
      const lines = written(foldMixed(simulateRequests(scenario, { lossy: true, unique }), mix));
      expect(comparable(written(readBack(lines)))).toEqual(comparable(lines));
    }),
    { numRuns: 300 },
  );
});

it('keeps lifecycle, gaps, call sites, payloads of every form, and what was deleted or damaged', () => {
  const model = fold(
    draw(`
      context bg background started=1001
      context cs content-script tab=2 frame=0 document=d1 url=https://a.example/ started=1002
      1010 cs opens 1 "port"
      1011 bg accepts 1 "port" from cs
      1012 cs posts 1 rich [{"tags":1},["Set",2],1]
      1013 bg gets 1 rich [{"tags":1},["Set",2],1]
      1014 cs posts 1 preview {"a":[1,2
      1015 cs posts 1 unreadable no snapshot
      1016 cs refused 1 "no" "x"
      1017 cs frozen
      1018 cs thawed
      1019 bg gap 4 porthole-absent
      1020 bg closes 1
      1021 cs unloaded
    `),
  );
  const lines: TraceLine[] = [
    ...written(model),
    { kind: 'gap', context: null, events: 7, reason: 'damaged', at: null },
    { kind: 'gap', context: null, extension: 'x@y', events: 9, reason: 'deleted', at: 3 },
  ];
  const again = readBack(lines);
  expect(comparable(written(again))).toEqual(comparable(lines));
  expect(again.holes.deleted).toMatchObject([{ extension: 'x@y', events: 9, until: 1003 }]);
  expect(again.holes.damaged).toBe(7);
});

it('keeps how a port ended whose context was left later', () => {
  const model = fold(
    draw(`
      context bg background
      context cs content-script tab=2 frame=0 document=d1
      1010 cs opens 1 "port"
      1020 cs closed 1 "Could not establish connection. Receiving end does not exist."
      1400 cs opens 2 "port"
      1401 bg accepts 1 "port" from cs
      1500 cs unloaded
      1501 bg closed 1
    `),
  );
  const lines = written(model);
  const again = readBack(lines);
  expect([...again.connections.values()].map(({ state }) => state)).toEqual(['failed', 'closed']);
  expect(comparable(written(again))).toEqual(comparable(lines));
});

it('keeps what the browser said of ends, and which version an extension had', () => {
  const { contexts, facts } = draw(`
    context bg background
    context cs content-script tab=2 frame=0 document=d1
    1010 cs opens 1 "port"
    1011 bg accepts 1 "port" from cs
    1020 bg closed 1
  `);
  const model = fold({
    contexts: contexts.map((each) =>
      each.kind === 'background'
        ? each
        : {
            ...each,
            extensionVersion: '1.2',
            disconnectedAt: 1021,
            endFacts: { tab: 'replaced', extension: 'enabled' },
          },
    ),
    facts,
  });
  const lines = written(model);
  expect(lines).toContainEqual(
    expect.objectContaining({ kind: 'lifecycle', event: 'ended', how: 'crashed' }),
  );
  expect(lines).toContainEqual(
    expect.objectContaining({ kind: 'connection', closedHow: 'crashed' }),
  );
  const again = readBack(lines);
  expect(comparable(written(again))).toEqual(comparable(lines));
  expect([...again.contexts.values()].map((each) => each.extensionVersion)).toContain('1.2');
});

it('takes a word for an end that it does not know for none', () => {
  const line = written(fold(draw('context cs content-script tab=2 frame=0')))[1];
  const read = readTraceLine(JSON.stringify({ ...line, endFacts: { tab: 'teleported' } }));
  expect(read).toMatchObject({ kind: 'context', endFacts: { tab: undefined } });
});

it('says which part of a line is wrong, and takes nothing of it', () => {
  const reading = new TraceImport();
  const take = (line: unknown): void => {
    const read = readTraceLine(JSON.stringify(line));
    if (read !== null) reading.take(read);
  };
  const [header, ...rest] = written(fold(draw('context bg background\n1010 bg opens 1 "port"')));
  take(header);
  expect(() => take({ kind: 'message', connection: 'p1' })).toThrow(/^message, seq: /);
  expect(() => take({ kind: 'lifecycle', context: 'c9', event: 'frozen', at: 1 })).toThrow(
    'there is no context c9',
  );
  expect(() => readTraceLine('{"kind":"mess')).toThrow(/^not JSON: /);
  expect(() => readTraceLine('7')).toThrow('expected a kind, got 7');
  expect(readTraceLine('{"kind":"finding","rule":"x"}')).toBeNull();
  expect(readTraceLine('  ')).toBeNull();
  for (const line of rest) take(line);
  const { contexts, segments, recording } = reading.finish();
  expect(contexts).toHaveLength(1);
  expect(segments).toHaveLength(1);
  expect(recording).toMatchObject({ startedAt: 1000, on: false });
});

it('survives whatever a file says', () => {
  const kinds = ['trace', 'context', 'connection', 'message', 'request', 'lifecycle', 'gap'];
  const line = fc
    .record({ kind: fc.constantFrom(...kinds) })
    .chain(({ kind }) =>
      fc.object({ maxDepth: 2 }).map((rest) => JSON.stringify({ ...rest, kind })),
    );
  fc.assert(
    fc.property(fc.array(fc.oneof(line, fc.string(), fc.json())), (texts) => {
      const reading = new TraceImport();
      for (const text of texts) {
        try {
          const read = readTraceLine(text);
          if (read !== null) reading.take(read);
        } catch (error) {
          expect((error as Error).message).not.toContain('\n');
        }
      }
      expect(reading.finish().contexts).toBeDefined();
    }),
    { numRuns: 300 },
  );
});

it('says what mute rules kept out, and that a post is not lost whose arrival they did', () => {
  const drawn = draw(`
    context cs content-script tab=1 frame=0 contextId=7
    context bg background
    100 cs opens 1 "port"
    101 bg accepts 1 "port" from cs
    102 cs posts 1 {"n":1}
    103 cs posts 1 {"n":2}
    104 bg gets 1 {"n":1}
  `);
  const model = fold(drawn);
  const [cs, bg] = drawn.contexts.map(({ key }) => key) as [string, string];
  const muted = (context: string, event: PortholeEvent) => ({ context, event, payload: '' });
  model.addSegment(
    segmentOf(99, [
      muted(bg, ['muted', 1, 105, 'delivered', [2, 3], 2]),
      muted(cs, ['muted', 1, 105, 'posted', [3, 3], 1]),
      muted(cs, ['muted', 0, 106, 'other', [], 4]),
      muted(bg, ['muted', 0, 107, 'other', [], 2]),
    ]),
  );
  const standings = (of: Model) =>
    [...of.rows].flatMap((row) =>
      row.kind === 'message'
        ? [messageStanding(row.message, of.connections.get(row.message.connection)) ?? 'fine']
        : [],
    );
  expect(standings(model)).toEqual(['fine', 'fine']);
  expect(model.totals.muted).toBe(9);
  const lines = written(model);
  const again = readBack(lines);
  expect(comparable(written(again))).toEqual(comparable(lines));
  expect(standings(again)).toEqual(['fine', 'fine']);
  expect(again.totals.muted).toBe(9);
  const perContext = [...again.contexts.values()].map(({ mutedRequests }) => mutedRequests);
  expect(perContext.sort()).toEqual([2, 4]);
});
