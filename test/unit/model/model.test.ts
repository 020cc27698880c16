/** What the model says of contexts, connections, rows and counts, apart from who belongs to whom. */

import { describe, expect, it } from 'vitest';
import { Model, rowKey } from '../../../src/model/index.js';
import { context, draw, fold, segmentOf, short, tell } from './fixture.js';

const CONTEXTS = `
  context cs content-script tab=1 frame=0 started=90
  context bg background started=50
`;

const GREETING = `${CONTEXTS}
  100 cs opens 1 "port"
  101 bg accepts 1 "port" from cs
  102 cs posts 1 {"type":"hi"}
  103 bg gets 1 {"type":"hi"}
  104 bg posts 1 {"type":"welcome"}
  105 cs gets 1 {"type":"welcome"}
`;

function rowsOf(model: Model): string[] {
  return [...model.rows].map((row) => {
    switch (row.kind) {
      case 'message':
        return `${row.at} message ${short(row.message.key)}`;
      case 'request':
        return `${row.at} request ${short(row.request.key)}`;
      case 'opened':
      case 'closed':
        return `${row.at} ${row.kind} ${short(row.connection)}`;
      case 'lifecycle':
        return `${row.at} ${row.what} ${short(row.context)}`;
      case 'gap':
        return `${row.at} gap ${short(row.context)} ${row.events} ${row.reason}`;
      case 'deleted':
        return `${row.at} deleted ${row.extension} ${row.events} ${row.reason}`;
    }
  });
}

describe('rows and counts', () => {
  it('has a row for each message and lifecycle event, in order of time', () => {
    const model = fold(
      draw(`${GREETING}
        106 cs frozen
        107 cs thawed
        108 bg gap 12 buffer-full
        109 cs closes 1
        110 bg closed 1
        111 cs unloaded
      `),
    );
    expect(rowsOf(model)).toEqual([
      '50 started bg',
      '90 started cs',
      '100 opened cs#1',
      '102 message cs#1>1',
      '104 message bg#1>1',
      '106 frozen cs',
      '107 thawed cs',
      '108 gap bg 12 buffer-full',
      '109 closed cs#1',
      '111 unloaded cs',
    ]);
    expect(model.totals).toEqual({
      requests: 0,
      contexts: 2,
      connections: 1,
      messages: 2,
      deliveries: 2,
      gaps: 1,
      lost: 12,
      muted: 0,
      unreported: 0,
      bytes: 13 + 18,
    });
    expect(
      [...model.contexts.values()].map((c) => [short(c.key), c.connections, c.messages]),
    ).toEqual([
      ['cs', 1, 2],
      ['bg', 1, 2],
    ]);
    const [connection] = model.connectionsOf('demo@example\nbg');
    expect(connection).toMatchObject({ messages: 2, bytes: 31, state: 'closed' });
  });

  it('says from which row on something changed', () => {
    const drawn = draw(GREETING);
    const model = new Model();
    model.addContexts(drawn.contexts);
    model.addSegment(segmentOf(1, drawn.facts.slice(0, 3)));
    expect(model.settle()).toEqual({ rowsFrom: 0 });
    model.addSegment(segmentOf(2, drawn.facts.slice(3, 5)));
    expect(model.settle()).toEqual({ rowsFrom: 3 });
    model.addSegment(segmentOf(3, drawn.facts.slice(5)));
    expect(model.settle()).toEqual({ rowsFrom: 4 });
    expect(model.settle()).toEqual({ rowsFrom: 5 });
  });

  it('keeps the sequence of rows, and what stands in it', () => {
    const drawn = draw(GREETING);
    const model = new Model();
    model.addContexts(drawn.contexts);
    model.addSegment(segmentOf(1, drawn.facts.slice(0, 3)));
    const { rows } = model;
    const before = [...rows].map(rowKey);
    model.addSegment(segmentOf(2, drawn.facts.slice(3)));
    expect(model.rows).toBe(rows);
    expect([...rows].map(rowKey).slice(0, before.length)).toEqual(before);
  });

  it('ignores a segment that was added before', () => {
    const drawn = draw(`${CONTEXTS}
      100 cs gap 5 buffer-full
      101 cs refused 1 "no" "x"
    `);
    const model = new Model();
    model.addContexts(drawn.contexts);
    model.addSegment(segmentOf(1, drawn.facts));
    model.addSegment(segmentOf(1, drawn.facts));
    expect(model.totals).toMatchObject({ lost: 5, messages: 1 });
  });

  it('forgets everything on clear, and can begin again with the same ids', () => {
    const drawn = draw(GREETING);
    const model = fold(drawn);
    model.clear();
    expect([...model.rows]).toEqual([]);
    expect(model.connections.size + model.contexts.size).toBe(0);
    expect(model.totals.messages).toBe(0);
    model.addContexts(drawn.contexts);
    model.addSegment(segmentOf(1, drawn.facts));
    expect(tell(model)).toEqual(tell(fold(drawn)));
  });
});

describe('contexts', () => {
  it('takes newer records without counting twice', () => {
    const model = fold(draw(GREETING));
    const bg = context('bg', { startedAt: 50, contextId: 101 });
    model.addContexts([{ ...bg, disconnectedAt: 900, taken: 4 }]);
    expect(model.totals.contexts).toBe(2);
    expect(model.contexts.get(bg.key)).toMatchObject({
      disconnectedAt: 900,
      taken: 4,
      connections: 1,
      messages: 2,
    });
  });
});

describe('connections', () => {
  const only = (text: string) => {
    const model = fold(draw(CONTEXTS + text));
    expect(model.connections.size).toBe(1);
    return [...model.connections.values()][0];
  };

  it('names who called disconnect(), the earliest end and any end’s error', () => {
    const connection = only(`
      100 cs opens 1 "port"
      101 bg accepts 1 "port" from cs
      104 bg closes 1
      105 cs closed 1 "gone"
    `);
    expect(connection).toMatchObject({
      state: 'closed',
      closedAt: 104,
      closedBy: 'demo@example\nbg',
      error: 'gone',
    });
  });

  it('names nobody when a side went away', () => {
    const connection = only(`
      100 cs opens 1 "port"
      101 bg accepts 1 "port" from cs
      105 bg closed 1
    `);
    expect(connection).toMatchObject({
      state: 'closed',
      closedAt: 105,
      closedBy: null,
      error: null,
    });
  });

  it('ends with the page of an end, even when nothing is left to tell of it', () => {
    const connection = only(`
      100 cs opens 1 "port"
      101 bg accepts 1 "port" from cs
      105 cs unloaded
    `);
    expect(connection).toMatchObject({ state: 'closed', closedAt: 105, closedBy: null });
  });

  it('has failed when it closed with an error and was never accepted', () => {
    const error = 'Could not establish connection. Receiving end does not exist.';
    const connection = only(`
      100 cs opens 1 "port"
      101 cs closed 1 "${error}"
    `);
    expect(connection).toMatchObject({ state: 'failed', closedAt: 101, error, acceptors: [] });
  });

  it('is one after its ends were stated again, with the earliest facts and the highest counters', () => {
    const connection = only(`
      100 cs opens 1 "port"
      101 bg accepts 1 "port" from cs
      102 cs posts 1 "a"
      900 cs reopens 1 "port" at=100 posted=7 delivered=2
      901 bg reaccepts 1 "port" from cs at=101 posted=2 delivered=7
      902 cs posts 1 seq=8 "b"
      903 bg gets 1 seq=8 "b"
    `);
    expect(connection).toMatchObject({
      openedAt: 100,
      messages: 2,
      opener: { at: 100, posted: 8, delivered: 2 },
      acceptors: [{ at: 101, posted: 2, delivered: 8 }],
    });
  });

  it('shows ports whose beginning was lost, without a name, in a guessed role', () => {
    const model = fold(
      draw(`${CONTEXTS}
        102 cs posts 1 "a"
        103 bg gets 1 "a"
        104 bg closed 1
      `),
    );
    expect(tell(model)).toEqual([
      ': cs#1 → ?',
      '  > 1 cs "a" → nobody',
      ': ? → bg#1 · closed',
      '  > 1 ? "a" → bg',
    ]);
  });

  it('matches such ports as soon as they are stated again', () => {
    expect(
      tell(
        fold(
          draw(`${CONTEXTS}
            102 cs posts 1 "a"
            103 bg gets 1 "a"
            900 bg reaccepts 1 "port" from cs at=101
            901 cs opens 2 "port"
            902 bg accepts 2 "port" from cs
            903 cs reopens 1 "port" at=100
          `),
        ),
      ),
    ).toEqual(['port: cs#1 → bg#1', '  > 1 cs "a" → bg', 'port: cs#2 → bg#2']);
  });

  it('gives such a port its name, role and target once they are stated, whatever was guessed', () => {
    const drawn = draw(`
      context bg background
      102 bg posts 1 "a"
      900 bg reopens 1 "port" via tabs.connect tab=4 at=100
    `);
    const model = fold({ contexts: [], facts: drawn.facts });
    expect([...model.connections.values()]).toMatchObject([
      { name: 'port', api: 'tabs.connect', target: { tabId: 4 }, openedAt: 100 },
    ]);
    expect(rowsOf(model)).toEqual(['100 opened bg#1', '102 message bg#1>1']);
  });

  it('knows the call sites of connect, post and disconnect', () => {
    const drawn = draw(CONTEXTS);
    const { key } = drawn.contexts[0] ?? context('');
    const model = fold({
      ...drawn,
      facts: [
        { context: key, event: ['site', 1, 'a@x:1\nb@x:2'], payload: '' },
        { context: key, event: ['site', 2, 'c@x:3'], payload: '' },
        {
          context: key,
          event: ['opened', 1, 100, 'runtime.connect', 'port', {}, 1, 0, 0],
          payload: '',
        },
        { context: key, event: ['posted', 1, 101, 1, 2, 'json', 1, 0, 1], payload: '1' },
        { context: key, event: ['disconnected', 1, 102, 'self', null, 2, 1, 0], payload: '' },
        { context: key, event: ['posted', 1, 101, 2, 9, 'json', 1, 0, 1], payload: '1' },
      ],
    });
    const [connection] = [...model.connections.values()];
    expect(connection?.opener).toMatchObject({ stack: 'a@x:1\nb@x:2', closeStack: 'c@x:3' });
    expect(model.message(`${key}#1>1`)?.stack).toBe('c@x:3');
    expect(model.message(`${key}#1>2`)?.stack).toBeNull();
  });
});
