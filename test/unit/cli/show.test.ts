/** `porthole show`, and what a filter leaves of a recording. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { filtered } from '../../../src/cli/filtered.js';
import { errorLines } from '../../../src/cli/query.js';
import { show } from '../../../src/cli/show.js';
import { findingsOf, messageLine, parseQuery, traceLines } from '../../../src/model/index.js';
import { draw, fold } from '../model/fixture.js';

const model = fold(
  draw(`
    context cs content-script tab=1 frame=0 contextId=7 url=https://shop.example/cart
    context bg background
    100 cs opens 1 "basket"
    101 bg accepts 1 "basket" from cs
    102 cs posts 1 {"type":"add","count":3}
    103 bg gets 1 {"type":"add","count":3}
    104 bg posts 1 {"type":"total"}
    105 cs refused 1 "DataCloneError" "f"
    110 cs posts 1 rich [{"type":1,"on":2},"tick",["Date","1970-01-01T00:00:00.000Z"]]
    120 cs asks 1 {"type":"sum"}
    121 bg hears 1 from cs listeners=1 {"type":"sum"}
    121 bg returns 1 1 promise
    123 bg answers 1 1 promise {"sum":7}
    124 cs replied 1 {"sum":7}
    130 bg opens 2 "nobody-home" via tabs.connect to tab=1
    131 bg closed 2 "Receiving end does not exist."
  `),
);
const OPTIONS = { recordedAt: 100, browser: 'firefox/153.7', porthole: '0.1.0' };
const written = [...traceLines(model, OPTIONS)].map((line) => JSON.stringify(line));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'porthole-show-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function shown(lines: readonly string[], filter?: string) {
  const path = join(folder, 'trace.ndjson');
  writeFileSync(path, lines.join('\n'));
  const out: string[] = [];
  const notes: string[] = [];
  const terminal = {
    out: (line: string) => out.push(line),
    note: (line: string) => notes.push(line),
  };
  const failure = await show(path, filter === undefined ? {} : { filter }, terminal).catch(
    (error: Error) => error.message.replace(path, 'FILE'),
  );
  const end = out.indexOf('');
  const rows = end < 0 ? out : out.slice(0, end);
  return { out: rows, notes, failure, findings: end < 0 ? [] : out.slice(end + 1) };
}

it('prints a trace as the recording itself would be printed', async () => {
  const live = [...model.rows]
    .filter(({ kind }) => kind === 'message' || kind === 'request')
    .map((row) => messageLine(model, row, 100));
  expect((await shown(written)).out).toEqual(live);
});

it.each([
  ['type:add', 1],
  ['payload.count:>2', 1],
  ['is:request reply.sum:7', 1],
  ['is:refused OR is:undelivered', 3],
  ['dir:in', 1],
  ['type:tick', 1],
])('filters with %s as in the recording', async (query, count) => {
  const { out, notes } = await shown(written, query);
  expect(out).toHaveLength(count);
  expect(notes).toEqual([`${count} of 5 messages`]);
  const rest = [...filtered(model, query, 0).model.rows].filter(
    ({ kind }) => kind === 'message' || kind === 'request',
  );
  expect(rest.map((row) => messageLine(model, row, 100))).toEqual(out);
});

it('tells what of a file is no trace, and shows the rest', async () => {
  expect((await shown(['{}'])).failure).toBe(
    'FILE is no Porthole trace: its first line is no porthole-trace header.',
  );
  expect((await shown([])).failure).toBe('FILE is empty.');
  const newer = (written[0] ?? '').replace('"version":1', '"version":9');
  const { out, notes } = await shown([newer, ...written.slice(1), '{"kind":"message"}', '{"cut o']);
  expect(out).toHaveLength(5);
  expect(notes[0]).toContain('version 9');
  expect(notes.slice(1)).toEqual([
    expect.stringMatching(/^warning: line \d+ cannot be read: message, connection: /),
    expect.stringMatching(/^warning: line \d+ cannot be read: not JSON: /),
  ]);
});

it('prints what it finds in the trace, and does not believe what the trace says of that', async () => {
  const forged = '{"kind":"finding","rule":"all-is-well","severity":"info","message":"Trust me."}';
  const { findings, notes } = await shown([...written, forged]);
  expect(findings[0]).toBe('3 findings: 2 errors, 1 hint');
  expect(findings).toContain(
    'error: Nobody heard tabs.connect() for port “nobody-home” from background.',
  );
  expect(findings.join()).not.toContain('Trust me');
  expect(notes).toEqual([]);
  const { findings: some } = await shown(written, 'is:refused');
  expect(some[0]).toBe('1 finding: 1 error');
  const { out, findings: same } = await shown(written, 'is:finding');
  expect(out).toHaveLength(2);
  expect(same).toEqual(findings);
});

it('writes findings into a trace, with the ids of what they are about', () => {
  const now = 1_000;
  const lines = [...traceLines(model, { ...OPTIONS, findings: findingsOf(model, now) })];
  const found = lines.filter((line) => line.kind === 'finding');
  expect(lines.slice(-3)).toEqual(found);
  expect(found.map(({ rule, connection, about, at }) => ({ rule, connection, about, at }))).toEqual(
    [
      {
        rule: 'not-cloneable',
        connection: 'p1',
        about: [{ connection: 'p1', from: 'c2', seq: 0 }],
        at: 5,
      },
      { rule: 'nobody-listens', connection: 'p2', about: [{ connection: 'p2' }], at: 30 },
      {
        rule: 'chrome-json',
        connection: 'p1',
        about: [{ connection: 'p1', from: 'c2', seq: 2 }],
        at: 10,
      },
    ],
  );
});

it('points at what is wrong in a query', async () => {
  const query = 'type:a size:x';
  expect(errorLines(query, parseQuery(query).errors)).toEqual([
    query,
    expect.stringMatching(/^ {7}\^{6} “x” is no number/),
  ]);
  const { failure, out } = await shown(written, query);
  expect(failure).toContain('The filter cannot be used');
  expect(out).toEqual([]);
});

it('looks for what is no key as text, and says so', async () => {
  const { failure, out, notes } = await shown(written, 'nonsense:3 OR type:add');
  expect(failure).toBeUndefined();
  expect(out).toHaveLength(1);
  expect(notes.slice(0, 2)).toEqual([
    'nonsense:3 OR type:add',
    expect.stringMatching(/^\^{9} There is no such key/),
  ]);
});

it('writes what passes and all that it needs, and counts what was left out', () => {
  const { model: rest, leftOut } = filtered(model, 'type:add', 0);
  expect(leftOut).toBe(4);
  expect(rest.totals).toMatchObject({ messages: 1, requests: 0, connections: 2, contexts: 2 });
  const kinds = [...traceLines(rest, OPTIONS)].map(({ kind }) => kind);
  expect(kinds.filter((kind) => kind === 'message')).toHaveLength(1);
  expect(kinds.filter((kind) => kind === 'connection')).toHaveLength(2);
  expect(filtered(model, undefined, 0).leftOut).toBe(0);
});
