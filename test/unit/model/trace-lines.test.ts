/** A recording as the lines of a trace file. */

import { stringify } from 'devalue';
import { expect, it } from 'vitest';
import { summaryLine, traceLines } from '../../../src/model/index.js';
import { draw, fold } from './fixture.js';

const OPTIONS = { recordedAt: 1000, browser: 'firefox/153.7', porthole: '0.1.0' };

it('writes header, contexts, connections, then what happened in order of time', () => {
  const model = fold(
    draw(`
      context bg background started=1001
      context cs content-script tab=2 frame=0 document=d1 contextId=7 url=https://a.example/ started=1002.04
      1010.06 cs opens 1 "port"
      1011 bg accepts 1 "port" from cs
      1012 cs posts 1 {"type":"hi"}
      1013.26 bg gets 1 {"type":"hi"}
      1014 cs frozen
      1015 bg gap 4 porthole-absent
      1016 cs refused 1 "no" "x"
      1017 bg closes 1
    `),
  );
  expect([...traceLines(model, OPTIONS)]).toEqual([
    {
      kind: 'trace',
      format: 'porthole-trace',
      version: 1,
      recordedAt: '1970-01-01T00:00:01.000Z',
      browser: 'firefox/153.7',
      porthole: '0.1.0',
    },
    {
      kind: 'context',
      id: 'c1',
      extension: 'demo@example',
      extensionName: 'Demo',
      type: 'background',
      worldId: null,
      tabId: null,
      frameId: null,
      documentId: null,
      url: 'moz-extension://demo/bg.html',
      startedAt: 1,
      extensionVersion: '1.0',
    },
    {
      kind: 'context',
      id: 'c2',
      extension: 'demo@example',
      extensionName: 'Demo',
      type: 'content-script',
      worldId: null,
      tabId: 2,
      frameId: 0,
      documentId: 'd1',
      url: 'https://a.example/',
      startedAt: 2,
      extensionVersion: '1.0',
    },
    {
      kind: 'connection',
      id: 'p1',
      name: 'port',
      api: 'runtime.connect',
      target: {},
      opener: 'c2',
      acceptors: ['c1'],
      openedAt: 10.1,
      closedAt: 17,
      closedBy: 'c1',
      closedHow: 'disconnect',
      closedIn: 'c1',
      error: null,
    },
    {
      kind: 'message',
      connection: 'p1',
      seq: 1,
      from: 'c2',
      postedAt: 12,
      bytes: 13,
      payload: { type: 'hi' },
      deliveries: [{ context: 'c1', at: 13.3, listeners: 1 }],
    },
    { kind: 'lifecycle', context: 'c2', event: 'frozen', at: 14 },
    { kind: 'gap', context: 'c1', events: 4, reason: 'porthole-absent', at: 15 },
    {
      kind: 'message',
      connection: 'p1',
      seq: 0,
      from: 'c2',
      postedAt: 16,
      bytes: 3,
      payload: 'x',
      deliveries: [],
      error: 'no',
    },
  ]);
});

it('writes what JSON cannot say in its documented form', () => {
  const text = stringify({ tags: new Set([1]) });
  const model = fold(
    draw(`
      context cs content-script tab=2
      1010 cs opens 1 "port"
      1011 cs posts 1 rich ${text}
      1012 cs posts 1 preview {"a":[1,2
      1013 cs posts 1 unreadable no snapshot
      1014 cs posts 1 {broken
    `),
  );
  const payloads = [...traceLines(model, OPTIONS)].flatMap((line) =>
    line.kind === 'message' ? [line] : [],
  );
  expect(payloads).toMatchObject([
    { payloadRich: text },
    { payloadPreview: '{"a":[1,2' },
    { payloadUnreadable: 'no snapshot' },
    { payloadUnreadable: 'The stored text is not JSON.' },
  ]);
  expect(payloads.filter((line) => 'payload' in line)).toEqual([]);
});

it('sums up in one line', () => {
  const totals = {
    requests: 2,
    contexts: 3,
    connections: 1,
    messages: 8,
    deliveries: 9,
    gaps: 0,
    lost: 0,
    muted: 0,
    unreported: 0,
    bytes: 1,
  };
  expect(summaryLine(totals)).toBe(
    '3 contexts, 1 connection, 8 messages, 2 one-off messages, 0 gaps',
  );
  expect(summaryLine({ ...totals, muted: 2 })).toMatch(/, 0 gaps, 2 events muted$/);
  expect(summaryLine({ ...totals, unreported: 1 })).toMatch(/, 0 gaps, 1 event not reported$/);
});
